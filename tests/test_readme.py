"""The programs in README.md and on the first page of the documentation run, and print what they say they print."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["README.md", "docs/index.md"])
def test_python_blocks_print_what_their_comments_say(page, capsys):
    names = {}
    for block in re.findall(r"```python\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL):
        exec(block, names)
        promised = re.findall(r"print\(.*\)  # (.*)", block)
        assert capsys.readouterr().out.splitlines() == promised


def test_files_that_are_linked_exist():
    links = re.findall(r"\]\(([\w./]+)\)", README)
    assert links and all((ROOT / link).exists() for link in links)
