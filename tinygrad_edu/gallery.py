"""The numbered examples: found, run, and shown in a gallery of their pictures and figures.

They are programs beside the package, in a checkout, that know nothing of this module: each starts
with a docstring, saves pictures to `--out`, naming them as it does, and ends with a table of figures.
"""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

__all__ = ["FOLDER", "chosen", "listing", "renew", "run_example"]

FOLDER = Path(__file__).parents[1] / "examples"
PICTURE, TABLE = "picture: ", "figure "  # how the lines begin that an example prints for us

INTRODUCTION = """\
# Examples

Each numbered program is a lesson: read it, run it, change it. It prints its figures beside the expected
ones. The shortest programs are [xor.py](xor.py) and [digits.py](digits.py), a network that reads digits in
thirty lines. [lesson.py](lesson.py) and [language.py](language.py) hold what the lessons share: their
options and table of figures, and the names and texts of the last.

```console
$ python examples/02_perceptron.py --out pictures    # --help tells of --data, --seed and --quick
$ tinygrad-edu examples list
```

Set `TINYGRAD_EDU_DATA`, or `--data`, to a folder with MNIST, Fashion-MNIST, texts and emoji to use them; else the
lessons take the embedded digits and make up the rest, and say so.

This page is made by `tinygrad-edu examples gallery`.
"""


def examples(folder: Path) -> list[Path]:
    """The programs, in order. Raises FileNotFoundError if there are none."""
    found = sorted(folder.glob("[0-9][0-9]_*.py"))
    if not found:
        raise FileNotFoundError(
            f"examples: expected programs such as 01_name.py in {folder}, got none; "
            "they come with the source, not with the installed package: check it out"
        )
    return found


def chosen(names: Sequence[str], folder: Path = FOLDER) -> list[Path]:
    """The programs of these names, each a number, a name or both; all of them for no names.

    Raises ValueError for a name that no program has.
    """
    known = examples(folder)
    found = []
    for name in names:
        stem = Path(name).stem
        fits = [path for path in known if stem in (path.stem, path.stem[:2], path.stem[3:])]
        if not fits:
            raise ValueError(
                f"examples: expected one of {', '.join(path.stem for path in known)}, got {name!r}"
            )
        found += fits
    return found if names else known


def sentence(path: Path) -> str:
    """The first line of a program's docstring."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0]


def listing(folder: Path = FOLDER) -> str:
    """The programs, a line each."""
    paths = examples(folder)
    width = max(len(path.stem) for path in paths)
    return "\n".join(f"{path.stem:{width}}  {sentence(path)}" for path in paths)


def run_example(path: Path, arguments: Sequence[str]) -> int:
    """Run a program as if by hand, and return its exit code."""
    return subprocess.run([sys.executable, str(path), *arguments], check=False).returncode


def renew(names: Sequence[str] = (), folder: Path = FOLDER) -> Iterator[tuple[Path, str]]:
    """Run programs and write the page, yielding each with what went wrong, "" for nothing.

    A program that failed keeps the picture and figures it had.
    """
    gallery = folder / "gallery"
    gallery.mkdir(exist_ok=True)
    for path in chosen(names, folder):
        yield path, _renew(path, gallery)
    sections = [_section(path, gallery) for path in examples(folder)]
    (folder / "README.md").write_text("\n".join([INTRODUCTION, *sections]), encoding="utf-8")


def _renew(path: Path, gallery: Path) -> str:
    """Run a program and keep its first picture and its table; return what it said if it failed."""
    with tempfile.TemporaryDirectory() as out:
        done = subprocess.run(
            [sys.executable, str(path), "--out", out],
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        if done.returncode:
            return f"{done.stdout}\n{done.stderr}".strip()
        for old in gallery.glob(f"{path.stem}.*"):
            old.unlink()
        lines = done.stdout.splitlines()
        pictures = [Path(line[len(PICTURE) :]) for line in lines if line.startswith(PICTURE)]
        for picture in pictures[:1]:
            shutil.copy(picture, gallery / f"{path.stem}{picture.suffix}")
        start = max((k for k, line in enumerate(lines) if line.startswith(TABLE)), default=0)
        figures = "".join(f"{line.rstrip()}\n" for line in lines[start:])
        (gallery / f"{path.stem}.txt").write_text(figures, encoding="utf-8")
    return ""


def _section(path: Path, gallery: Path) -> str:
    """One program on the page: its name, its sentence, its picture, its figures."""
    name = path.stem.replace("_", " ")
    parts = [f"## [{name}]({path.name})", sentence(path)]
    kept = sorted(gallery.glob(f"{path.stem}.*"))
    parts += [f"![Picture of {name}](gallery/{p.name})" for p in kept if p.suffix != ".txt"]
    parts += [f"```text\n{p.read_text('utf-8')}```" for p in kept if p.suffix == ".txt"]
    return "\n\n".join(parts) + "\n"
