"""Sentences with figures, as parts: words and quantities; how they are written is the chapter's business.

The rules of phrasing stand here: how a movement is said, how drivers are listed, how one that rounding leaves open is
told. A sentence never holds a typed number: every number in it is a `Quantity` (years excepted).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nianbao.analysis.accounts import FACTOR, Account, Effect
from nianbao.analysis.computing import sign_of
from nianbao.figures.quantity import Quantity


@dataclass(frozen=True)
class Magnitude:
    """A figure printed without its sign: a word in front says the direction."""

    quantity: Quantity


Part = str | Quantity | Magnitude
Sentence = tuple[Part, ...]

#: Effects that a sentence lists at most.
MOST = 3


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
    head: Sentence = (f"{account.title}{than}", *moved(account.total))
    if not sign_of(account.total):
        head = (f"{account.title}{than}略有{'上升' if account.sign > 0 else '下降'}",)
    told = enumerated((of_effect(account, effect) for effect in account.by_size[:MOST]), "，")
    left = of_residual(account)
    return (*head, "：", *told, *left, "。")


def of_effect(account: Account, effect: Effect) -> Sentence:
    """`领取人数上升使它增加2.99亿元` for a factor, `征缴收入增加8.31亿元` for a part."""
    if not effect.sign:
        return (f"{effect.words}的作用在舍入误差之内",)
    if effect.kind != FACTOR:
        return (effect.words, *moved(effect.quantity))
    grew = {1: "上升", -1: "下降"}.get(effect.grew, "变动")
    return (f"{effect.words}{grew}使它", *moved(effect.quantity))


def of_residual(account: Account) -> Sentence:
    """What the parts leave, where that is more than rounding; parts beyond the largest few are no residual."""
    residual = account.residual
    if residual is None or not account.unexplained or not residual.sign:
        return ()
    names = f"（含{'、'.join(account.lacking)}，上年数未载入）" if account.lacking else ""
    return (f"，各项之外的其余{names}合计", *moved(residual.quantity))
