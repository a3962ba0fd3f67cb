"""What differs between two Word files: passages changed, gone, new and moved, and in them sentences and figures."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from nianbao.proof.edited import ROW, Edited, Passage

#: What happened to a passage.
CHANGED, GONE, NEW, MOVED, COMMENTED = "改动", "删去", "新增", "移动", "批注"
#: A number as it is printed; one glued to letters is none.
NUMBER = re.compile(r"(?<![\d.,A-Za-z])[-−]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\d.,A-Za-z])[-−]?\d+(?:\.\d+)?")
#: Marks of notes, which differ from one way of printing to another; and what has no width.
MARKS = re.compile(r"※\d*|[\s\u200b\u2060\ufeff]")
#: Least likeness of two passages for one to be the other, changed.
ALIKE = 0.5
#: How far apart passages may stand in a stretch that differs, beyond what it grew or shrank, to be one changed.
FAR = 30
SENTENCE_END = re.compile(r"(?<=[。；！？])")


@dataclass(frozen=True)
class Figure:
    """A figure that differs: as it was printed and as it is now, either empty; where it began in the bare old text."""

    old: str
    new: str
    start: int = -1
    cell: int = -1


@dataclass
class Difference:
    """A passage that differs. old, new: None where it is not there. sentences: those that changed, old and new.

    tracked: whether all of it was done with tracked changes. behind: the passage of the old file that it stands behind.
    """

    what: str
    old: Passage | None
    new: Passage | None
    sentences: list[tuple[str, str]] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    tracked: bool = False
    behind: Passage | None = None

    @property
    def passage(self) -> Passage:
        """The passage as it was, else as it is."""
        found = self.old or self.new
        assert found is not None
        return found


def bare(text: str) -> str:
    """A text without blanks and marks of notes, in one form of its characters: what two ways of printing share."""
    return MARKS.sub("", unicodedata.normalize("NFKC", text).replace("∶", ":"))


def differences(original: Edited, edited: Edited) -> list[Difference]:
    """What differs, in the order of the edited file; comments stand behind what their passage lost or gained."""
    old = [each for each in original.passages if bare(each.text)]
    new = list(edited.passages)
    told = list(_told(old, new))
    return _with_moves(told)


def _told(old: Sequence[Passage], new: Sequence[Passage]) -> Iterator[Difference]:
    """Differences of passages, the two lists laid side by side."""
    there = [each for each in new if bare(each.text)]
    matcher = SequenceMatcher(None, [bare(e.text) for e in old], [bare(e.text) for e in there], autojunk=False)
    vanished = {bare(each.before): each for each in new if not bare(each.text) and bare(each.before)}
    for action, first, last, begin, end in matcher.get_opcodes():
        if action == "equal":
            for one, other in zip(old[first:last], there[begin:end], strict=True):
                yield from _of_pair(one, other)
            continue
        behind = old[first - 1] if first else None
        for each in _replaced(old[first:last], there[begin:end], vanished):
            each.behind = behind
            behind = each.old or behind
            yield each
    for each in new:
        if not bare(each.text) and each.comments:
            yield Difference(COMMENTED, None, each)


def _replaced(old: Sequence[Passage], new: Sequence[Passage], vanished: dict[str, Passage]) -> Iterator[Difference]:
    """Passages in the place of others: those that are alike are one changed, in their order."""
    pairs = _pairs(old, new)
    partner = dict(pairs)
    taken = {at for _, at in pairs}
    upto = 0
    for at, passage in enumerate(old):
        if at not in partner:
            mark = vanished.get(bare(passage.text))
            yield Difference(GONE, passage, mark, tracked=mark is not None)
            continue
        for number in range(upto, partner[at]):
            if number not in taken:
                yield _new(new[number])
        upto = partner[at] + 1
        yield from _of_pair(passage, new[partner[at]])
    for number in range(upto, len(new)):
        if number not in taken:
            yield _new(new[number])


def _new(passage: Passage) -> Difference:
    """A passage that was not there."""
    figures = [Figure("", found.group()) for found in NUMBER.finditer(bare(passage.text))]
    return Difference(NEW, None, passage, figures=figures, tracked=not bare(passage.before))


def _pairs(old: Sequence[Passage], new: Sequence[Passage]) -> list[tuple[int, int]]:
    """Which passages are others, changed: the most alike ones that keep their order."""
    alike = {
        (i, j): score
        for i, one in enumerate(old)
        for j, other in enumerate(new)
        if abs(i - j) <= FAR + abs(len(old) - len(new)) and (score := likeness(one, other)) >= ALIKE
    }
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            both = alike[i, j] + best[i + 1][j + 1] if (i, j) in alike else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], both)
    return list(_way(alike, best))


def _way(alike: dict[tuple[int, int], float], best: list[list[float]]) -> Iterator[tuple[int, int]]:
    """The pairs that the best sum is made of."""
    i = j = 0
    while i < len(best) - 1 and j < len(best[0]) - 1:
        if (i, j) in alike and best[i][j] == alike[i, j] + best[i + 1][j + 1]:
            yield i, j
            i += 1
            j += 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1


def likeness(one: Passage, other: Passage) -> float:
    """How alike two passages are, from 0 to 1; a row is none of a paragraph."""
    if (one.kind == ROW) != (other.kind == ROW):
        return 0.0
    left, right = NUMBER.sub("#", bare(one.text)), NUMBER.sub("#", bare(other.text))
    if other.before and bare(other.before) == bare(one.text):
        return 1.0
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= ALIKE else 0.0


def _of_pair(old: Passage, new: Passage) -> Iterator[Difference]:
    """What a passage lost and gained, and the comments on it."""
    if bare(old.text) != bare(new.text):
        found = Difference(CHANGED, old, new, tracked=bare(new.before) == bare(old.text))
        if old.kind == ROW and len(old.cells) == len(new.cells):
            for at, (one, other) in enumerate(zip(old.cells, new.cells, strict=True)):
                if bare(one) != bare(other):
                    found.sentences.append((one, other))
                    found.figures += figures(one, other, at)
        else:
            found.sentences = sentences(old.text, new.text)
            found.figures = figures(old.text, new.text)
        yield found
    elif new.comments:
        yield Difference(COMMENTED, old, new)


def sentences(old: str, new: str) -> list[tuple[str, str]]:
    """Sentences that differ, old and new; an empty text for none."""
    one, other = (list(filter(bare, SENTENCE_END.split(text))) for text in (old, new))
    matcher = SequenceMatcher(None, list(map(bare, one)), list(map(bare, other)), autojunk=False)
    result = []
    for action, first, last, begin, end in matcher.get_opcodes():
        if action != "equal":
            result.append(("".join(one[first:last]).strip(), "".join(other[begin:end]).strip()))
    return result


def figures(old: str, new: str, cell: int = -1) -> list[Figure]:
    """Figures that differ between two texts: changed where the words around them are the same, else gone or new."""
    one, other = list(_tokens(bare(old))), list(_tokens(bare(new)))
    matcher = SequenceMatcher(None, _masked(one), _masked(other), autojunk=False)
    result: list[Figure] = []
    for action, first, last, begin, end in matcher.get_opcodes():
        left = [each for each in one[first:last] if each[1]]
        right = [each for each in other[begin:end] if each[1]]
        if action == "equal" or len(left) == len(right):
            for (text, _, start), (instead, _, _) in zip(left, right, strict=True):
                if text != instead:
                    result.append(Figure(text, instead, start, cell))
            continue
        result += [Figure(text, "", start, cell) for text, _, start in left]
        result += [Figure("", text, -1, cell) for text, _, _ in right]
    return result


def _tokens(text: str) -> Iterator[tuple[str, bool, int]]:
    """Numbers and single characters of a text: each with whether it is a number, and where it begins."""
    at = 0
    for found in NUMBER.finditer(text):
        yield from ((sign, False, at + step) for step, sign in enumerate(text[at : found.start()]))
        yield found.group(), True, found.start()
        at = found.end()
    yield from ((sign, False, at + step) for step, sign in enumerate(text[at:]))


def _masked(tokens: Sequence[tuple[str, bool, int]]) -> list[str]:
    """Tokens with every number as the same one."""
    return ["#" if is_number else text for text, is_number, _ in tokens]


def _with_moves(told: list[Difference]) -> list[Difference]:
    """Differences in which a passage that is gone here and new there was moved."""
    gone = {bare(each.old.text): each for each in told if each.what == GONE and each.old}
    moved = []
    for each in told:
        before = gone.get(bare(each.new.text)) if each.what == NEW and each.new else None
        if before is not None:
            moved.append(before)
            each.what, each.old, each.figures = MOVED, before.old, []
    return [each for each in told if not any(each is one for one in moved)]
