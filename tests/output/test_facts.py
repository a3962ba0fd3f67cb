"""What is known of every figure: the audit's verdict on it, `facts.csv`, and the files beside the pages."""

from __future__ import annotations

import csv
import json

import pytest

from nianbao.audit.findings import Finding
from nianbao.data.keys import Key
from nianbao.figures.ids import FigureId
from nianbao.output import facts
from nianbao.output.levels import Levels
from tests.support.small_dataset import dataset
from tests.support.small_records import BEFORE, CHANGE, FACTS, STOCK, fact, prose, table

LEVEL = Key("x.stock", "640000", 2025)


def finding(check: str, status: str, printed: str, recomputed: str = "") -> Finding:
    """A finding on the level of 2025."""
    return Finding(check, check.split(":")[0], LEVEL, printed, recomputed, "", "", status, "")


def verdict(*findings: Finding, **more) -> facts.CheckedFact:
    """What is known of the level of 2025 after these findings; `more` is said of it."""
    known = FACTS | {STOCK: fact(STOCK, "5.00", **more)}
    return facts.checked(known, {each.check: each for each in findings}, {})[STOCK]


def test_a_figure_that_nothing_checks_has_no_verdict():
    known = verdict()
    assert (known.check, known.printed, known.computed) == ("", "", "")


def test_what_is_checked_goes_before_what_is_not():
    skipped = finding(f"formula:{LEVEL}", "not checked", "5.00")
    agrees = finding(f"total:{LEVEL}", "agrees", "4.99")
    assert verdict(skipped).check == "not checked"
    assert verdict(skipped, agrees).check == "agrees" and verdict(skipped, agrees).printed == "4.99"


def test_of_two_printings_the_one_with_this_number_counts():
    other = finding(f"claim:level:{LEVEL}", "agrees", "5.1")
    same = finding(f"claim:level:{LEVEL}:#2", "rounding", "5.00")
    assert (verdict(other, same).check, verdict(other, same).printed) == ("rounding", "5.00")


def test_a_figure_in_doubt_tells_what_follows_instead():
    doubted = finding("identity:a:640000:2025", "erratum", "5.00", "5.10")
    known = verdict(doubted, mark=doubted.check)
    assert (known.check, known.printed, known.computed) == ("erratum", "5.00", "5.10")


def test_what_a_formula_gives_is_no_printed_figure():
    by_formula = str(FigureId(LEVEL, by_formula=True))
    agrees = finding(f"formula:{LEVEL}", "agrees", "5.00")
    known = facts.checked({by_formula: fact(by_formula, "5.00")}, {agrees.check: agrees}, {})
    assert known[by_formula].check == ""


def test_doubt_is_told_in_the_unit_of_the_figure_only():
    shown = str(FigureId(LEVEL, unit="人"))
    doubted = finding("identity:a:640000:2025", "erratum", "5.00", "5.10")
    known = facts.checked({shown: fact(shown, "50000", "人", mark=doubted.check)}, {doubted.check: doubted}, {})
    assert known[shown].computed == ""


@pytest.mark.parametrize("unit,expression", [("万人", "$1 - $2"), ("人", "($1 - $2) * 10000 / 1"), ("元", "$1 - $2")])
def test_a_change_in_another_unit_than_its_levels_converts(unit, expression):
    known = FACTS | {CHANGE: fact(CHANGE, "1", unit, inputs=(STOCK, BEFORE), expression="$1 - $2")}
    assert facts.checked(known, {}, {})[CHANGE].fact.expression == expression


def test_facts_of_a_chapter_are_those_of_all_its_records(tmp_path):
    known = facts.by_chapter({"01-one": [prose("导言。"), table()], "02-two": []}, [], Levels(dataset({})))
    assert [*known["01-one"]] == [BEFORE, STOCK, CHANGE] and known["02-two"] == {}
    facts.write_csv(known, tmp_path / "facts.csv")
    with (tmp_path / "facts.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = [*csv.DictReader(stream)]
    assert tuple(rows[0]) == facts.COLUMNS and len(rows) == 3
    assert rows[2]["chapter"] == "01-one" and rows[2]["inputs"] == f"{STOCK} {BEFORE}"
    assert rows[1]["sources"] == "《今年》表1" and rows[1]["place"] == "data/x.csv:2"


def unpacked(text: str) -> list[dict]:
    """The facts in `<chapter>.js`, as `nianbao.js` reads them."""
    known = json.loads(text.removeprefix("nianbaoFacts(").removesuffix(")\n"))
    found = []
    for row in known["rows"]:
        padded = row + [""] * (len(known["columns"]) - len(row))
        one = dict(zip(known["columns"], padded, strict=True))
        one |= {key: known["pool"][one[key] or 0] for key in known["pooled"]}
        one["inputs"] = [known["rows"][number][0] for number in one["inputs"] or []]
        found.append({key: value for key, value in one.items() if value})
    return found


def test_pages_get_the_same_facts_packed(tmp_path):
    facts.write_pages(facts.by_chapter({"01-one": [table()]}, [], Levels(dataset({}))), tmp_path / "facts")
    plain = json.loads((tmp_path / "facts" / "01-one.json").read_text("utf-8"))
    packed = unpacked((tmp_path / "facts" / "01-one.js").read_text("utf-8"))
    assert packed == [*plain.values()] and [*plain] == sorted(FACTS)
    assert plain[CHANGE]["inputs"] == [STOCK, BEFORE] and "note" not in plain[CHANGE]
