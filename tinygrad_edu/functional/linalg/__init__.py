"""`linalg`: what is solved with matrices and what they are factored into, batched over leading dimensions."""

from ..diagonals import linalg_diagonal as diagonal
from ..norms import linalg_norm as norm, matrix_norm, vector_norm
from ..products import matmul
from .conditioning import cond
from .decompositions import cholesky, eigh, eigvalsh, qr, svd, svdvals
from .determinants import det, slogdet
from .errors import LinAlgError
from .least_squares import lstsq, matrix_rank, pinv
from .products import cross, matrix_exp, matrix_power, multi_dot, vander, vecdot
from .solving import inv, solve, solve_triangular

__all__ = [
    "LinAlgError", "cholesky", "cond", "cross", "det", "diagonal", "eigh", "eigvalsh", "inv", "lstsq", "matmul",
    "matrix_exp", "matrix_norm", "matrix_power", "matrix_rank", "multi_dot", "norm", "pinv", "qr", "slogdet",
    "solve", "solve_triangular", "svd", "svdvals", "vander", "vecdot", "vector_norm",
]  # fmt: skip
