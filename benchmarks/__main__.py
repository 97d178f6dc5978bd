"""`python -m benchmarks [--quick] [--case NAME]`: measure, and print one line per comparison."""

import os

for _library in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM"):
    os.environ[f"{_library}_NUM_THREADS"] = "1"  # read once, when NumPy and PyTorch are loaded
os.environ.pop("OPENBLAS_CORETYPE", None)  # an old core type pinned there halves the speed of GEMM

import argparse  # noqa: E402

from .cases import CASES  # noqa: E402
from .harness import HEADER, settle  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="5 rounds instead of 15")
    parser.add_argument(
        "--case", choices=sorted(CASES), action="append", help="only this one; may be repeated"
    )
    options = parser.parse_args()
    rounds = 5 if options.quick else 15
    settle()
    print(HEADER)
    for name in options.case or CASES:
        for line in CASES[name](rounds):
            print(line, flush=True)


main()
