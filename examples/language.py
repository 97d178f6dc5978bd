"""What the examples on language share: names and a text, characters as numbers, training, writing.

Names and text are read from the data folder if it has them, else made up by rules. Of what is made up, the
entropy is known: the fewest nats per character that anything can need, a knower of the rules included.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lesson import Lesson

import tinygrad_edu as te
from tinygrad_edu import Tensor, nn
from tinygrad_edu.nn.functional import cross_entropy, nll_loss

END = "\n"  # of a name; also what stands before its first letter
NONE = -100  # a target that cross_entropy leaves out, as PyTorch's does


class Characters:
    """The characters of a text, numbered; END is 0."""

    def __init__(self, text: str) -> None:
        self.all = sorted({END, *text})
        self.number = {character: k for k, character in enumerate(self.all)}

    def __len__(self) -> int:
        return len(self.all)

    def encode(self, text: str) -> Tensor:
        return te.tensor([self.number[character] for character in text])

    def decode(self, numbers: Tensor) -> str:
        return "".join(self.all[k] for k in numbers.tolist())

    def words(self, rows: Tensor) -> list[str]:
        """What stands before END in each row, (N, T)."""
        return [self.decode(row).split(END)[0] for row in rows]

    def pairs(self, names: list[str]) -> tuple[Tensor, Tensor]:
        """Inputs END a n n a and targets a n n a END, (N, longest + 1), filled up with END and NONE."""
        length = 1 + max(map(len, names))
        x = self.encode("".join((END + name).ljust(length, END) for name in names)).view(-1, length)
        y = te.full(x.shape, NONE)
        y[:, :-1] = te.where(x[:, 1:] == 0, NONE, x[:, 1:])
        y[te.arange(len(names)), te.tensor([len(name) for name in names])] = 0
        return x, y

    def bigram_loss(self, training: list[str], testing: list[str]) -> float:
        """Nats per character for who knows only the last character, and has counted pairs.

        Each pair counts as if it had been seen once more: no chance is 0.
        """
        x, y = self.pairs(training)
        counts = te.ones(len(self), len(self))
        counts.index_put_((x[y >= 0], y[y >= 0]), te.tensor(1.0), accumulate=True)
        chances = counts / counts.sum(1, keepdim=True)  # of the next character, by the last one
        x, y = self.pairs(testing)
        return float(nll_loss(chances.log()[x[y >= 0]], y[y >= 0]))


def split(things: Any) -> tuple[Any, Any, Any]:
    """The first 80 % to train on, then 10 % to choose by, then 10 % to be judged on."""
    first, second = len(things) * 8 // 10, len(things) * 9 // 10
    return things[:first], things[first:second], things[second:]


def train(
    lesson: Lesson,
    name: str,
    net: nn.Module,
    loss_of: Callable[[], Tensor],
    steps: int,
    rate: float = 5e-3,
) -> list[float]:
    """The losses of steps on batches that `loss_of` draws, at a rate that rises briefly and then falls."""
    optimizer, losses = te.optim.AdamW(net.parameters()), []
    falling = te.optim.lr_scheduler.OneCycleLR(optimizer, rate, steps, pct_start=0.1)
    for _ in lesson.progress(range(steps), name):
        optimizer.zero_grad()
        loss = loss_of()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)  # 14_memory.py says why
        optimizer.step()
        falling.step()
        losses.append(loss.item())
    return losses


def nats(scores: Tensor, targets: Tensor) -> Tensor:
    """The mean loss per character, scores (N, T, characters), targets (N, T); NONE does not count."""
    return cross_entropy(scores.flatten(0, 1), targets.flatten())


@te.no_grad()
def write(scores_of: Callable[[Tensor], Tensor], count: int, length: int) -> Tensor:
    """Texts (count, length) after END: each character drawn by the chances after those before it."""
    x = te.zeros(count, 1, dtype=te.int64)
    for _ in range(length):
        x = te.cat([x, te.multinomial(scores_of(x)[:, -1].softmax(1), 1)], 1)
    return x[:, 1:]


def found(data: Path | None, name: str) -> Path | None:
    """The file of this name in the data folder or its folder `text`, if there is one."""
    paths = [data / name, data / "text" / name] if data else []
    return next((path for path in paths if path.is_file()), None)


# ---- names -----------------------------------------------------------------------------------------
def names(data: Path | None) -> tuple[str, list[str], float | None]:
    """What they are, distinct or made up, in random order, and the entropy if it is known."""
    path, chance = found(data, "names.txt"), random.Random(2)
    if path is None:
        made = [_made_name(chance) for _ in range(20_000)]
        entropy = sum(nats for _, nats in made) / sum(len(name) + 1 for name, _ in made)
        return "made-up names", [name for name, _ in made], entropy
    known = sorted(set(path.read_text("utf-8").split()))  # twice would be in training and testing
    chance.shuffle(known)
    return "first names", known, None


def _made_name(chance: random.Random) -> tuple[str, float]:
    """A name and -log of its chance: syllables, all vowels of one family, the first letter also last.

    Both rules need memory: of the first vowel, and of the first letter.
    """
    consonants, family, count = (
        "bdfgklmnprstvz",
        chance.choice(("aou", "eiy")),
        chance.choice((2, 3)),
    )
    syllables = [chance.choice(consonants) + chance.choice(family) for _ in range(count)]
    nats = math.log(2) + math.log(2) + count * math.log(len(consonants) * len(family))
    return "".join(syllables) + syllables[0][0], nats


# ---- a text ----------------------------------------------------------------------------------------
def text(data: Path | None) -> tuple[str, str, float | None]:
    """What it is, itself, and its entropy per character if that is known."""
    path, chance = found(data, "tinyshakespeare.txt"), random.Random(3)
    if path is not None:
        return "Shakespeare", path.read_text("utf-8"), None
    made = [_made_speech(chance) for _ in range(4_000)]
    everything = "".join(speech for speech, _ in made)
    return "a made-up play", everything, sum(nats for _, nats in made) / len(everything)


def _made_speech(chance: random.Random) -> tuple[str, float]:
    """Who speaks and two sentences: what is done agrees with how many do it, words before."""
    nats = 0.0

    def one_of(things: str) -> str:
        nonlocal nats
        nats += math.log(len(things.split()))
        return chance.choice(things.split())

    lines = [one_of("KING QUEEN FOOL GHOST") + ":"]
    for _ in range(2):
        many = one_of("one many") == "many"
        who = f"{one_of('old young wise proud')} {one_of('lord lady fox bird')}{'s' * many}"
        does = f"{one_of('see hear want follow')}{'s' * (not many)}"
        whom = f"{one_of('a the my your')} {one_of('crown sword rose letter')}"
        lines.append(f"{'Those' if many else 'That'} {who} in the hall {does} {whom}.")
    return "\n".join(lines) + "\n\n", nats
