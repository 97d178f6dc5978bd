"""The command line: `tinygrad-edu digits` trains a network to read digits and reports on it."""

from __future__ import annotations

import argparse
import math
import os
import shlex
import sys
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from time import monotonic
from typing import NoReturn, TextIO

import numpy as np

from . import __version__, compat, gallery, summary
from .compat import run_script
from .files import replacing
from .report import write
from .train import (
    ACTIVATIONS,
    INITS,
    LOSSES,
    OPTIMIZERS,
    RECIPES,
    SCHEDULES,
    History,
    Settings,
    Watch,
    run,
)
from .viz.live import one_line

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0, 1 for a failure, 2 for bad options."""
    argv = list(sys.argv[1:] if argv is None else argv)
    parser, options = _parser(), argparse.Namespace(command=None)
    try:
        parser.parse_args(argv, options)
        if not options.command:
            parser.print_help()
            return 2
        if options.command == "run":
            return _run(options)
        if options.command == "examples":
            return _examples(options)
        return _digits(options, shlex.join(["tinygrad-edu", *argv]))
    except SystemExit as leaving:  # argparse's way to return
        return int(leaving.code or 0)
    except BrokenPipeError:  # whoever read the output has left
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        whole = "; nothing was written" if options.command == "digits" else ""
        print(f"\ntinygrad-edu: stopped{whole}", file=sys.stderr)
        return 130


def _run(options: argparse.Namespace) -> int:
    try:
        run_script(options.script, options.arguments)
    except FileNotFoundError as error:
        if error.filename is not None:  # one that the script looked for
            return _as_python_says(error)
        print(f"tinygrad-edu: {error}", file=sys.stderr)
        return 1
    except Exception as error:
        return _as_python_says(error)
    return 0


def _as_python_says(error: Exception) -> int:
    """Report what a script raised from its own first line on, as if Python ran it; the exit code."""
    trace = error.__traceback__
    while trace is not None and (
        trace.tb_frame.f_code.co_filename in (__file__, compat.__file__)
        or trace.tb_frame.f_globals.get("__name__") in ("runpy", "importlib._bootstrap")
    ):
        trace = trace.tb_next
    sys.excepthook(type(error), error.with_traceback(trace), trace)
    return 1


def _examples(options: argparse.Namespace) -> int:
    failed = 0
    try:
        if options.what == "list":
            print(gallery.listing())
        elif options.what == "run":
            return gallery.run_example(gallery.chosen([options.name])[0], options.arguments)
        else:
            for path, problem in gallery.renew(options.names):
                failed += bool(problem)
                print(f"{path.stem}: {'failed' if problem else 'done'}", flush=True)
                if problem:
                    print(problem, file=sys.stderr)
            print(f"gallery: {gallery.FOLDER / 'README.md'}")
    except (OSError, ValueError) as error:
        print(f"tinygrad-edu: {error}", file=sys.stderr)
        return 1
    return 1 if failed else 0


# ---- options -----------------------------------------------------------------------------------
class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: error: {message}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="tinygrad-edu", description="Train a small network and look inside it.")
    parser.add_argument("--version", action="version", version=f"tinygrad-edu {__version__}")
    commands = parser.add_subparsers(dest="command", parser_class=_Parser, title="commands")
    program = commands.add_parser(
        "run",
        help="run a PyTorch script as it is, on tinygrad_edu",
        description="Run a PyTorch script as it is, `import torch` giving tinygrad_edu.",
    )
    program.add_argument("script", help="the script's path")
    _rest(program, "what the script is given")
    lessons = commands.add_parser("examples", help="list and run the examples, make their gallery")
    doing = lessons.add_subparsers(dest="what", parser_class=_Parser, required=True)
    doing.add_parser("list", help="what there is")
    lesson = doing.add_parser("run", help="run one")
    lesson.add_argument("name", help="its number, its name or both: 02, perceptron, 02_perceptron")
    _rest(lesson, "what it is given")
    page = doing.add_parser("gallery", help="run examples and write examples/README.md")
    page.add_argument("names", nargs="*", help="of the examples to run (all)")
    digits = commands.add_parser(
        "digits",
        help="train a network to read handwritten digits",
        description="Train a network to tell images apart, and report on it.",
        argument_default=argparse.SUPPRESS,  # what is not given comes from the recipe
    )
    add, standard = digits.add_argument, Settings()
    add("--recipe", choices=RECIPES, help="start from tried settings instead of the standard ones")
    add(
        "--data",
        metavar="NAME",
        help="digits (in the package), mnist, fashion, or a folder of images",
    )
    add("--images", metavar="N", type=_whole, help="train on the first N images only")
    add("--layers", metavar="N,N", type=_sizes, help="sizes of the hidden layers, or none (16,16)")
    add("--activation", choices=ACTIVATIONS, help=f"after each of them ({standard.activation})")
    add("--init", choices=INITS, help=f"how parameters start ({standard.init})")
    add("--loss", choices=LOSSES, help=f"what to minimise ({standard.loss})")
    add("--optimizer", choices=OPTIMIZERS, help=f"how to step ({standard.optimizer})")
    add("--lr", metavar="X", type=_positive, help=f"learning rate ({standard.lr})")
    add("--schedule", choices=SCHEDULES, help=f"how it falls ({standard.schedule})")
    add("--batch", metavar="N", type=_whole, help=f"images a step ({standard.batch})")
    add("--epochs", metavar="N", type=_whole, help=f"passes over the images ({standard.epochs})")
    add("--seed", metavar="N", type=_seed, help=f"of all that is random ({standard.seed})")
    add("--save", metavar="FILE", type=_file, help="write the parameters, as .npz")
    report = digits.add_mutually_exclusive_group().add_argument
    report("--report", metavar="FILE", type=_file, help="where the report goes (NAME-report.html)")
    report("--no-report", action="store_true", help="write no report")
    return parser


def _rest(parser: argparse.ArgumentParser, words: str) -> None:
    """What stands after the last argument, which may be nothing."""
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help=words).required = False


def _whole(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, got {text!r}")
    return int(text)


def _sizes(text: str) -> tuple[int, ...]:
    try:
        return tuple(map(_whole, text.split(","))) if text != "none" else ()
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(
            f"expected sizes such as 16,16, or none, got {text!r}"
        ) from None


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"expected a number above 0, got {text!r}")
    return number


def _seed(text: str) -> int:
    try:
        seed = int(text)
    except ValueError:
        seed = 2**64
    if not -(2**63) <= seed < 2**64:
        raise argparse.ArgumentTypeError(f"expected a whole number below 2**64, got {text!r}")
    return seed


def _file(text: str) -> Path:
    path = Path(text)
    if path.is_dir() or not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise argparse.ArgumentTypeError(f"expected a file in a folder to write to, got {text!r}")
    return path


# ---- the digits --------------------------------------------------------------------------------
def _digits(options: argparse.Namespace, command: str) -> int:
    given = vars(options)
    settings = RECIPES[options.recipe] if "recipe" in given else Settings()
    known = {field.name for field in fields(Settings)}
    settings = replace(settings, **{k: v for k, v in given.items() if k in known})
    page = None
    watch = _Bar(settings.epochs) if sys.stderr.isatty() else _Lines(settings.epochs)
    try:
        if "no_report" not in given:
            page = given.get("report") or _file(f"{Path(settings.data).resolve().name}-report.html")
        try:
            done = run(settings, watch)
        finally:
            watch.close()
    except (
        ArithmeticError,
        OSError,
        RuntimeError,
        ValueError,
        argparse.ArgumentTypeError,
    ) as error:
        print(f"tinygrad-edu digits: error: {error}", file=sys.stderr)
        return 1 if isinstance(error, ArithmeticError) else 2

    written = []
    try:
        if "save" in given:
            with replacing(options.save) as file:
                np.savez(file, **{name: t.numpy() for name, t in done.net.state_dict().items()})
            written.append(f"parameters: {options.save}")
        if page:
            written.append(f"report: {write(summary.report(done, command), page)}")
    except OSError as error:
        print(f"tinygrad-edu digits: error: {error}", file=sys.stderr)
        return 1
    finally:
        coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        print(
            summary.sentence(done),
            summary.table(done, coloured),
            *(["\n".join(written)] if written else []),
            sep="\n\n",
            flush=True,
        )
    return 0


# ---- progress ----------------------------------------------------------------------------------
class _Lines(Watch):
    """About ten lines in all: for files and pipes."""

    def __init__(self, epochs: int, stream: TextIO | None = None) -> None:
        self.epochs, self.stream = epochs, stream or sys.stderr

    def epoch(self, history: History) -> None:
        epoch = len(history.accuracies["unseen"]) - 1
        if epoch % math.ceil(self.epochs / 10) == 0 or epoch == self.epochs:
            self.stream.write(f"{self.state(epoch, history)}\n")
            self.stream.flush()

    def state(self, epoch: int, history: History) -> str:
        """One epoch in words."""
        return (
            f"epoch {epoch:{len(str(self.epochs))}}/{self.epochs}"
            f"  loss {history.losses['training'][-1]:.3f}"
            f"  training {100 * history.accuracies['training'][-1]:5.1f} %"
            f"  unseen {100 * history.accuracies['unseen'][-1]:5.1f} %"
        )

    def close(self) -> None:
        """Leave the terminal as it was."""


class _Bar(_Lines):
    """One line that is drawn over, ten times a second at most: for terminals."""

    def __init__(self, epochs: int, stream: TextIO | None = None) -> None:
        super().__init__(epochs, stream)
        self.start = self.drawn = monotonic()
        self.words = ""

    def epoch(self, history: History) -> None:
        self.words = self.state(len(history.accuracies["unseen"]) - 1, history)

    def step(self, done: float) -> None:
        now = monotonic()
        if now - self.drawn < 0.1:
            return
        self.drawn = now
        left = (now - self.start) * (1 - done) / done
        line = one_line(done, f"{self.words}  {left:3.0f} s left", self.stream)
        self.stream.write(f"\r{line}\x1b[K")
        self.stream.flush()

    def close(self) -> None:
        self.stream.write("\r\x1b[K")
        self.stream.flush()


if __name__ == "__main__":
    sys.exit(main())
