"""The programs in README.md run, and print what they say they print."""

import re
from pathlib import Path

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_python_blocks_print_what_their_comments_say(capsys):
    names = {}
    for block in re.findall(r"```python\n(.*?)```", README, re.DOTALL):
        exec(block, names)
        promised = re.findall(r"print\(.*\)  # (.*)", block)
        assert capsys.readouterr().out.splitlines() == promised


def test_files_that_are_linked_exist():
    links = re.findall(r"\]\(([\w./]+)\)", README)
    assert links and all((Path(__file__).parent.parent / link).exists() for link in links)
