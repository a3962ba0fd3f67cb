"""The notebooks and the data as they are committed: clean, parameterized, and no number typed into a sentence."""

from __future__ import annotations

import ast
import csv
import json
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from conftest import ROOT
from jinja2 import Environment

from nianbao.data.dataset import CLAIM_COLUMNS, ERRATUM_COLUMNS, FORMULA_COLUMNS, OBSERVATION_COLUMNS, Dataset
from nianbao.figures.quantity import decimals_of, factor

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
BY_NAME = {"ids": lambda path: path.stem if isinstance(path, Path) else None}
ORDINAL = re.compile(r"^(#+\s*)\d+\.(?=\s)", re.M)
DIGIT = re.compile(r"[0-9０-９]")
# Units, names and numbers of tables in the published report that hold a digit and are no figures.
TERMS = re.compile(r"∶1(?!\d)|等级保护2\.0|12333|^[表图]\d+(-\d+)?$")


def cells(path: Path) -> list[dict]:
    """Cells with their source as one text."""
    found = json.loads(path.read_text("utf-8"))["cells"]
    return [cell | {"source": "".join(cell["source"])} for cell in found]


def prose(path: Path) -> list[str]:
    """The paragraphs."""
    return [cell["source"].split("\n", 1)[1] for cell in cells(path) if cell["source"].startswith("%%prose")]


def toc() -> list[str]:
    """Files of `_toc.yml`, in order."""
    listed = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    parts = listed.get("parts") or [listed]
    return [listed["root"]] + [each["file"] for part in parts for each in part.get("chapters", [])]


def tags(cell: dict) -> list[str]:
    """Tags of a cell."""
    return cell["metadata"].get("tags", [])


def test_there_are_notebooks():
    assert len(NOTEBOOKS) >= 8


def test_the_table_of_contents_lists_every_chapter_once():
    listed = toc()
    assert len(listed) == len(set(listed))
    for name in listed:
        assert any((ROOT / f"{name}{end}").exists() for end in (".ipynb", ".md")), name
    assert {name for name in listed if name.startswith("notebooks/")} == {f"notebooks/{path.stem}" for path in NOTEBOOKS}


@pytest.mark.parametrize("path", NOTEBOOKS, **BY_NAME)
def test_no_outputs_are_committed(path):
    for cell in cells(path):
        if cell["cell_type"] == "code":
            assert cell["outputs"] == [] and cell["execution_count"] is None
        assert not {"execution", "papermill", "ExecuteTime"} & set(cell["metadata"])
    assert "papermill" not in json.loads(path.read_text("utf-8"))["metadata"]


@pytest.mark.parametrize("path", NOTEBOOKS, **BY_NAME)
def test_parameters_and_set_up_are_there_and_hidden(path):
    code = [cell for cell in cells(path) if cell["cell_type"] == "code"]
    marked = [cell for cell in code if "parameters" in tags(cell)]
    assert len(marked) == 1 and marked[0] is code[0], "一个 parameters 单元格，在其他代码之前"
    assert "remove-cell" in tags(marked[0])
    assert re.search(r"^year = \d{4}\b", marked[0]["source"], re.M)
    for cell in code:
        body = [node for node in ast.parse(re.sub(r"^%%prose[\s\S]*", "", cell["source"])).body]
        if body and all(isinstance(node, (ast.Import, ast.ImportFrom, ast.Assign, ast.FunctionDef)) for node in body):
            assert "remove-cell" in tags(cell), f"只作准备的单元格应有 remove-cell：{cell['source'][:60]}"


@pytest.mark.parametrize("path", NOTEBOOKS, **BY_NAME)
def test_headings_stand_in_markdown_cells_and_begin_with_one_title(path):
    texts = [cell["source"] for cell in cells(path) if cell["cell_type"] == "markdown"]
    assert texts[0].startswith("# ")
    assert sum(len(re.findall(r"^# ", text, re.M)) for text in texts) == 1
    for text in prose(path):
        assert not re.search(r"^#", text, re.M)


@pytest.mark.parametrize("path", NOTEBOOKS, **BY_NAME)
def test_no_number_is_typed_into_prose(path):
    lexer = Environment()
    for text in prose(path):
        outside = "".join(value for _, kind, value in lexer.lex(text) if kind == "data")
        assert not DIGIT.search(TERMS.sub("", outside)), outside
        # Inside {{ }} a number may be an argument, never a text to print.
        for _, kind, value in lexer.lex(text):
            if kind == "string" and DIGIT.search(value):
                assert re.fullmatch(r"""["'](?=[\w.]*[a-zA-Z_])[\w.]+["']|["']\d{6}["']""", value), value
        for shown in re.findall(r"{{(.*?)}}", text, re.S):
            assert not re.fullmatch(r"\s*-?[\d.]+\s*(\|.*)?", shown), shown


@pytest.mark.parametrize("path", NOTEBOOKS, **BY_NAME)
def test_no_number_is_typed_into_headings(path):
    for cell in cells(path):
        if cell["cell_type"] == "markdown":
            rest = ORDINAL.sub(r"\1", cell["source"])
            assert not DIGIT.search(TERMS.sub("", rest)), rest
            assert all(line.startswith("#") for line in rest.splitlines() if line.strip()), "文字应写在 %%prose 里"


@pytest.mark.parametrize("path", NOTEBOOKS, **BY_NAME)
def test_no_number_is_typed_into_titles_and_notes_of_code_cells(path):
    for cell in cells(path):
        if cell["cell_type"] != "code" or cell["source"].startswith("%%"):
            continue
        for node in ast.walk(ast.parse(cell["source"])):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search("[一-鿿]", node.value):
                assert not DIGIT.search(TERMS.sub("", node.value)), node.value


@pytest.mark.parametrize("path", NOTEBOOKS, **BY_NAME)
def test_notebooks_hold_no_data_of_their_own(path):
    """A float, or a whole number of three digits and more, is data; it belongs into data/."""
    for cell in cells(path):
        if cell["cell_type"] == "code" and not cell["source"].startswith("%%") and "parameters" not in tags(cell):
            for node in ast.walk(ast.parse(cell["source"])):
                if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
                    assert isinstance(node.value, int) and abs(node.value) < 100, node.value


# -- the data files -------------------------------------------------------------------------------------------------
CSVS = sorted((ROOT / "data").rglob("*.csv"))
HEADS = {"claims": CLAIM_COLUMNS, "errata": ERRATUM_COLUMNS, "formulas": FORMULA_COLUMNS, "revisions": ()}


@pytest.mark.parametrize("path", CSVS, ids=lambda path: str(path.relative_to(ROOT / "data")))
def test_every_data_file_has_its_heads_and_full_rows(path):
    raw = path.read_bytes()
    assert b"\r" not in raw, "行尾应为 LF"
    rows = list(csv.reader(raw.decode("utf-8-sig").splitlines(keepends=True)))
    head = rows[0]
    assert len(head) == len(set(head)) and all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in head)
    assert all(len(row) == len(head) for row in rows), "每行的格数应同表头"
    assert not re.search(r"(?<![A-Za-z])(nan|NaN|NULL|None|#N/A|#REF!|#DIV/0!)(?![A-Za-z])", raw.decode("utf-8-sig"))
    parts = path.relative_to(ROOT / "data").parts
    if parts[0].isdigit() and (len(parts) == 2 or (parts[1] == "counties" and "-" not in path.stem)):
        needed = HEADS.get(path.stem, OBSERVATION_COLUMNS)
        assert set(needed) <= set(head), head


def test_every_printed_figure_names_its_source():
    data = Dataset()
    titles = data.catalogue.codelists["documents"]
    for each in [*data.observations.values(), *data.claims]:
        assert each.source.split(" ")[0] in titles, f"{each.place}: {each.source}"


def test_derived_levels_equal_a_printed_change_taken_from_the_later_level():
    """2024 = 275.09 - 7.34, status E: the sum is checked here, to the margin that stands in the row."""
    data, checked, unexplained = Dataset(), 0, []
    changes = {}
    for claim in data.claims:
        if claim.measure in {"change", "growth", "avg_growth", "points"}:
            changes.setdefault((claim.indicator, claim.region, int(claim.base)), []).append(claim)
    for (code, region, year), seen in data.observations.items():
        if seen.status != "E":
            continue
        level = data.level(code, region, year)
        assert level.interval.high - level.interval.low > 0 or level.unit in {"人", "人次", "件", "个", "家", "名"}
        held = []
        for claim in changes.get((code, region, year), []):
            later = data.level(code, region, claim.year)
            unit = data.catalogue.indicators[code].unit
            by = Fraction(1) if claim.measure == "points" else factor(claim.unit, unit)
            if later is None:
                continue
            if claim.measure in {"change", "points"} and by is not None:
                margin = Fraction(seen.margin or 0) + Fraction(1, 2 * 10 ** decimals_of(claim.value)) * by
                held.append(abs(later.exact - Fraction(claim.value) * by - Fraction(seen.value)) <= margin)
            elif claim.measure == "growth" and seen.value > 0:
                growth = (later.exact / Fraction(seen.value) - 1) * 100
                slack = Fraction(seen.margin or 0) / Fraction(seen.value) * 100 * (1 + abs(growth) / 100)
                held.append(abs(growth - Fraction(claim.value)) <= slack + Fraction(1, 10 ** decimals_of(claim.value)))
        if held:
            checked += 1
            assert any(held), f"{seen.place}: {seen.value}"
        else:
            unexplained.append(seen)
    assert checked > 60
    # The others follow from a claim about something else; each says in its source where.
    assert len(unexplained) < checked / 4, [each.place for each in unexplained]


def test_margins_are_smaller_than_their_values():
    for seen in Dataset().observations.values():
        if seen.margin is not None and seen.value:
            assert Decimal(0) <= seen.margin <= abs(seen.value), seen.place
