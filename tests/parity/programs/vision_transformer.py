"""A vision transformer: patches, a class token, learned positions, attention as einsum, warm-up then cosine."""

import numpy as np
import torch
import torch.nn.functional as F
from harness import in_both_precisions, same_start
from torch import einsum, nn

try:
    from einops import rearrange, repeat
except ImportError:

    def rearrange(x, pattern, **sizes):
        if pattern == "b c (h p1) (w p2) -> b (h w) (p1 p2 c)":
            p = sizes["p1"]
            x = x.unfold(2, p, p).unfold(3, p, p)  # (b, c, h, w, p1, p2)
            return x.permute(0, 2, 3, 4, 5, 1).flatten(1, 2).flatten(2)
        if pattern == "b n (h d) -> b h n d":
            return x.unflatten(-1, (sizes["h"], -1)).transpose(1, 2)
        return x.transpose(1, 2).flatten(2)  # b h n d -> b n (h d)

    def repeat(x, pattern, b):
        return x.expand(b, -1, -1)


class FeedForward(nn.Module):
    def __init__(self, dim, hidden_dim):
        super().__init__()
        self.net = nn.Sequential(
            nn.LayerNorm(dim), nn.Linear(dim, hidden_dim), nn.GELU(), nn.Linear(hidden_dim, dim)
        )

    def forward(self, x):
        return self.net(x)


class Attention(nn.Module):
    def __init__(self, dim, heads=2, dim_head=8):
        super().__init__()
        self.heads, self.scale = heads, dim_head**-0.5
        self.norm = nn.LayerNorm(dim)
        self.attend = nn.Softmax(dim=-1)
        self.to_qkv = nn.Linear(dim, dim_head * heads * 3, bias=False)
        self.to_out = nn.Linear(dim_head * heads, dim)

    def forward(self, x):
        qkv = self.to_qkv(self.norm(x)).chunk(3, dim=-1)
        q, k, v = map(lambda t: rearrange(t, "b n (h d) -> b h n d", h=self.heads), qkv)
        dots = einsum("b h i d, b h j d -> b h i j", q, k) * self.scale
        out = einsum("b h i j, b h j d -> b h i d", self.attend(dots), v)
        return self.to_out(rearrange(out, "b h n d -> b n (h d)"))


class ViT(nn.Module):
    def __init__(self, image_size, patch_size, num_classes, dim, depth, channels=3):
        super().__init__()
        assert image_size % patch_size == 0, "image dimensions must be divisible by the patch size"
        num_patches = (image_size // patch_size) ** 2
        self.p = patch_size
        self.to_patch_embedding = nn.Sequential(
            nn.LayerNorm(channels * patch_size**2), nn.Linear(channels * patch_size**2, dim)
        )
        self.pos_embedding = nn.Parameter(torch.randn(1, num_patches + 1, dim))
        self.cls_token = nn.Parameter(torch.randn(1, 1, dim))
        self.layers = nn.ModuleList([])
        for _ in range(depth):
            self.layers.append(nn.ModuleList([Attention(dim), FeedForward(dim, 2 * dim)]))
        self.mlp_head = nn.Sequential(nn.LayerNorm(dim), nn.Linear(dim, num_classes))
        nn.init.trunc_normal_(self.pos_embedding, std=0.02)

    def forward(self, img):
        x = self.to_patch_embedding(
            rearrange(img, "b c (h p1) (w p2) -> b (h w) (p1 p2 c)", p1=self.p, p2=self.p)
        )
        b, n, _ = x.shape
        cls_tokens = repeat(self.cls_token, "1 1 d -> b 1 d", b=b)
        x = torch.cat((cls_tokens, x), dim=1)
        x += self.pos_embedding[:, : (n + 1)]
        for attn, ff in self.layers:
            x = attn(x) + x
            x = ff(x) + x
        return self.mlp_head(x[:, 0])


def main():
    rng = np.random.default_rng(0)
    model = ViT(image_size=12, patch_size=4, num_classes=5, dim=16, depth=2)
    same_start(model=model)
    img = torch.Tensor(rng.normal(size=(8, 3, 12, 12)))
    target = torch.Tensor(rng.dirichlet(np.ones(5), 8))  # soft labels, as mixup makes them
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.05)
    warmup = torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=0.1, total_iters=5)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=12, eta_min=1e-5)
    scheduler = torch.optim.lr_scheduler.SequentialLR(optimizer, [warmup, cosine], milestones=[5])
    for step in range(17):
        lam = rng.beta(0.4, 0.4)
        index = torch.from_numpy(rng.permutation(8))
        mixed, mixed_target = (
            torch.lerp(img, img[index], lam),
            lam * target + (1 - lam) * target[index],
        )
        if step % 2:
            loss = F.cross_entropy(model(mixed), mixed_target)
        else:
            loss = torch.sum(-mixed_target * F.log_softmax(model(mixed), dim=-1), dim=-1).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        scheduler.step()
        print(step, loss.item())


in_both_precisions(main)
