"""The operators that agree with PyTorch's, by the names of its sample database: three tiers that must, and more."""

_NAMES = {
    "core": """
        add sub mul div pow neg abs exp log sqrt rsqrt tanh sigmoid sin cos erf clamp
        maximum minimum where masked_fill eq ne lt le gt ge __radd__ __rsub__ __rmul__
        __rdiv__ __rpow__ sum mean prod var std max min amax argmax argmin logsumexp softmax
        log_softmax cumsum all any norm reshape view permute transpose t T squeeze unsqueeze
        flatten expand repeat contiguous clone cat stack split chunk __getitem__ gather
        index_select scatter tril triu topk sort matmul mm bmm einsum outer arange linspace
        zeros ones full eye zeros_like ones_like randn rand_like float long item
        nn.functional.linear nn.functional.relu nn.functional.leaky_relu nn.functional.gelu
        nn.functional.silu nn.functional.softplus nn.functional.cross_entropy
        nn.functional.nll_loss nn.functional.mse_loss nn.functional.l1_loss
        nn.functional.binary_cross_entropy nn.functional.binary_cross_entropy_with_logits
        nn.functional.kl_div nn.functional.conv1d nn.functional.conv2d
        nn.functional.conv_transpose2d nn.functional.max_pool2d nn.functional.avg_pool2d
        nn.functional.adaptive_avg_pool2d nn.functional.batch_norm nn.functional.layer_norm
        nn.functional.embedding nn.functional.dropout nn.functional.pad
        nn.functional.one_hot nn.functional.scaled_dot_product_attention
    """,
    "wide": """
        square reciprocal sign logical_not amin expand_as broadcast_to unbind scatter_add
        index_add nonzero mv dot addmm empty full_like bool to nn.functional.elu
        nn.functional.hardtanh nn.functional.smooth_l1_loss nn.functional.group_norm
        nn.functional.normalize asin acos atan atan2 sinh cosh tan ceil floor round trunc
        expm1 log1p log2 log10 exp2 erfc hypot logaddexp fmod remainder floor_divide lerp
        addcmul addcdiv nan_to_num fmax fmin isfinite isinf isnan isclose allclose equal
        true_divide clamp_min clamp_max bitwise_and bitwise_or bitwise_xor bitwise_not
        logical_and logical_or logical_xor __rmatmul__ __rmod__ cumprod cummax cummin
        logcumsumexp aminmax median nansum nanmean var_mean std_mean count_nonzero quantile
        kthvalue diff dist unique bincount argsort view_as reshape_as ravel unflatten
        movedim flip roll tile hstack vstack column_stack tensor_split split_with_sizes
        narrow select unfold diagonal diag diag_embed block_diag atleast_2d meshgrid
        broadcast_tensors mT repeat_interleave tril_indices triu_indices scatter_reduce
        index_copy index_fill index_put masked_select take take_along_dim searchsorted isin
        baddbmm inner kron tensordot trace cross cdist linalg.norm linalg.vector_norm
        linalg.matrix_norm linalg.inv linalg.det linalg.slogdet linalg.solve linalg.cholesky
        linalg.qr linalg.svd linalg.eigh linalg.matrix_power new_zeros new_ones new_full
        empty_like randn_like randint fill zero_ bernoulli multinomial double int half
        nn.functional.relu6 nn.functional.selu nn.functional.celu nn.functional.glu
        nn.functional.mish nn.functional.softsign nn.functional.hardsigmoid
        nn.functional.hardswish nn.functional.threshold nn.functional.prelu
        nn.functional.logsigmoid nn.functional.huber_loss nn.functional.gaussian_nll_loss
        nn.functional.hinge_embedding_loss nn.functional.cosine_embedding_loss
        nn.functional.margin_ranking_loss nn.functional.triplet_margin_loss
        nn.functional.soft_margin_loss nn.functional.conv3d nn.functional.conv_transpose1d
        nn.functional.max_pool1d nn.functional.max_pool3d nn.functional.avg_pool1d
        nn.functional.adaptive_max_pool2d nn.functional.adaptive_avg_pool1d
        nn.functional.instance_norm nn.functional.rms_norm nn.functional.unfold
        nn.functional.interpolate nn.functional.pixel_shuffle
        nn.functional.cosine_similarity nn.functional.pairwise_distance
        nn.functional.embedding_bag nn.functional.multi_head_attention_forward
        nn.functional.dropout2d
    """,
    "full": """
        acosh asinh atanh frac sinc erfinv logit xlogy logaddexp2 deg2rad rad2deg copysign
        float_power signbit sgn heaviside positive isposinf isneginf rsub bitwise_left_shift
        bitwise_right_shift gcd lcm __rand__ __ror__ __rxor__ nanmedian nanquantile mode cov
        corrcoef trapezoid trapz cumulative_trapezoid unique_consecutive histc msort fliplr
        flipud rot90 dstack hsplit vsplit dsplit diagflat atleast_1d atleast_3d
        broadcast_shapes cartesian_prod combinations as_strided sum_to_size select_scatter
        slice_scatter diagonal_scatter masked_scatter bucketize argwhere addmv addbmm addr
        vdot linalg.svdvals linalg.eigvalsh linalg.pinv linalg.multi_dot linalg.vecdot
        linalg.cross linalg.diagonal linalg.solve_triangular linalg.matrix_rank logdet
        cholesky pinverse matrix_exp new_empty randint_like logspace scalar_tensor normal
        short nn.functional.tanhshrink nn.functional.softshrink nn.functional.hardshrink
        nn.functional.softmin nn.functional.poisson_nll_loss nn.functional.multi_margin_loss
        nn.functional.multilabel_margin_loss nn.functional.multilabel_soft_margin_loss
        nn.functional.conv_transpose3d nn.functional.avg_pool3d
        nn.functional.adaptive_max_pool1d nn.functional.adaptive_avg_pool3d
        nn.functional.local_response_norm nn.functional.pixel_unshuffle
        nn.functional.channel_shuffle nn.functional.grid_sample nn.functional.bilinear
        nn.functional.pdist nn.functional.alpha_dropout
    """,
    "more": """
        H byte char cholesky_inverse constant_pad_nd digamma empty_strided frexp gradient histogram
        index_reduce ldexp lgamma linalg.lstsq mH mvlgamma nn.functional.adaptive_max_pool3d
        nn.functional.ctc_loss nn.functional.dropout3d nn.functional.feature_alpha_dropout
        nn.functional.max_unpool1d nn.functional.max_unpool2d nn.functional.max_unpool3d
        nn.functional.rrelu nn.functional.triplet_margin_with_distance_loss
        nn.functional.upsample_bilinear nn.functional.upsample_nearest put qr resize_ resize_as_ special.entr
        special.ndtr special.xlog1py unravel_index i0 igamma igammac linalg.cond linalg.vander nextafter
        special.bessel_j0 special.bessel_j1 special.erfcx special.i0e special.i1 special.i1e special.log_ndtr
        special.ndtri special.zeta
    """,
}
TIERS = {tier: names.split() for tier, names in _NAMES.items()}
