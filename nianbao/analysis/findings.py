"""The findings of an edition: the facts that matter most, by a score that is written down, each said once.

Candidates come from `nianbao.analysis.candidates`. Their score (0 to 100) weighs, each between 0 and 1:

| merit | weight | what it is |
|---|---|---|
| size | 30 | the movement against the figure itself, against its own history, against those of the other indicators |
| weight | 25 | money moved, against all that the funds spent; or people, against all insured |
| turn | 15 | a sign that changed, or a balance below zero |
| contrast | 15 | the only one of its kind, or two figures that part ways |
| record | 10 | the highest or lowest of all known years |
| target | 15 | a target that was missed, or set below what is reached already |

and is multiplied by the certainty: one less the part of the movement that rounding may be. What is in doubt is not
chosen, nor what repeats a chosen one; the editor may pin or hide (`data/editions/<year>/findings.csv`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from nianbao.analysis.sentences import Sentence, figures, plain
from nianbao.data.analysing import Choice
from nianbao.figures.quantity import Quantity

WEIGHTS = {"size": 30, "weight": 25, "turn": 15, "contrast": 15, "record": 10, "target": 15}
#: The most findings that an edition has, and the least score of one.
MOST = 7
LEAST = 10
#: The most findings about one scheme, and the most of one kind.
OF_ONE_SCHEME = 2
OF_ONE_KIND = 3
#: Merits in words, for the log.
WORDS = {"size": "幅度", "weight": "分量", "turn": "转折", "contrast": "对照", "record": "纪录", "target": "目标"}


@dataclass(frozen=True)
class Candidate:
    """A fact that could be a finding.

    `name` is what the editor pins or hides it by, `title` what it is called in words; `subjects` are the indicators it
    tells of, `merits` are between 0 and 1, `certainty` too; `doubt` says why it is in doubt, and is empty where it is
    not. `signs` are the figures whose sign the sentence claims.
    """

    name: str
    title: str
    kind: str
    scheme: str
    subjects: frozenset[str]
    sentence: Sentence
    merits: Mapping[str, float]
    certainty: float = 1.0
    doubt: str = ""
    signs: tuple[tuple[Quantity, int], ...] = ()

    @property
    def score(self) -> float:
        """Its points, 0 to 100."""
        total = sum(WEIGHTS[merit] * value for merit, value in self.merits.items())
        return min(100.0, total) * self.certainty

    @property
    def text(self) -> str:
        """Its sentence as plain text."""
        return plain(self.sentence)

    @property
    def figures(self) -> list[Quantity]:
        """The figures of its sentence."""
        return list(figures(self.sentence))


@dataclass(frozen=True)
class Entry:
    """A line of the log: a candidate, whether it was chosen, and why (not)."""

    candidate: Candidate
    chosen: bool
    reason: str

    @property
    def why(self) -> str:
        """The reason, with how the score comes about."""
        return f"{self.reason}；{points(self.candidate)}"


@dataclass
class Selection:
    """The findings in order, and the log of all candidates."""

    findings: list[Candidate] = field(default_factory=list)
    log: list[Entry] = field(default_factory=list)


def select(candidates: Iterable[Candidate], choices: Mapping[str, Choice], most: int = MOST) -> Selection:
    """The findings to print: pinned ones first, then the best that are neither in doubt nor said already."""
    ranked = sorted(candidates, key=lambda each: (-each.score, each.name))
    pinned = [each for each in ranked if action(choices, each) == "pin"]
    pinned.sort(key=lambda each: rank(choices[each.name]))
    chosen = pinned[:most]
    found = Selection(log=[Entry(each, True, "编者置顶") for each in chosen])
    for each in ranked:
        if each in chosen:
            continue
        against = objection(each, chosen, choices, most)
        if not against:
            chosen.append(each)
        found.log.append(Entry(each, not against, against or "得分居前"))
    found.findings = chosen
    return found


def action(choices: Mapping[str, Choice], candidate: Candidate) -> str:
    """What the editor decided on a candidate; nothing where nothing was decided."""
    choice = choices.get(candidate.name)
    return choice.action if choice else ""


def rank(choice: Choice) -> float:
    """Where a pinned finding stands; those without a place behind the others."""
    return float("inf") if choice.order is None else choice.order


def objection(candidate: Candidate, chosen: list[Candidate], choices: Mapping[str, Choice], most: int) -> str:
    """Why a candidate is not chosen after those `chosen` already; nothing where nothing speaks against it."""
    same = next((each.title for each in chosen if each.subjects & candidate.subjects), "")
    of_scheme = sum(each.scheme == candidate.scheme for each in chosen) if candidate.scheme else 0
    of_kind = sum(each.kind == candidate.kind for each in chosen)
    objections = {
        "编者隐藏": action(choices, candidate) == "hide",
        f"有疑：{candidate.doubt}": bool(candidate.doubt),
        f"与“{same}”说的是同一件事": bool(same),
        "得分过低": candidate.score < LEAST,
        "名额已满": len(chosen) >= most,
        "同一险种已有两条": of_scheme >= OF_ONE_SCHEME,
        "同一类已有三条": of_kind >= OF_ONE_KIND,
    }
    return next((said for said, speaks in objections.items() if speaks), "")


def points(candidate: Candidate) -> str:
    """How the score of a candidate comes about, in words."""
    parts = [f"{WORDS[merit]}{WEIGHTS[merit] * value:.1f}" for merit, value in candidate.merits.items() if value > 0]
    return f"得分{candidate.score:.1f}（{'、'.join(parts) or '无'}，把握{candidate.certainty:.2f}）"


# -- merits ----------------------------------------------------------------------------------------------------------
#: A relative movement of this size has half the merit of the largest.
HALF = 0.2


def saturating(value: float, half: float = HALF) -> float:
    """Between 0 for nothing and 1 for very much; one half at `half`."""
    return abs(value) / (abs(value) + half)


def share_of(amount: Fraction, of: Fraction) -> float:
    """The root of the part that an amount is of a whole, one at most."""
    return min(1.0, float(abs(amount) / of) ** 0.5) if of > 0 else 0.0


def certainty_of(quantity: Quantity) -> float:
    """One less the part that half the interval is of the figure; 0 where the sign is open."""
    low, high = quantity.interval.ends
    if low <= 0 <= high:
        return 0.0
    half = (high - low) / 2
    return max(0.0, 1.0 - float(half / min(abs(low), abs(high))))
