"""Sentences with figures, as parts: words and quantities; how they are written is the chapter's business.

The rules of phrasing stand here: how a movement is said, how drivers are listed, how one that rounding leaves open is
told. A sentence never holds a typed number: every number in it is a `Quantity` (years excepted).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from nianbao.analysis.accounts import FACTOR, Account, Effect, Lacking
from nianbao.analysis.computing import sign_of
from nianbao.figures.quantity import Quantity
from nianbao.figures.units import RATIO


@dataclass(frozen=True)
class Magnitude:
    """A figure printed without its sign: a word in front says the direction."""

    quantity: Quantity


Part = str | Quantity | Magnitude
Sentence = tuple[Part, ...]


def figures(sentence: Iterable[Part]) -> Iterator[Quantity]:
    """The figures of a sentence, in order."""
    for part in sentence:
        if isinstance(part, Magnitude):
            yield part.quantity
        elif isinstance(part, Quantity):
            yield part


def plain(sentence: Iterable[Part]) -> str:
    """A sentence as plain text, for logs and tests."""
    texts = []
    for part in sentence:
        if isinstance(part, Quantity):
            texts.append(part.text + part.unit)
        elif isinstance(part, Magnitude):
            texts.append(part.quantity.text.lstrip("−") + part.quantity.unit)
        else:
            texts.append(part)
    return "".join(texts)


def moved(quantity: Quantity | None, up: str = "增加", down: str = "减少", still: str = "持平") -> Sentence:
    """`增加4.05亿元`; 持平 for what is printed as zero, nothing for what is unknown."""
    if quantity is None:
        return ()
    if quantity.value == 0:
        return (still,)
    return (up if quantity.value > 0 else down, Magnitude(quantity))


def runs_of(years: Iterable[int]) -> str:
    """`2020、2022—2024年` for [2020, 2022, 2023, 2024]."""
    # years in a row have one difference from their places
    runs = [[year for _, year in run] for _, run in groupby(enumerate(years), key=lambda pair: pair[1] - pair[0])]
    return "、".join(str(run[0]) if len(run) == 1 else f"{run[0]}—{run[-1]}" for run in runs) + "年"


def enumerated(parts: Iterable[Sentence], mark: str = "、") -> Sentence:
    """Parts of a list with a mark between them."""
    found: list[Part] = []
    for part in parts:
        if found and part:
            found.append(mark)
        found.extend(part)
    return tuple(found)


def of_account(account: Account, than: str = "较上年") -> Sentence:
    """An account in one sentence: how much it moved, and what the largest parts or factors add to that.

    Where rounding leaves the sign of the whole change open, nothing of its parts is said.
    """
    if not account.sign:
        return (f"{account.title}{than}变动在舍入误差之内，方向不能断定。",)
    head: Sentence = (f"{account.title}{than}", *of_change(account))
    if not sign_of(account.total):
        head = (f"{account.title}{than}略有{'上升' if account.sign > 0 else '下降'}",)
    told = enumerated((of_effect(account, effect) for effect in account.told), "，")
    left = of_residual(account)
    if left and is_mostly_left(account):
        return (*head, "：其中", *left, "；所列各项中，", *told, *of_rest(account), "。")
    return (*head, "：", *told, *of_rest(account), *(("，", *left) if left else ()), "。")


def is_mostly_left(account: Account) -> bool:
    """Whether what the parts leave moved more, the way of the whole, than any of them."""
    residual = account.residual
    if residual is None or residual.sign != account.sign:
        return False
    return all(abs(residual.exact) > abs(effect.exact) for effect in account.effects)


def of_change(account: Account) -> Sentence:
    """How much the whole moved; a ratio rises and falls."""
    if account.now.unit == RATIO:  # the difference of two ratios x∶1 is none of them
        return moved(replace(account.total, unit=""), "上升", "下降")
    return moved(account.total)


def of_rest(account: Account) -> Sentence:
    """What the effects that are not listed add together: `，其余各项合计减少2.28亿元`."""
    if account.rest is None or account.rest.exact == 0:
        return ()
    if not sign_of(account.rest) or account.rest.value == 0:
        return ("，其余各项合计在舍入误差之内",)
    return ("，其余各项合计", *moved(account.rest))


def of_effect(account: Account, effect: Effect) -> Sentence:
    """`领取人数上升使它增加2.99亿元` for a factor, `征缴收入增加8.31亿元` for a part."""
    if effect.stayed:
        return (f"{effect.words}与上年持平",)
    if not effect.sign:
        return (f"{effect.words}的作用在舍入误差之内",)
    if effect.kind != FACTOR:
        return (effect.words, *moved(effect.quantity))
    grew = {1: "上升", -1: "下降"}.get(effect.grew, "变动")
    if effect.quantity.value == 0:
        return (f"{effect.words}{grew}的作用很小",)
    return (f"{effect.words}{grew}使它", *moved(effect.quantity))


def of_residual(account: Account) -> Sentence:
    """What the parts leave, where that is more than rounding; parts beyond the largest few are no residual."""
    residual = account.residual
    if residual is None or not account.unexplained or not residual.sign:
        return ()
    return (name_of_residual(account), *of_lacking(account.lacking), "合计", *moved(residual.quantity))


def name_of_residual(account: Account) -> str:
    """How what the parts leave is called."""
    return "没有分项列出的部分" if is_mostly_left(account) else "各项之外的其余"


def of_lacking(lacking: Iterable[Lacking]) -> Sentence:
    """`（含转移收入、利息收入，上年数未载入）`: which parts are in the residual, and which year of them lacks.

    The figure of the year that is known is told where one part alone lacks the other.
    """
    groups: dict[str, list[Lacking]] = {}
    for each in lacking:
        groups.setdefault(years_lacking(each), []).append(each)
    if not groups:
        return ()
    return ("（含", *enumerated((of_group(why, parts) for why, parts in groups.items()), "；"), "）")


def of_group(why: str, parts: list[Lacking]) -> Sentence:
    """The parts of which the same year lacks."""
    names = "、".join(each.words for each in parts)
    only = parts[0]
    known: Sentence = ()
    if len(parts) == 1 and only.then and not only.now:
        known = ("，上年", only.then)
    if len(parts) == 1 and only.now and not only.then:
        known = ("，本年", only.now)
    return (names, *known, f"，{why}" if why else "")


def years_lacking(part: Lacking) -> str:
    """Which year's figure of a part there is none of; nothing where both are known."""
    if part.now is None and part.then is None:
        return "两年的数都未载入"
    if part.then is None:
        return "上年数未载入"
    if part.now is None and part.is_none and part.own:
        return "本年没有"
    if part.now is None:
        return "本年没有填报" if part.own else "本年数未载入"
    return ""
