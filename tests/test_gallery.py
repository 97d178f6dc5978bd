"""Examples are found by number or name, and the gallery shows what they printed and drew."""

import re
from pathlib import Path

import pytest

from tinygrad_edu import gallery
from tinygrad_edu.__main__ import main

EXAMPLES = Path(__file__).parents[1] / "examples"
PROGRAM = '''"""A program{about}."""

import sys
from pathlib import Path

picture = Path(sys.argv[sys.argv.index("--out") + 1]) / "drawn.svg"
picture.write_text("<svg/>")
print("picture:", picture)
print("figure   measured   expected")
print("one             1          {expected}")
sys.exit({expected} != 1)
'''


def write(folder, name, about, expected=1):
    (folder / f"{name}.py").write_text(PROGRAM.format(about=about, expected=expected))


@pytest.mark.parametrize("name", ["02", "perceptron", "02_perceptron", "examples/02_perceptron.py"])
def test_an_example_is_known_by_number_and_name(name):
    assert [path.name for path in gallery.chosen([name])] == ["02_perceptron.py"]


def test_running_an_example_by_name(capfd):
    assert main(["examples", "run", "threshold_unit", "--quick"]) == 0
    assert "XOR of three units" in capfd.readouterr().out


def test_every_example_is_listed_with_its_sentence(capsys):
    assert main(["examples", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(list(EXAMPLES.glob("[0-9][0-9]_*.py")))
    assert all(re.fullmatch(r"\d\d_\w+ +[A-Z0-9].*\.", line) for line in lines)


def test_the_gallery_has_the_sentence_the_picture_and_the_figures(tmp_path):
    write(tmp_path, "01_first", " that works")
    assert [problem for _, problem in gallery.renew(folder=tmp_path)] == [""]
    page = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "## [01 first](01_first.py)\n\nA program that works.\n" in page
    assert "](gallery/01_first.svg)" in page
    assert "```text\nfigure   measured   expected\none             1          1\n```" in page
    assert (tmp_path / "gallery" / "01_first.svg").read_text() == "<svg/>"


def test_a_failed_example_keeps_what_it_had(tmp_path):
    write(tmp_path, "01_first", " that works")
    list(gallery.renew(folder=tmp_path))
    before = (tmp_path / "README.md").read_text(encoding="utf-8")
    write(tmp_path, "01_first", " that works", expected=2)
    ((_, problem),) = gallery.renew(folder=tmp_path)
    assert "one             1          2" in problem
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == before


def test_only_named_examples_are_run_again(tmp_path):
    for name in ("01_first", "02_second"):
        write(tmp_path, name, f", {name}")
    list(gallery.renew(folder=tmp_path))
    assert [path.stem for path, _ in gallery.renew(["second"], tmp_path)] == ["02_second"]
    assert (tmp_path / "README.md").read_text(encoding="utf-8").count("\none  ") == 2


def test_no_examples_and_unknown_ones_are_said_clearly(tmp_path, monkeypatch, capsys):
    assert main(["examples", "run", "cake"]) == 1
    assert "expected one of 01_threshold_unit" in capsys.readouterr().err
    with pytest.raises(FileNotFoundError, match="come with the source"):
        gallery.chosen([], tmp_path)


def test_what_the_gallery_links_to_exists():
    page = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([\w./]+)\)", page)
    assert links and all((EXAMPLES / link).exists() for link in links)
    assert sum(p.stat().st_size for p in (EXAMPLES / "gallery").iterdir()) < 3e6
