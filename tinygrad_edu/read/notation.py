"""Terms written down: as text in Unicode, as MathML for pages, as LaTeX.

One class knows where parentheses are needed; the two others say only what they write otherwise.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

from .terms import Term
from .words import number as digits, plain

__all__ = ["SharedMathML", "latex", "mathml", "text"]

LOOSE, SUM, PRODUCT, POWER, ATOM = range(5)  # how tightly a term holds together
GREEK = {"pi": "π", "σ": "σ", "Φ": "Φ"}
_SUPERSCRIPT = str.maketrans("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_LEVEL = {
    "cases": LOOSE, "compare": LOOSE, "and": LOOSE, "sum": SUM, "negative": SUM, "product": PRODUCT,
    "matmul": PRODUCT, "fraction": PRODUCT, "power": POWER, "transpose": POWER,
}  # fmt: skip


class _Writer:
    """Unicode; the other notations say what they do otherwise."""

    times, dot = " × ", " @ "
    levels = _LEVEL

    def write(self, x: Term, least: int = LOOSE) -> str:
        """A term, in parentheses if it is looser than `least`."""
        found: str = getattr(self, x.kind)(*x.parts)
        level = self.levels.get(x.kind, ATOM)
        if x.kind == "number" and digits(x.parts[0]).startswith("−"):
            level = SUM
        return self.within(found) if level < least else found

    def within(self, inside: str) -> str:
        return f"({inside})"

    def name(self, word: str) -> str:
        return plain(GREEK.get(word, word), 40)

    def number(self, value: Any) -> str:
        return digits(value)

    def partial(self, of: str, by: str) -> str:
        return f"∂{self.name(of)}/∂{self.name(by)}"

    def op(self, sign: str) -> str:
        return f" {sign} "

    def sum(self, *signed: tuple[str, Term]) -> str:
        first = self.write(signed[0][1], SUM)
        return first + "".join(self.op(sign) + self.write(x, PRODUCT) for sign, x in signed[1:])

    def negative(self, x: Term) -> str:
        return "−" + self.write(x, PRODUCT)

    def product(self, *factors: Term) -> str:
        return self.times.join(
            self.write(x, PRODUCT if k == 0 else POWER) for k, x in enumerate(factors)
        )

    def matmul(self, x: Term, y: Term) -> str:
        return self.write(x, PRODUCT) + self.dot + self.write(y, POWER)

    def fraction(self, x: Term, y: Term) -> str:
        return f"{self.write(x, PRODUCT)} / {self.write(y, POWER)}"

    def power(self, x: Term, y: Term) -> str:
        exponent = self.write(y)
        if y.kind == "number" and type(y.parts[0]) is int:
            return self.write(x, ATOM) + exponent.translate(_SUPERSCRIPT)
        return f"{self.write(x, ATOM)}^{self.write(y, ATOM)}"

    def transpose(self, x: Term) -> str:
        return self.write(x, ATOM) + "ᵀ"

    def root(self, x: Term) -> str:
        return "√" + self.write(x, ATOM)

    def bars(self, x: Term) -> str:
        return f"|{self.write(x)}|"

    def call(self, function: str, *args: Term) -> str:
        return self.function(function) + self.within(self.comma().join(map(self.write, args)))

    def comma(self) -> str:
        return ", "

    def function(self, word: str) -> str:
        return word

    def holds(self, condition: Term) -> str:
        """1 where the condition holds, else 0."""
        return f"[{self.write(condition)}]"

    def compare(self, x: Term, sign: str, y: Term) -> str:
        return self.write(x, SUM) + self.op(sign) + self.write(y, SUM)

    def both(self, *conditions: Term) -> str:
        return " and ".join(map(self.write, conditions))

    def code(self, words: str) -> str:
        return plain(words, 80)

    def matrix(self, *rows: tuple[Term, ...]) -> str:
        return f"[{'; '.join(' '.join(map(self.write, row)) for row in rows)}]"

    def cases(self, *branches: tuple[Term, Term | None]) -> str:
        return "; ".join(
            f"{self.write(x)} {'otherwise' if c is None else 'if ' + self.write(c)}"
            for x, c in branches
        )


class _MathML(_Writer):
    times, dot = "<mo>×</mo>", '<mspace width="0.2em"/>'
    levels = _LEVEL | {"fraction": ATOM, "cases": ATOM}

    def within(self, inside: str) -> str:
        return f"<mrow><mo>(</mo>{inside}<mo>)</mo></mrow>"

    def name(self, word: str) -> str:
        word = plain(GREEK.get(word, word), 40)
        parts = re.fullmatch(r"([A-Za-z]+)_?(\d+)", word)
        if parts:
            return f"<msub>{self.letters(parts[1])}<mn>{parts[2]}</mn></msub>"
        return self.letters(word)

    def letters(self, word: str) -> str:
        return f"<mi>{escape(word)}</mi>"

    def number(self, value: Any) -> str:
        shown = digits(value)
        return (
            f"<mrow><mo>−</mo><mn>{shown[1:]}</mn></mrow>"
            if shown[0] == "−"
            else f"<mn>{shown}</mn>"
        )

    def partial(self, of: str, by: str) -> str:
        over, under = (f"<mrow><mi>∂</mi>{self.name(w)}</mrow>" for w in (of, by))
        return f"<mfrac>{over}{under}</mfrac>"

    def op(self, sign: str) -> str:
        return f"<mo>{escape(sign)}</mo>"

    def negative(self, x: Term) -> str:
        return f"<mo>−</mo>{self.write(x, PRODUCT)}"

    def fraction(self, x: Term, y: Term) -> str:
        return f"<mfrac><mrow>{self.write(x)}</mrow><mrow>{self.write(y)}</mrow></mfrac>"

    def power(self, x: Term, y: Term) -> str:
        return f"<msup>{self.one(x)}<mrow>{self.write(y)}</mrow></msup>"

    def one(self, x: Term) -> str:
        return f"<mrow>{self.write(x, ATOM)}</mrow>"

    def transpose(self, x: Term) -> str:
        return f'<msup>{self.one(x)}<mi mathvariant="normal">T</mi></msup>'

    def root(self, x: Term) -> str:
        return f"<msqrt>{self.write(x)}</msqrt>"

    def bars(self, x: Term) -> str:
        return f"<mrow><mo>|</mo>{self.write(x)}<mo>|</mo></mrow>"

    def comma(self) -> str:
        return "<mo>,</mo>"

    def function(self, word: str) -> str:
        return f'<mi mathvariant="normal">{escape(word)}</mi><mo>&#x2061;</mo>'

    def holds(self, condition: Term) -> str:
        return f"<mrow><mo>[</mo>{self.write(condition)}<mo>]</mo></mrow>"

    def both(self, *conditions: Term) -> str:
        return "<mtext> and </mtext>".join(map(self.write, conditions))

    def code(self, words: str) -> str:
        return f"<mtext>{escape(plain(words, 80))}</mtext>"

    def cases(self, *branches: tuple[Term, Term | None]) -> str:
        rows = "".join(
            f"<mtr><mtd>{self.write(x)}</mtd><mtd>"
            + ("<mtext>otherwise</mtext>" if c is None else f"<mtext>if </mtext>{self.write(c)}")
            + "</mtd></mtr>"
            for x, c in branches
        )
        return f"<mrow><mo>{{</mo><mtable>{rows}</mtable></mrow>"


class _LaTeX(_Writer):
    times, dot = r" \cdot ", r" \, "
    levels = _LEVEL | {"fraction": ATOM, "cases": ATOM}

    def within(self, inside: str) -> str:
        return rf"\left({inside}\right)"

    def name(self, word: str) -> str:
        word = plain(word, 40)
        if word in ("π", "pi"):
            return r"\pi"
        parts = re.fullmatch(r"([A-Za-z]+)_?(\d+)", word)
        if parts:
            return f"{self.letters(parts[1])}_{{{parts[2]}}}"
        return self.letters(word)

    def letters(self, word: str) -> str:
        return (
            word
            if len(word) == 1 and word.isascii() and word.isalpha()
            else rf"\mathit{{{_safe(word)}}}"
        )

    def number(self, value: Any) -> str:
        shown = digits(value).replace("−", "-")
        mantissa, e, exponent = shown.partition("e")
        return rf"{mantissa} \times 10^{{{int(exponent)}}}" if e else shown

    def partial(self, of: str, by: str) -> str:
        return rf"\frac{{\partial {self.name(of)}}}{{\partial {self.name(by)}}}"

    def op(self, sign: str) -> str:
        signs = {"−": "-", "≤": r"\le", "≥": r"\ge", "≠": r"\ne"}
        return f" {signs.get(sign, sign)} "

    def negative(self, x: Term) -> str:
        return "-" + self.write(x, PRODUCT)

    def fraction(self, x: Term, y: Term) -> str:
        return rf"\frac{{{self.write(x)}}}{{{self.write(y)}}}"

    def power(self, x: Term, y: Term) -> str:
        return f"{{{self.write(x, ATOM)}}}^{{{self.write(y)}}}"

    def transpose(self, x: Term) -> str:
        return f"{{{self.write(x, ATOM)}}}^{{\\top}}"

    def root(self, x: Term) -> str:
        return rf"\sqrt{{{self.write(x)}}}"

    def bars(self, x: Term) -> str:
        return rf"\left|{self.write(x)}\right|"

    def function(self, word: str) -> str:
        known = {
            "σ": r"\sigma",
            "Φ": r"\Phi",
            "Σ": r"\sum",
            "Π": r"\prod",
            "log": r"\log",
            "tanh": r"\tanh",
        }
        return known.get(word, rf"\operatorname{{{_safe(word)}}}")

    def holds(self, condition: Term) -> str:
        return rf"\left[{self.write(condition)}\right]"

    def both(self, *conditions: Term) -> str:
        return r" \text{ and } ".join(map(self.write, conditions))

    def code(self, words: str) -> str:
        return rf"\text{{{_safe(plain(words, 80))}}}"

    def words(self, words: str) -> str:
        return rf"\text{{{_safe(words)}}}"

    def matrix(self, *rows: tuple[Term, ...]) -> str:
        lines = r" \\ ".join(" & ".join(map(self.write, row)) for row in rows)
        return rf"\begin{{bmatrix}} {lines} \end{{bmatrix}}"

    def cases(self, *branches: tuple[Term, Term | None]) -> str:
        rows = r" \\ ".join(
            self.write(x)
            + (r" & \text{otherwise}" if c is None else rf" & \text{{if }} {self.write(c)}")
            for x, c in branches
        )
        return rf"\begin{{cases}} {rows} \end{{cases}}"


_SPECIAL = {"\\": r"\backslash{}", "^": r"\hat{}", "~": r"\sim{}"}


def _safe(words: str) -> str:
    """Words in which nothing is a command of LaTeX."""
    return "".join(_SPECIAL.get(c) or (f"\\{c}" if c in "_&%$#{}" else c) for c in words)


text = _Writer().write
latex = _LaTeX().write
_mathml = _MathML().write


def mathml(*terms: Any) -> str:
    """A `<math>` element: terms, and signs such as "=" between them."""
    parts = (f"<mo>{escape(x)}</mo>" if isinstance(x, str) else _mathml(x) for x in terms)
    return f"<math>{''.join(parts)}</math>"


class SharedMathML:
    """The formulas of a page, what they share kept once: templates with holes, and the words in the holes.

    A formula is a list of numbers: its template's, then its words'.  Words are what stands in names,
    numbers and texts, without the letter of v12; so one rule is one template, whatever it is applied to.
    In templates HOLE is for a word, and OVER for `over`, how most derivatives begin: ∂result over ∂.
    """

    HOLE, OVER = "\t", "\n"

    def __init__(self, result: Term) -> None:
        self.over = f"<mfrac><mrow><mi>∂</mi>{_mathml(result)}</mrow><mrow><mi>∂</mi>"
        self.templates: dict[str, int] = {}
        self.words: dict[str, int] = {}

    def add(self, *terms: Term | str) -> list[int]:
        """A formula."""
        found: list[int] = []

        def hole(match: re.Match[str]) -> str:
            found.append(self.words.setdefault(match[0], len(self.words)))
            return self.HOLE

        template = _WORD.sub(hole, mathml(*terms).replace(self.over, self.OVER))
        return [self.templates.setdefault(template, len(self.templates)), *found]


_WORD = re.compile(r"(?<!<msub><mi>)(?<=<mi>)[^∂<]+|(?<=<mn>)[^<]+|(?<=<mtext>)[^<]+")
