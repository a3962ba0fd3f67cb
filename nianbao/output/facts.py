"""What is known of every figure printed: `facts.csv` of an edition, and files beside the pages that open figures."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

from nianbao.audit.checks import COPY, FORMULA, IDENTITY, ORDER, PART, REGIONS, TOTAL, TWIN, CheckId
from nianbao.audit.findings import NOT_CHECKED, Finding
from nianbao.chapter.doubted import Errata, word_of
from nianbao.chapter.published import follows
from nianbao.chapter.record import Fact
from nianbao.data import csvfiles
from nianbao.figures.ids import FigureId
from nianbao.figures.units import factor
from nianbao.output.levels import Levels
from nianbao.output.panel import Opened

#: Columns of `facts.csv`.
COLUMNS = (
    "id",
    "chapter",
    "value",
    "unit",
    "formula",
    "inputs",
    "sources",
    "name",
    "low",
    "high",
    "status",
    "place",
    "note",
    "expression",
    "computed",
    "check",
    "printed",
    "doubt",
)
#: What `<chapter>.js` holds of a fact, in this order.
PAGE = (
    "id",
    "name",
    "value",
    "unit",
    "low",
    "high",
    "status",
    "formula",
    "expression",
    "computed",
    "inputs",
    "source",
    "place",
    "note",
    "mark",
    "check",
    "printed",
    "doubt",
    "means",
    "years",
    "rank",
)
#: What of it comes again and again, and stands in the pool.
POOLED = frozenset(
    {"unit", "status", "formula", "expression", "source", "note", "check", "doubt", "means", "years", "rank"}
)
#: How often a document prints the same figure at most.
PRINTINGS = 5
#: Kinds of checks that are about several figures at once.
OF_SEVERAL = frozenset({COPY, IDENTITY, ORDER, PART, REGIONS, TWIN})
#: How a change is computed.
DIFFERENCE = "$1 - $2"


#: What is known of a fact besides.
OWN = ("check", "printed", "computed", "doubt", "means", "years", "rank")


@dataclass(frozen=True)
class CheckedFact:
    """A fact with what the audit says of it.

    `check` is the status of its check, `printed` what a document prints for it; `computed`, where an erratum is about
    it, what follows from the rest instead; `doubt` is what a doubt about it is called in a word. `means`, `years` and
    `rank` are what `nianbao.output.panel` says of it.
    """

    fact: Fact
    check: str = ""
    printed: str = ""
    computed: str = ""
    doubt: str = ""
    means: str = ""
    years: str = ""
    rank: str = ""

    def known(self) -> dict[str, Any]:
        """All of it by name, the fact first."""
        own = {name: getattr(self, name) for name in OWN}
        return {**vars(self.fact), **own, "inputs": [*self.fact.inputs]}


class Told(Protocol):
    """What an output says of its figures, a record above all."""

    @property
    def printed(self) -> Sequence[str]:
        """The names of the figures that it prints."""

    @property
    def facts(self) -> Mapping[str, Fact]:
        """The facts on these, and on all that they were computed from."""


#: The facts of one chapter by id.
Facts = Mapping[str, CheckedFact]


def of_records(records: Iterable[Told]) -> dict[str, Fact]:
    """The facts of a chapter by id, from its records in order.

    What is said of a figure where it is shown goes before what is said where another one is computed from it: only the
    first bears a mark.
    """
    found: dict[str, Fact] = {}
    for each in records:
        shown = set(each.printed)
        for identity, fact in each.facts.items():
            if identity in shown or identity not in found:
                found[identity] = fact
    return found


def checked(facts: Mapping[str, Fact], findings: Mapping[str, Finding], errata: Errata) -> dict[str, CheckedFact]:
    """The facts of a chapter with the audit's verdict on each; `findings` are those of the edition by check."""
    result = {}
    for identity, fact in facts.items():
        figure = FigureId.parse(identity)
        doubt = None if follows(fact.note) else findings.get(fact.mark)
        told = doubt if doubt and tells_numbers(doubt, figure, fact) else None
        verdict = told or finding_on(figure, fact, findings)
        result[identity] = CheckedFact(
            in_own_unit(fact, facts),
            check=doubt.status if doubt and not figure.unit else status_of(verdict),
            printed=verdict.printed if verdict else "",
            computed=told.recomputed if told else "",
            doubt=word_of(fact, errata),
        )
    return result


def status_of(verdict: Finding | None) -> str:
    """The status of a finding; nothing where there is none."""
    return verdict.status if verdict else ""


def tells_numbers(doubt: Finding, figure: FigureId, fact: Fact) -> bool:
    """Whether the numbers of a finding are about a figure itself, in its unit.

    The finding may be about another figure and call this one wrong; and the numbers of a balance, a list or an order
    are no other value of a figure.
    """
    own_check = not figure.derived or doubt.check.startswith(str(CheckId.of_figure(figure)))
    is_one_number = doubt.check.split(":")[0] not in OF_SEVERAL or doubt.printed == fact.value
    return own_check and doubt.key == figure.key and is_one_number and not figure.unit


def finding_on(figure: FigureId, fact: Fact, findings: Mapping[str, Finding]) -> Finding | None:
    """What the audit found of a figure: what is checked goes first, then what prints this very number.

    None where it was not looked at.
    """
    if figure.by_formula:  # what a formula gives is no printed figure
        return None
    names = [CheckId.of_figure(figure, serial) for serial in range(1, PRINTINGS + 1)]
    if not figure.derived:
        names += [CheckId.of_level(kind, figure.key) for kind in (FORMULA, TOTAL)]
    found = [findings[str(name)] for name in names if str(name) in findings]
    return min(found, key=lambda each: (each.status == NOT_CHECKED, each.printed != fact.value), default=None)


def in_own_unit(fact: Fact, facts: Mapping[str, Fact]) -> Fact:
    """The fact, with an expression that also converts where a change is printed in another unit than its inputs."""
    if len(fact.inputs) != 2 or fact.expression != DIFFERENCE:
        return fact
    by = factor(facts[fact.inputs[0]].unit, fact.unit) or 1
    if by == 1:
        return fact
    return replace(fact, expression=f"({DIFFERENCE}) * {by.numerator} / {by.denominator}")


def by_chapter(records: Mapping[str, Iterable[Told]], findings: Iterable[Finding], levels: Levels) -> dict[str, Facts]:
    """Facts of every chapter by id, from the records of each chapter and the levels of the edition."""
    by_check = {each.check: each for each in findings}
    opened = Opened(levels)
    found: dict[str, Facts] = {}
    for chapter, of_chapter in records.items():
        facts = opened.with_formulas(of_records(of_chapter))
        known = checked(facts, by_check, levels.data.errata)
        found[chapter] = {identity: told(each, facts, opened) for identity, each in known.items()}
    return found


def told(known: CheckedFact, facts: Mapping[str, Fact], opened: Opened) -> CheckedFact:
    """What is known of a figure with what it means, its years and its rank."""
    figure = FigureId.parse(known.fact.id)
    return replace(known, means=opened.means(known.fact, facts), years=opened.years(figure), rank=opened.rank(figure))


def write_csv(known: Mapping[str, Facts], path: Path) -> None:
    """`facts.csv`: every figure printed, once a chapter, with formula, inputs and sources."""
    rows = []
    for chapter, facts in known.items():
        for each in facts.values():
            sources = {"sources": each.fact.source, "inputs": " ".join(each.fact.inputs)}
            rows.append(each.known() | {"chapter": chapter} | sources)
    csvfiles.write_csv(path, rows, COLUMNS)


def write_pages(known: Mapping[str, Facts], folder: Path, about: Mapping[str, str] = MappingProxyType({})) -> None:
    """`<chapter>.json` for people and programs, and `<chapter>.js`, the same packed, for the page itself.

    `about`: what is to be said of the whole edition there: how to cite it, and the names of its files.
    """
    folder.mkdir(exist_ok=True)
    for chapter, facts in known.items():
        rows = {identity: without_nothing(facts[identity].known()) for identity in sorted(facts)}
        (folder / f"{chapter}.json").write_text(json.dumps(rows, ensure_ascii=False, indent=0), "utf-8", newline="\n")
        (folder / f"{chapter}.js").write_text(script(rows, about), "utf-8", newline="\n")


def write_scripts(known: Mapping[str, Facts], folder: Path, about: Mapping[str, str] = MappingProxyType({})) -> None:
    """`<page>.js` alone, for pages beside which a file of their figures stands already."""
    for page, facts in known.items():
        rows = {identity: without_nothing(facts[identity].known()) for identity in sorted(facts)}
        (folder / f"{page}.js").write_text(script(rows, about), "utf-8", newline="\n")


def script(rows: Mapping[str, Mapping[str, Any]], about: Mapping[str, str]) -> str:
    """The script that brings a page its facts, and what its panel says of the whole edition."""
    text = json.dumps(packed(rows) | {"about": {**about}}, ensure_ascii=False, separators=(",", ":"))
    return f"nianbaoFacts({text})\n"


def without_nothing(known: Mapping[str, Any]) -> dict[str, Any]:
    """What is said; what is empty is left out."""
    return {key: value for key, value in known.items() if value}


def packed(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Facts by id in little room: texts that come again stand once in `pool`, inputs are numbers of rows."""
    numbers = {identity: number for number, identity in enumerate(rows)}
    pool = {"": 0}
    lines = []
    for each in rows.values():
        line: list[Any] = []
        for key in PAGE:
            if key == "inputs":
                line.append([numbers[identity] for identity in each.get(key, ())])
            elif key in POOLED:
                line.append(pool.setdefault(each.get(key, ""), len(pool)))
            else:
                line.append(each.get(key, ""))
        while not line[-1]:
            line.pop()
        lines.append(line)
    return {"columns": PAGE, "pooled": sorted(POOLED), "pool": [*pool], "rows": lines}
