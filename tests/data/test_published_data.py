"""The published data files as committed: their heads, their sources, and levels that were derived from changes."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

import pytest

from nianbao.data import schema
from nianbao.data.dataset import Dataset
from nianbao.data.keys import Key
from nianbao.figures.levels import printed_level
from nianbao.figures.units import decimals_of, factor
from tests.support.projects import ROOT

DATA = ROOT / "data"
FILES = sorted(DATA.rglob("*.csv"))


@pytest.fixture(scope="module")
def published() -> Dataset:
    """All published data."""
    return Dataset(DATA)


def test_there_are_data_files():
    assert len(FILES) >= 80


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(DATA)))
def test_every_data_file_has_its_heads_and_full_rows(path):
    raw = path.read_bytes()
    assert b"\r" not in raw, "行尾应为 LF"
    rows = list(csv.reader(raw.decode("utf-8-sig").splitlines(keepends=True)))
    head = rows[0]
    assert len(head) == len(set(head)) and all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in head)
    assert all(len(row) == len(head) for row in rows), "每行的格数应同表头"
    assert not re.search(r"(?<![A-Za-z])(nan|NaN|NULL|None|#N/A|#REF!|#DIV/0!)(?![A-Za-z])", raw.decode("utf-8-sig"))
    table = schema.table_of(path.relative_to(DATA).as_posix())
    assert table is not None and set(table.heads) <= set(head), head


def test_every_printed_figure_names_its_source(published):
    titles = published.catalogue.documents
    printed = [*published.observations.values(), *published.claims]
    assert len(printed) >= 4000
    for each in printed:
        assert each.source.document in titles, f"{each.place}: {each.source}"


def test_derived_levels_equal_a_printed_change_taken_from_the_later_level(published):
    """2024 = 275.09 - 7.34, status E: the sum is checked here, to the margin that stands in the row."""
    checked = 0
    unexplained = []
    changes = defaultdict(list)
    for claim in published.claims:
        if claim.measure in schema.AGAINST_A_YEAR:
            changes[claim.key.at(int(claim.base))].append(claim)
    for key, seen in published.observations.items():
        if not seen.derived:
            continue
        level = printed_level(published, key)
        assert not level.interval.exact or level.unit in {"人", "人次", "件", "个", "家", "名"}
        held = [agrees for claim in changes[key] if (agrees := leads_to(published, seen, claim)) is not None]
        if held:
            checked += 1
            assert any(held), f"{seen.place}: {seen.value}"
        else:
            unexplained.append(seen)
    assert checked > 60
    # The others follow from a claim about something else; each says in its source where.
    assert len(unexplained) < checked / 4, [each.place for each in unexplained]


def leads_to(published, seen, claim) -> bool | None:
    """Whether the later level and its printed change or growth give what was seen; None where they do not say."""
    later = printed_level(published, claim.key)
    if later is None:
        return None
    margin = Fraction(seen.margin or 0)
    if claim.measure in {"change", "points"}:
        unit = published.catalogue.indicators[claim.indicator].unit
        by = Fraction(1) if claim.measure == "points" else factor(claim.unit, unit)
        if by is None:
            return None
        allowed = margin + Fraction(1, 2 * 10 ** decimals_of(claim.value)) * by
        return abs(later.exact - Fraction(claim.value) * by - Fraction(seen.value)) <= allowed
    if claim.measure == "growth" and seen.value > 0:
        growth = (later.exact / Fraction(seen.value) - 1) * 100
        slack = margin / Fraction(seen.value) * 100 * (1 + abs(growth) / 100)
        return abs(growth - Fraction(claim.value)) <= slack + Fraction(1, 10 ** decimals_of(claim.value))
    return None


def test_margins_are_smaller_than_their_values(published):
    known = [seen for seen in published.observations.values() if seen.margin is not None and seen.value]
    assert len(known) >= 60
    for seen in known:
        assert Decimal(0) <= seen.margin <= abs(seen.value), seen.place


def test_glued_cells_are_amount_and_code(published):
    """The companion documents: what was taken apart must fit together again."""
    rows = published.texts("accounts_glued", 2022)
    assert len(rows) == 55
    for row in rows:
        amount = published.observations[Key("accounts.economic", row["item"], 2022)].value
        assert row["printed"] == f"{amount:,.2f}{row['next']}"
        assert row["next"] in published.catalogue.codelists["economic_accounts"]
