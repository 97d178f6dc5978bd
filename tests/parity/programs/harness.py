"""What the programs share: equal starts and both precisions.

A program is given an empty folder.  Its first run writes there the parameters that its modules begin
with; a second run, under another library, reads them.  All else that is random comes from NumPy.
"""

import sys
from pathlib import Path

import torch

FOLDER = Path(sys.argv[1])


def same_start(**modules):
    """Give each module the parameters and buffers that it had in the first run."""
    file = FOLDER / f"{torch.get_default_dtype().itemsize}.pt"
    if file.exists():
        for name, state in torch.load(file).items():
            modules[name].load_state_dict(state)
    else:
        torch.save({name: module.state_dict() for name, module in modules.items()}, file)


def in_both_precisions(main):
    """Run a program in float32, then in float64; each prints its losses, one at the end of a line."""
    for precision, dtype in (("float32", torch.float32), ("float64", torch.float64)):
        torch.set_default_dtype(dtype)
        torch.manual_seed(0)
        print(precision)
        main()
