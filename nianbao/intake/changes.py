"""What an intake changes: each figure, text and revision that is added, changed or taken out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from os.path import commonprefix

#: Changed and deleted ones that are told one by one.
MOST_TOLD = 60
#: Characters of a text that are repeated.
LONGEST = 30
#: Characters before the first that differ, where texts are repeated from there on.
BEFORE_CHANGE = 6


class Kind(Enum):
    """What happens; the value is the word for it."""

    ADDED = "添加"
    CHANGED = "改动"
    DELETED = "删除"


#: What a change is about: a figure by indicator and item, a row of a list by list and key, a revision by its key.
Subject = tuple[str, ...]
FIGURE = "figure"
TEXT = "text"
REVISION = "revision"
CODE = "code"
EXPLANATION = "explanation"
BASE = "base"
EARLIER = "earlier"
REASON = "reason"
#: Subjects in words.
WORDS = {
    FIGURE: "数",
    TEXT: "文字",
    REVISION: "修订",
    CODE: "代码",
    EXPLANATION: "差异说明",
    BASE: "基期",
    EARLIER: "以前年度的数",
    REASON: "变动原因",
}


@dataclass(frozen=True)
class Change:
    """Something that an intake changes.

    `subject` is what it is about, `title` the same in words; `old` what is stored, `new` what shall be, empty for
    nothing; `where` the cell that says so, `sheet` its sheet, `before` where the old one came from, in words.
    """

    kind: Kind
    subject: Subject
    title: str
    old: str
    new: str
    sheet: str
    where: str
    before: str = ""

    def __str__(self) -> str:
        what = f"{self.title}："
        if self.kind is Kind.ADDED:
            return f"{self.where}：{what}{short(self.new)}"
        source = f"（原来的见{self.before}）" if self.before else ""
        if self.kind is Kind.DELETED:
            return f"{self.where}：{what}撤去{short(self.old)}{source}"
        old, new = apart(self.old, self.new)
        return f"{self.where}：{what}{short(old)} → {short(new)}{source}"


def short(text: str) -> str:
    """A text as far as a line repeats it; nothing as 空白."""
    if not text:
        return "空白"
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}……"


def apart(old: str, new: str) -> tuple[str, str]:
    """Two texts without what both begin with, where that alone would fill a line."""
    shared = len(commonprefix([old, new]))
    if shared <= LONGEST - BEFORE_CHANGE or max(len(old), len(new)) <= LONGEST:
        return old, new
    return f"……{old[shared - BEFORE_CHANGE :]}", f"……{new[shared - BEFORE_CHANGE :]}"


def told(changes: Sequence[Change]) -> list[str]:
    """Lines on what an intake changes: counts, then the changed and deleted ones, and the added ones by sheet."""
    if not changes:
        return []
    lines = ["，".join(counted(changes, kind) for kind in Kind)]
    for kind in (Kind.CHANGED, Kind.DELETED):
        found = [change for change in changes if change.kind is kind]
        lines += [f"[{kind.value}] {change}" for change in found[:MOST_TOLD]]
        if len(found) > MOST_TOLD:
            lines.append(f"[{kind.value}] 另有{len(found) - MOST_TOLD}处")
    added = [change for change in changes if change.kind is Kind.ADDED]
    sheets = dict.fromkeys(change.sheet for change in added)
    by_sheet = "、".join(f"“{sheet}”{sum(change.sheet == sheet for change in added)}处" for sheet in sheets)
    return [*lines, f"[{Kind.ADDED.value}] {by_sheet}"] if added else lines


def counted(changes: Iterable[Change], kind: Kind) -> str:
    """How many changes of a kind there are, by what they are about."""
    found = [change.subject[0] for change in changes if change.kind is kind]
    parts = [f"{WORDS[what]}{found.count(what)}" for what in WORDS if what in found]
    detail = f"（{'、'.join(parts)}）" if len(parts) > 1 or (parts and FIGURE not in found) else ""
    return f"{kind.value}{len(found)}处{detail}"
