"""What the audit says of a chapter's figures: totals against their parts, and figures that do not agree."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from nianbao.audit.audit import Audit
from nianbao.audit.findings import ERRATUM, FAILS, NOT_CHECKED, ROUNDING, Finding
from nianbao.audit.report import KIND_WORDS, shown
from nianbao.audit.rules import claims
from nianbao.chapter.material import Material
from nianbao.figures.units import show

WRONG = {FAILS, ERRATUM}
#: The kind of checks of relations between several figures.
RELATION = "identity"
#: What stands for a figure of which nothing is printed.
NOTHING = "—"


def note_on_sums(material: Material, indicators: Sequence[str], *years: int) -> str:
    """A note on printed totals: how many equal the sum of their parts, and which do not.

    `years`: of which years (default: this year). Nothing where no total is printed.
    """
    wanted = years or (material.year,)
    findings = [each for code in indicators for each in material.audit.totals(code) if each.year in wanted]
    found = [each for each in findings if each.status != NOT_CHECKED]
    if not found:
        return ""
    wrong = [each for each in found if each.status in WRONG]
    near = sum(each.status == ROUNDING for each in found)
    result = f"{len(wrong)}处不符" if wrong else "均相符"
    rounded = f"（{near}处只差尾数）" if near else ""
    differences = "".join(
        f"；{named(material, each)}印作{show(Decimal(each.printed))}，分项之和为{show(Decimal(each.recomputed))}"
        for each in wrong
    )
    return f"合计与分项之和：核对{len(found)}处，{result}{rounded}{differences}。"


def named(material: Material, finding: Finding) -> str:
    """Name of the figure a finding is about, with its item where that is not the whole."""
    about = material.data.catalogue.indicators[finding.key.indicator]
    item = material.data.catalogue.codelists[about.dimension].get(finding.key.item)
    if item is None or not item.parent or item.code == material.figures.region:
        return about.name
    return f"{about.name}（{item.name}）"


def mismatches(material: Material, part: str) -> list[list[str]]:
    """A row for each printed figure of this year's documents that does not agree with the rest of them.

    `part` is the first word of the indicators' codes. A row holds: figure, kind of check, unit, what is printed, what
    follows from the rest, note.
    """
    units = {str(name): claim.unit for name, claim in claims.named(material.data.claims)}
    findings = Audit(material.data, part).findings(material.year)
    wrong = [each for each in findings if each.chapter == part and each.status in WRONG]
    rows = []
    for each in wrong:
        if is_told_of_another(material, each, wrong):
            continue
        unit = units.get(each.check) or material.data.catalogue.indicators[each.key.indicator].unit
        printed = shown(each.printed)
        computed = shown(each.recomputed)
        if each.kind == RELATION:
            printed = itself(material, each)
            computed = f"差额{computed}"
        kind = KIND_WORDS.get(each.kind, "其他")
        rows.append([named(material, each), kind, unit, printed, computed, each.note])
    return rows


def is_told_of_another(material: Material, finding: Finding, others: Sequence[Finding]) -> bool:
    """Whether a relation fails by an erratum that another check tells of the very figure that is wrong.

    The figure that the relation is named by would be accused in its place.
    """
    erratum = material.data.errata.get(finding.check)
    if finding.kind != RELATION or erratum is None or not erratum.printed:
        return False
    same = (each for each in others if each.check in erratum.checks and each.kind != RELATION)
    return any(each.printed == erratum.printed for each in same)


def itself(material: Material, finding: Finding) -> str:
    """What is printed of the figure that a relation of several is told of; a dash where nothing is."""
    seen = material.data.observations.get(finding.key)
    return NOTHING if seen is None or seen.value is None else show(seen.value)
