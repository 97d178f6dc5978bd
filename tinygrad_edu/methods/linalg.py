"""Methods of functions of vectors and matrices."""

from ..functional import matrices, products
from ..inplace import in_place


class Linalg:
    """The functions of `functional.products` and `functional.matrices` that are methods too."""

    __slots__ = ()

    addbmm = products.addbmm
    addmm = products.addmm
    addmv = products.addmv
    addr = products.addr
    baddbmm = products.baddbmm
    bmm = products.bmm
    cross = products.cross
    dot = products.dot
    ger = products.ger
    inner = products.inner
    kron = products.kron
    matmul = products.matmul
    mm = products.mm
    mv = products.mv
    outer = products.outer
    trace = products.trace
    vdot = products.vdot
    addbmm_ = in_place(products.addbmm)
    addmm_ = in_place(products.addmm)
    addmv_ = in_place(products.addmv)
    addr_ = in_place(products.addr)
    baddbmm_ = in_place(products.baddbmm)
    cholesky = matrices.cholesky
    cholesky_inverse = matrices.cholesky_inverse
    cholesky_solve = matrices.cholesky_solve
    det = matrices.det
    inverse = matrices.inverse
    logdet = matrices.logdet
    matrix_exp = matrices.matrix_exp
    matrix_power = matrices.matrix_power
    pinverse = matrices.pinverse
    qr = matrices.qr
    slogdet = matrices.slogdet
    svd = matrices.svd
