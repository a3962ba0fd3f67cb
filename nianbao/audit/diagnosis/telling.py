"""A diagnosis as a row of `diagnosis.csv`, and as the sentence that an editor reads.

`sentence` is the one place where a diagnosis is put into words: what `nianbao check` prints, what the reader of
workbooks says of a cell and what the book's chapter on the audit says all come from here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from nianbao.audit.diagnosis.slips import KINDS
from nianbao.data.csvfiles import NUMBER
from nianbao.figures.units import PERCENT, RATIO, show

#: Columns of `diagnosis.csv`, and what they hold.
MEANINGS = {
    "rank": "名次，最确定的在前；同一名次的几行是一处，其中一个有误",
    "document": "文件代码",
    "place": "在文件里的位置",
    "indicator": "指标代码",
    "region": "地区或项目代码",
    "year": "数所属的年份",
    "measure": "算法，照印的数空着，见 claims.csv",
    "base": "比较的年份，或比重的分母",
    "printed": "印作",
    "likely": "可能的正数，定不下来的空着",
    "low": "其余各数所容的范围（舍入前）：下限",
    "high": "上限",
    "verdict": "named 认定有误，tied 几处之一有误，undetermined 不能认定",
    "slip": "似是怎样写错的，看不出的空着",
    "relations": "不合的关系",
    "reason": "一句话：数、印作、应作、缘由和不合的关系",
}
COLUMNS = tuple(MEANINGS)
NAMED = "named"
TIED = "tied"
UNDETERMINED = "undetermined"
#: How sure a diagnosis is, in the editor's words, the surest first.
VERDICT_WORDS = {NAMED: "认定有误", TIED: "几处之一有误", UNDETERMINED: "不能认定"}
#: What it may be where no figure can be blamed.
WHETHER = "（或此数有误，或别的数有误，或漏列一项，或口径不同）"
#: What the units that a likely value may bring with it are made of.
UNIT_SIGNS = "万亿元人次件"
#: Relations and other figures that a sentence names.
MOST_NAMED = 3


@dataclass
class Diagnosis:
    """A suspected figure. Numbers are texts as shown; `chance` of being wrong, `number` of the variable (-1: none).

    title, unit: of the figure. printed: as it stands. likely: what it should have been, blank where that cannot be
    told; only: whether the rest allows nothing else. low, high: what the rest allows, before rounding; fitting: the
    same as it would be printed, first and last of each piece. titles: the relations that do not hold, in words.
    rivals: what may be wrong instead. lacking: which line seems to be missing, and how that is known. from_gap: whether
    what fits is just what a sum nearby lacks. value: the likely value as a number, in the unit of the figure.
    """

    rank: int
    verdict: str
    document: str = ""
    place: str = ""
    indicator: str = ""
    region: str = ""
    year: int = 0
    measure: str = ""
    base: str = ""
    printed: str = ""
    likely: str = ""
    low: str = ""
    high: str = ""
    slip: str = ""
    relations: str = ""
    chance: float = 0.0
    number: int = -1
    value: Decimal | None = field(default=None, repr=False)
    title: str = ""
    unit: str = ""
    only: bool = False
    fitting: tuple[tuple[str, str], ...] = ()
    titles: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    lacking: str = ""
    from_gap: bool = False
    is_list: bool = False

    @property
    def reason(self) -> str:
        """Why the figure is suspected: the sentence, and the relations that do not hold."""
        relations = relations_told(self)
        return f"{sentence(self)}。{f'不合：{relations}。' if relations else ''}"

    def row(self) -> dict[str, str]:
        """The columns of diagnosis.csv; where all that is known is a relation, the columns of a figure are blank."""
        return {column: str(getattr(self, column)) if column != "year" or self.year else "" for column in COLUMNS}


def sentence(each: Diagnosis) -> str:
    """What an editor is told of a diagnosis, without a full stop: figure, what is printed, what it should be, why."""
    if each.is_list:
        return f"{each.title}：{judgement(each)}"
    if not each.title:
        return f"{each.titles[0]}：{judgement(each)}{WHETHER}"
    whether = WHETHER if each.verdict == UNDETERMINED and not each.lacking else ""
    return f"{each.title}印作{amount(each.printed, each.unit)}，{judgement(each)}{whether}"


def alone(each: Diagnosis) -> str:
    """One of several suspected figures, without a full stop and without the others, which are told beside it."""
    if each.is_list:
        return f"{each.title}：若错在此处，所印名单的次序与各地的数不符"
    return f"{each.title}印作{amount(each.printed, each.unit)}：若错在此处，{_expected(each)}"


def judgement(each: Diagnosis) -> str:
    """What is to be said of a suspected figure, without its name and without a full stop."""
    if each.is_list:
        return "所印名单的次序与各地的数不符"
    if each.verdict == UNDETERMINED:
        return _unsettled(each)
    if each.verdict == NAMED:
        return _expected(each)
    return _tied(each)


def relations_told(each: Diagnosis) -> str:
    """The relations that do not hold, in words, first those that name the figure; it is called 此数 in them."""
    own = [words.replace(each.title, "此数") for words in each.titles if each.title and each.title in words]
    others = [words for words in each.titles if not (each.title and each.title in words)]
    named = list(dict.fromkeys([*own, *others]))
    more = f"等{len(named)}项" if len(named) > MOST_NAMED else ""
    return "；".join(named[:MOST_NAMED]) + more


def amount(number: str, unit: str) -> str:
    """A number with its unit as readers see it; one that brings a unit of its own (13349.02万元) keeps that."""
    plain = number.rstrip(UNIT_SIGNS)
    if not NUMBER.fullmatch(plain):
        return number
    own = number[len(plain) :]
    return f"{show(Decimal(plain))}{own or ('' if unit == RATIO else unit)}"


def fitting_told(each: Diagnosis) -> str:
    """The values that the rest allows, as they would be printed; empty where nothing bounds them."""
    pieces = []
    for first, last in each.fitting:
        begin = amount(first, PERCENT if each.unit == PERCENT else RATIO)
        end = amount(last, each.unit)
        pieces.append(end if first == last else f"{begin}到{end}")
    return "或".join(pieces)


def slip_told(each: Diagnosis) -> str:
    """How the figure seems to have slipped; empty where that cannot be told."""
    return KINDS.get(each.slip, (0.0, ""))[1]


def _expected(each: Diagnosis) -> str:
    """What a figure should be, and how it may have slipped."""
    slip = slip_told(each)
    like = f"，似是{slip}" if slip else ""
    fitting = fitting_told(each)
    if each.likely:
        right = amount(each.likely, each.unit)
        sure = each.only or not fitting or each.likely.endswith(tuple(UNIT_SIGNS))
        return f"应作{right}{like}" if sure else f"最可能应作{right}（其余各数容{fitting}）{like}"
    if not fitting:
        return f"其余各数都容不下它{like}"
    one = len(each.fitting) == 1 and each.fitting[0][0] == each.fitting[0][1]
    gap = "，而这正是一处合计所缺的数，也可能是漏列了一行" if each.from_gap else ""
    return f"其余各数{'只' if one else ''}容{fitting}{gap}{like}"


def _tied(each: Diagnosis) -> str:
    """What is to be said of one of several figures of which one is wrong."""
    others = "、".join(each.rivals[:MOST_NAMED])
    more = "等" if len(each.rivals) > MOST_NAMED else ""
    instead = f"，也可能错在{others}{more}" if others else ""
    return f"或有误{instead}，只凭各数分不出；若错在此处，{_expected(each)}"


def _unsettled(each: Diagnosis) -> str:
    """What is to be said where no figure can be blamed."""
    fitting = fitting_told(each)
    if each.lacking:
        return f"与其他数合不上，{each.lacking}"
    if fitting and not each.titles:
        return f"其余可疑的数改正以后也合不上，那时只容{fitting}"
    allowed = f"（其余各数容{fitting}）" if fitting else ""
    return f"与其他数合不上{allowed}，只凭各数不能认定"
