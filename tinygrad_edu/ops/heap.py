"""Freed memory is kept for the next arrays.

glibc gives a large array pages of its own, and takes each of them from the system again when the next one
comes.  Once a block of nearly 32 MB has come and gone, it takes smaller ones from its heap instead, and gives
little of that back: page faults were a tenth of the time of a small GPT's step.  Nothing of the block is touched.
"""

import numpy as np

np.empty((1 << 25) - (1 << 16), np.uint8)
