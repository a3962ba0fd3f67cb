"""Formulas that read a cell as the intake will: `7.60万`, （4.00）, full-width digits, units behind a number.

Only functions that Excel, WPS and LibreOffice all have, none that is an array or newer than 2007. What a text says is
worked out in steps, one cell a step, so that each formula stays short enough to be read.
"""

from __future__ import annotations

from dataclasses import dataclass

from nianbao.figures.units import PERCENT, RATIO
from nianbao.intake.cells import POWERS, SYNONYMS, UNIT

#: What full-width signs stand for in a number.
SIGNS = {
    **{chr(code): chr(code - 0xFEE0) for code in range(0xFF10, 0xFF1A)},
    "（": "(",
    "）": ")",
    "．": ".",
    "－": "-",
    "−": "-",
    "＋": "+",
    "：": ":",
    "∶": ":",
    "％": "%",
    "，": "",
    ",": "",
    "　": "",
    " ": "",
}
#: Marks that stand for no figure.
BLANKS = ("", "-", "—", "——", "–", "―", "无")
#: What is shown for a text that says no number of the right unit.
UNCLEAR = "？"
#: Names of the steps, in the order of their columns.
STEPS = ("半角", "去括号", "去单位", "倍数", "半个末位")


@dataclass(frozen=True)
class Reading:
    """Reads the cell `cell` of an indicator with a `unit`, printed with so many `decimals`.

    `steps` are the cells that hold the steps, `result` the one that holds the number; `half` is half a unit of the last
    digit of a figure printed as usual.
    """

    cell: str
    unit: str
    decimals: int
    half: float
    steps: tuple[str, ...]

    def formulas(self) -> list[str]:
        """The formulas of the steps, in order; the last is half a unit of the last digit that is known."""
        plain, bare, number, times, _ = self.steps
        return [self._narrow(), self._without_brackets(plain), self._without_unit(bare), self._power(bare, number), (
            f'=IF({times}=1,{self.half:g},MAX({self.half:g},0.5*{times}/10^'
            f'IF(ISNUMBER(FIND(".",{number})),LEN({number})-FIND(".",{number}),0)))'
        )]

    def result(self) -> str:
        """The formula of the number: nothing for a blank or a mark, `UNCLEAR` for what cannot be read."""
        plain, _, number, times, _ = self.steps
        odd = ",".join(f'ISNUMBER(FIND("{sign}",{number}))' for sign in "/:%eE")
        second = f'ISNUMBER(FIND("-",{number},2))'
        value = f'IF(OR({second},{odd}),"{UNCLEAR}",IFERROR(VALUE({number})*{times},"{UNCLEAR}"))'
        return f'=IF(ISNUMBER({self.cell}),ROUND({self.cell},{self.decimals}),IF({plain}="","",{value}))'

    def _narrow(self) -> str:
        """The text half-width, without blanks and commas; nothing for a number and for marks."""
        text = self.cell
        for wide, narrow in SIGNS.items():
            text = f'SUBSTITUTE({text},"{wide}","{narrow}")'
        marks = ",".join(f'TRIM({self.cell})="{mark}"' for mark in BLANKS)
        return f'=IF(ISTEXT({self.cell}),IF(OR({marks}),"",{text}),"")'

    def _without_brackets(self, plain: str) -> str:
        """(4.00) as -4.00."""
        opened = f'AND(LEFT({plain},1)="(",ISNUMBER(FIND(")",{plain})))'
        return f'=IF({opened},"-"&SUBSTITUTE(SUBSTITUTE({plain},"(",""),")",""),{plain})'

    def _without_unit(self, bare: str) -> str:
        """The number without the words behind it."""
        text = bare
        for word in self._words():
            text = f"SUBSTITUTE({text},{quoted(word)},{quoted('')})"
        return f"={text}"

    def _words(self) -> list[str]:
        """Words that may stand behind a number in this unit."""
        if self.unit == RATIO:
            return [":1", "比1"]
        if self.unit == PERCENT:
            return [PERCENT]
        thing = self._thing()
        others = [other for other, known in SYNONYMS.items() if known == thing]
        return [word for word in (thing, *others, "万", "亿") if word]

    def _thing(self) -> str:
        """What is counted: 人 of 万人."""
        match = UNIT.fullmatch(self.unit)
        return match["thing"] if match else self.unit

    def _power(self, bare: str, number: str) -> str:
        """By how much the number is to be multiplied; 1 without words behind it."""
        if self.unit in {RATIO, PERCENT}:
            return "=1"
        match = UNIT.fullmatch(self.unit)
        own = POWERS[match["power"]] if match else 1
        powers = "1"
        for word in ("万", "亿", "万亿"):
            powers = f'IF(ISNUMBER(FIND("{word}",{bare})),{POWERS[word]},{powers})'
        return f"=IF({number}={bare},1,{powers}/{own})"


def quoted(text: str) -> str:
    """A text as it stands in a formula: a quotation mark in it is none of the formula's."""
    return '"' + text.replace('"', '""') + '"'
