"""What can be said of a figure in a sentence: its value, how it moved, what share it is.

A phrase is a text in which a character stands for each figure (see `nianbao.chapter.printer`).
"""

from __future__ import annotations

from nianbao.chapter.definitions import is_wrong, of_one_definition
from nianbao.chapter.figure import Figure
from nianbao.chapter.printer import BELOW, GONE, HOLE, WAS, ZERO, Printer, unit_text
from nianbao.figures.derivation import AVERAGE, CHANGE, GROWTH, MOVED_POINTS
from nianbao.figures.ids import FigureId
from nianbao.figures.quantity import Quantity
from nianbao.figures.units import PERCENT, RATIO

#: Words in the names of balances.
BALANCES = ("结余", "结存")
#: Percent below which a ratio has moved only a little.
LITTLE = 3
#: How regions that are level are called.
TIED = "并列"
#: Numbers of years in words.
NUMERALS = "零一两三四五六七八九十"


class Phrases:
    """Phrases about figures; `missing` holds each level that was asked for and is unknown."""

    def __init__(self, printer: Printer):
        self.printer = printer
        self.missing: list[Figure] = []

    def number(self, quantity: Quantity | None, sign: bool = True) -> str:
        """The figure without its unit; `sign` False prints the magnitude (the word says the direction)."""
        return HOLE if quantity is None else self.printer.character(quantity, sign)

    def value(self, quantity: Quantity | None, sign: bool = True) -> str:
        """The figure with its unit."""
        return HOLE if quantity is None else self.number(quantity, sign) + unit_text(quantity.unit)

    def level(self, figure: Figure) -> str:
        """An indicator's own value; remembers what is lacking."""
        quantity = figure.quantity
        if quantity is None:
            self.missing.append(figure)
            return HOLE
        return self.value(quantity) + sign_of(quantity)

    def alone(self, figure: Figure) -> str:
        """An indicator's own value where no sentence stands around it: a balance less than zero is called a debt."""
        quantity = figure.quantity
        return f"赤字{self.value(quantity, sign=False)}" if is_debt(figure) else self.value(quantity)

    def moved(
        self, quantity: Quantity | None, up: str = "增加", down: str = "减少", still: str = "持平", before: str = ""
    ) -> str:
        """`增加7.34万人`, or 持平 for zero; left out where it is unknown. `before` stands before a movement only."""
        if quantity is None:
            return GONE
        if quantity.value == 0:
            return still
        word = up if quantity.value > 0 else down
        return before + word + self.value(quantity, sign=False)

    def change(self, figure: Figure, base: int | None = None, growth: str = GROWTH) -> str:
        """`较上年末增加7.34万人，增长2.74%`: the change since `base` (default: the year before) and its rate.

        Percentages and ratios move by points or rise and fall; a rate is left out where the base is not positive.
        Where nothing is left, and where the base was printed by another definition, the base itself is said; nothing is
        said against a base that is known to be wrong. A base before last year gives way to the one that the edition
        compares with, see `Figure.base`.
        """
        base = figure.year - 1 if base is None else figure.base(base)
        than = base_words(figure, base)
        special = self._was(figure, base) or self._like_for_like(figure, base) or self._against_wrong(figure, base)
        if special:
            return special
        if figure.about.unit == RATIO:
            return self._ratio_change(figure, base, than)
        if figure.about.unit == PERCENT:
            points = self._amount(figure.derived(MOVED_POINTS, base), "上升", "下降", than)
            return points.replace("百分点", "个百分点")
        change = figure.derived(CHANGE, base)
        if is_debt(figure) or is_debt(figure.at(base)):
            return self._balance_change(figure, base, change)
        text = self._amount(change, "增加", "减少", than)
        rate = figure.derived(growth, base) if change is not None and change.value else None
        if rate is None or rate.value == 0:
            return text
        a_year = "年均" if growth == AVERAGE else ""
        return f"{text}，{a_year}{self.moved(rate, '增长', '下降')}"

    def _amount(self, change: Quantity | None, up: str, down: str, than: str) -> str:
        """How much something moved; a change of zero is said in words and remembered nonetheless."""
        if change is not None and change.value == 0:
            self.printer.show(change)
        return self.moved(change, up, down, still=f"与{than}持平", before=f"较{than}")

    def _was(self, figure: Figure, base: int) -> str:
        """`（上年84人次）` behind a figure of which nothing is left; empty where there is some, or never was any."""
        then = figure.at(base).quantity
        if not is_nothing(figure) or then is None or then.value <= 0:
            return ""
        return f"{WAS}（{base_words(figure, base).replace('（经修订）', '经修订为')}{self.value(then)}）"

    @staticmethod
    def _against_wrong(figure: Figure, base: int) -> str:
        """A phrase that leaves itself out where the base is known to be wrong and no document prints the change."""
        measure = MOVED_POINTS if figure.about.unit == PERCENT else CHANGE
        printed = figure.published.printing(FigureId(figure.key, measure, str(base)))
        return GONE if printed is None and is_wrong(figure.at(base)) else ""

    def _like_for_like(self, figure: Figure, base: int) -> str:
        """How a figure moved whose base was printed by another definition than it has; empty where it was not.

        `较上年按同一定义算得的56.57%上升3.78个百分点（上年所印46.86%口径不同）`.
        """
        found = of_one_definition(figure, base)
        if found is None:
            return ""
        than = base_words(figure, base)
        then, change = found
        up, down = ("上升", "下降") if figure.about.unit in {PERCENT, RATIO} else ("增加", "减少")
        printed = f"（{than}所印{self.value(figure.at(base).quantity)}口径不同）"
        against = f"{than}按同一定义算得的{self.value(then)}"
        if change.value == 0:
            self.printer.show(change)
            return f"与{against}持平{printed}"
        return f"较{against}{self.moved(change, up, down).replace('百分点', '个百分点')}{printed}"

    def _balance_change(self, figure: Figure, base: int, change: Quantity | None) -> str:
        """How a balance moved that is or was a debt.

        `赤字较上年末扩大2.20亿元`, `上年末结余2.00亿元`.
        """
        than = base_words(figure, base)
        now = figure.quantity
        then = figure.at(base).quantity
        if now is None or then is None or change is None:
            return GONE
        if now.value < 0 and then.value < 0:
            return self.moved(change, f"赤字较{than}缩小", f"赤字较{than}扩大", still=f"赤字与{than}持平")
        word = "赤字" if then.value < 0 else "结余"
        return f"{than}{word}{self.value(then, sign=False)}" if then.value else f"{than}收支持平"

    def _ratio_change(self, figure: Figure, base: int, than: str) -> str:
        """`较上年的3.05∶1略有下降` for x:1 ratios."""
        now = figure.quantity
        then = figure.at(base).quantity
        if now is None or then is None:
            return GONE
        if now.value == then.value:
            return f"与{than}持平"
        word = "上升" if now.exact > then.exact else "下降"
        moved_little = then.exact and abs(now.exact / then.exact - 1) * 100 < LITTLE
        little = "略有" if moved_little else ""
        return f"较{than}的{self.value(then)}{little}{word}"

    def since(self, figure: Figure, base: int) -> str:
        """`较2020年末增加66.32万人，年均增长6.35%`."""
        return self.change(figure, base, AVERAGE)

    def growth(self, figure: Figure, base: int | None = None) -> str:
        """`同比增长20.78%`."""
        base = figure.year - 1 if base is None else base
        if is_debt(figure) or is_debt(figure.at(base)):
            return self._balance_change(figure, base, figure.derived(CHANGE, base))
        if is_nothing(figure):
            return self.change(figure, base)
        return self.moved(figure.derived(GROWTH, base), "增长", "下降", still="与上年持平", before="同比")

    def total_growth(self, figure: Figure, base: int) -> str:
        """`增长19.59%`: the whole growth since `base`, as `change` understands it."""
        return self.moved(figure.derived(GROWTH, figure.base(base)), "增长", "下降")

    def years_since(self, figure: Figure, base: int) -> str:
        """`五年`: how many years lie between the figure and its `base`, as `change` understands it."""
        years = figure.year - figure.base(base)
        return f"{NUMERALS[years] if years < len(NUMERALS) else years}年"

    def delta(self, figure: Figure, base: int | None = None) -> str:
        """`增加7.34万人` without the words 较上年."""
        return self.moved(figure.derived(CHANGE, figure.year - 1 if base is None else base))

    def sign(self, figure: Figure, up: str = "增加", down: str = "减少") -> str:
        """`增加508.03万元` for a figure that is itself a difference; `持平` for zero."""
        return self.moved(figure.quantity, up, down)

    def surplus(self, figure: Figure, up: str = "结余", down: str = "赤字") -> str:
        """`结余2.09亿元`, `赤字0.35亿元`, or 收支持平: a balance of income and expenditure in words."""
        if not figure.known:
            return self.level(figure)
        return self.moved(figure.quantity, up, down, still="收支持平")

    def outcome(self, figure: Figure) -> str:
        """`当年收支相抵，当期结余2.09亿元`, `当年收不抵支9.53亿元`, `当年收支持平`: the balance of a year."""
        quantity = figure.quantity
        if quantity is not None and quantity.value < 0:
            return self.deficit(figure)
        if is_nothing(figure):
            return f"当年{self.surplus(figure)}"
        return f"当年收支相抵，当期{self.surplus(figure)}"

    def deficit(self, figure: Figure) -> str:
        """`当年收不抵支9.53亿元`; left out where the balance of the year is not less than zero, or unknown."""
        quantity = figure.quantity
        if quantity is None or quantity.value >= 0:
            return GONE
        return f"当年收不抵支{self.value(quantity, sign=False)}"

    def share(self, figure: Figure, of: Figure) -> str:
        """`75.27%`: the percentage of another indicator; left out where it is zero or less, or the whole is."""
        quantity = figure.share(of)
        whole = of.quantity
        if quantity is None or (whole is not None and whole.value < 0):
            return GONE
        if quantity.value <= 0:
            self.printer.show(quantity)
            return GONE
        return self.value(quantity)


def ranked(names: str, first: str, last: str) -> str:
    """`最高的是甲市、乙市`, or where some of them are level `由高到低依次是甲市，乙市和丙市并列第二`.

    `names` as `Chapter.top` gives them, `first` and `last` 高 and 低 or the other way round.
    """
    return f"由{first}到{last}依次是{names}" if TIED in names else f"最{first}的是{names}"


def sign_of(quantity: Quantity) -> str:
    """The sign that stands behind a level of zero or less, and makes words of it; nothing behind any other."""
    if quantity.value == 0:
        return ZERO
    return BELOW if quantity.value < 0 else ""


def is_nothing(figure: Figure) -> bool:
    """Whether a figure is known to be zero."""
    quantity = figure.quantity
    return quantity is not None and quantity.value == 0


def is_negative(figure: Figure) -> bool:
    """Whether a figure is known to be less than zero."""
    quantity = figure.quantity
    return quantity is not None and quantity.value < 0


def has_fallen(figure: Figure) -> bool:
    """Whether a figure is known to be less than the year before."""
    change = figure.derived(CHANGE, figure.year - 1)
    return change is not None and change.value < 0


def is_debt(figure: Figure) -> bool:
    """Whether a figure is a balance that is less than zero."""
    return is_negative(figure) and any(word in figure.about.name for word in BALANCES)


def base_words(figure: Figure, base: int) -> str:
    """What a figure is compared with: 上年末, 2020年; said where the edition revised that figure."""
    year = "上" if base == figure.year - 1 else str(base)
    end = "末" if figure.about.kind == "stock" else ""
    revised = "（经修订）" if figure.at(base).is_revised else ""
    return f"{year}年{end}{revised}"
