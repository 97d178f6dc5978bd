"""Screenshots of the pages for the documentation: `python docs/make_pictures.py [NAME ...]`.

Each program below is drawn and explained, and its two pages are photographed by a headless Chromium
(`pip install playwright`), in light and dark, 1280 and 400 pixels wide.  `seeing.md` shows them.
"""

from __future__ import annotations

import io
import math
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

import tinygrad_edu as te
from tinygrad_edu import Tensor, nn
from tinygrad_edu.nn import functional as F
from tinygrad_edu.read.draw import Drawing
from tinygrad_edu.read.explain import Explanation

FOLDER = Path(__file__).with_name("seeing")
WIDTHS = {"wide": (1280, 800), "narrow": (400, 800)}
LONGEST = 1400  # pixels that are shown of a page, from its top
Pages = tuple[Drawing, Explanation]


# ---- the models --------------------------------------------------------------------------------
class Neuron(te.mlp.Module):
    """tanh(x1 w1 + x2 w2 + b)"""

    def __init__(self) -> None:
        self.w1, self.w2, self.b = te.Value(-3.0), te.Value(1.0), te.Value(6.8814)

    def __call__(self, x1: te.Value, x2: te.Value) -> te.Value:
        return (x1 * self.w1 + x2 * self.w2 + self.b).tanh()

    def parameters(self) -> list[te.Value]:
        return [self.w1, self.w2, self.b]


class LeNet(nn.Module):
    """Two convolutions, then three layers."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(256, 120), nn.Linear(120, 84), nn.Linear(84, 10)

    def forward(self, image: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(image)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2).flatten(1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))


class Cell(nn.Module):
    """An LSTM cell: what to forget, what to write, what to show."""

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        size = inputs + width, width
        self.forget, self.write, self.show = (nn.Linear(*size) for _ in range(3))
        self.candidate = nn.Linear(*size)

    def forward(self, x: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
        both = te.cat([x, h], 1)
        new = self.write(both).sigmoid() * self.candidate(both).tanh()
        c = self.forget(both).sigmoid() * c + new
        return self.show(both).sigmoid() * c.tanh(), c


class Attention(nn.Module):
    """Every place asks those before it."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.q, self.k, self.v = (nn.Linear(width, width) for _ in range(3))
        self.proj = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        later = te.full(2 * x.shape[1:2], -math.inf).triu(1)
        scores = self.q(x) @ self.k(x).transpose(1, 2) / math.sqrt(x.shape[2])
        return self.proj((scores + later).softmax(-1) @ self.v(x))


class Block(nn.Module):
    """Attention and a small network, each added to what was there."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.ln1, self.attn, self.ln2 = nn.LayerNorm(width), Attention(width), nn.LayerNorm(width)
        self.mlp = nn.Sequential(
            nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
        )

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attn(self.ln1(x))
        return x + self.mlp(self.ln2(x))


class GPT(nn.Module):
    """Letters and their places, blocks, scores of the next letter."""

    def __init__(self, layers: int, letters: int = 27, width: int = 16, context: int = 8) -> None:
        super().__init__()
        self.letter, self.place = nn.Embedding(letters, width), nn.Embedding(context, width)
        self.blocks = nn.Sequential(*(Block(width) for _ in range(layers)))
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, letters)

    def forward(self, text: Tensor) -> Tensor:
        x = self.letter(text) + self.place.weight
        return self.head(self.norm(self.blocks(x)))


# ---- the programs ------------------------------------------------------------------------------
def neuron() -> Pages:
    x1, x2, neuron = te.Value(2.0), te.Value(0.0), Neuron()
    L = neuron(x1, x2)
    return te.draw(L, grads="compute"), te.explain(L)


def xor() -> Pages:
    X, y = te.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]]), te.tensor([[0.0], [1], [1], [0]])
    net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    loss = F.mse_loss(net(X), y)
    return te.draw(loss, grads="compute", fold=False), te.explain(loss)


def lenet() -> Pages:
    model, image, digit = LeNet(), te.randn(4, 1, 28, 28), te.tensor([3, 1, 4, 1])

    def loss(image: Tensor) -> Tensor:
        return F.cross_entropy(model(image), digit)

    return te.draw(loss, image, grads="compute"), te.explain(loss, image)


def lstm() -> Pages:
    cell, x, h, c = Cell(2, 3), te.randn(1, 2), te.randn(1, 3), te.randn(1, 3)

    def shown() -> Tensor:
        return cell(x, h, c)[0]

    return te.draw(cell, x, h, c, grads="compute"), te.explain(shown)


def gpt() -> Pages:
    model, text, following = GPT(12), te.randint(0, 27, (2, 8)), te.randint(0, 27, (16,))

    def loss(text: Tensor) -> Tensor:
        return F.cross_entropy(model(text).flatten(0, 1), following)

    return te.draw(loss, text, grads="compute"), te.explain(loss, text)


PROGRAMS = (neuron, xor, lenet, lstm, gpt)
STEPS = {"neuron": 11, "xor": 14, "lenet": 24, "lstm": 28, "gpt": 13}  # that the pages are open at


# ---- the photographs -----------------------------------------------------------------------------
def main(folder: Path, only: Sequence[str]) -> None:
    """Photograph the pages of the programs of these names, or of all."""
    folder.mkdir(exist_ok=True)
    with sync_playwright() as running, tempfile.TemporaryDirectory() as pages:
        browser = running.chromium.launch(executable_path=chromium())
        for program in PROGRAMS:
            if only and program.__name__ not in only:
                continue
            te.manual_seed(0)
            for page, kind in zip(program(), ("drawing", "steps")):
                file = page.save(Path(pages, f"{program.__name__}-{kind}.html"))
                step = f"#step={STEPS[program.__name__]}" if kind == "steps" else ""
                for scheme in ("light", "dark"):
                    for width in WIDTHS:
                        to = folder / f"{file.stem}-{scheme}-{width}.png"
                        photograph(browser, file.as_uri() + step, scheme, WIDTHS[width], to)
        browser.close()
    sizes = [file.stat().st_size for file in folder.glob("*.png")]
    print(
        f"{len(sizes)} pictures, {sum(sizes) / 1e6:.2f} MB, the largest {max(sizes) / 1e3:.0f} kB"
    )


def chromium() -> str | None:
    """The system's browser; without one, playwright takes its own."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


def photograph(
    browser: Browser, address: str, scheme: str, size: tuple[int, int], to: Path
) -> None:
    """One page, from its top, as a PNG of few colours."""
    width, height = size
    page = browser.new_page(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    page.goto(address)
    page.wait_for_timeout(200)
    whole = page.evaluate("document.documentElement.scrollHeight")
    clip = {"x": 0, "y": 0, "width": width, "height": min(whole, LONGEST)}
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True, clip=clip)))
    page.close()
    few_colours(picture.convert("RGB")).save(to, optimize=True)


def few_colours(picture: Image.Image) -> Image.Image:
    """The same in its 256 most frequent colours: areas keep theirs, only edges of letters lose some."""
    counted = picture.getcolors(picture.width * picture.height) or []
    frequent = [colour for _, colour in sorted(counted, reverse=True)[:256]]
    palette = Image.new("P", (1, 1))
    palette.putpalette([channel for colour in frequent for channel in colour])
    return picture.quantize(palette=palette, dither=Image.Dither.NONE)


if __name__ == "__main__":
    main(FOLDER, sys.argv[1:])
