"""What is known of every figure printed: `facts.csv` of an edition, and the files beside the pages that open figures."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from nianbao.audit.checks import FORMULA, TOTAL, CheckId
from nianbao.audit.findings import Finding
from nianbao.data import csvfiles
from nianbao.figures.ids import FigureId
from nianbao.figures.units import factor

COLUMNS = ("id", "chapter", "value", "unit", "formula", "inputs", "sources", "name", "low", "high", "status", "place",
           "note", "expression", "computed", "check", "printed")
PAGE = ("id", "name", "value", "unit", "low", "high", "status", "formula", "expression", "computed", "inputs", "source",
        "place", "note", "mark", "check", "printed")
POOLED = {"unit", "status", "formula", "expression", "source", "note", "check"}


def outputs(folder: Path, chapters: Iterable[str]) -> Iterator[tuple[str, dict, str]]:
    """What the executed notebooks in `folder` say of their outputs: (chapter name, metadata, html)."""
    for name in chapters:
        path = folder / f"{name}.ipynb"
        for cell in json.loads(path.read_text("utf-8"))["cells"] if path.exists() else ():  # nbformat takes five times as long
            for output in cell.get("outputs", []):
                about = output.get("metadata", {}).get("nianbao")
                if about:
                    yield name, about, "".join(output["data"]["text/html"])  # a text, or its lines


def checked(facts: dict[str, dict], findings: Iterable[Finding]) -> dict[str, dict]:
    """The facts with the audit's verdict on each (`check`), what a document prints for it (`printed`), and for those that
    an erratum is about what follows from the rest instead (`computed`)."""
    known = {each.check: each for each in findings}
    result = {}
    for identity, fact in facts.items():
        figure = FigureId.parse(identity)
        names = []
        if not figure.by_formula:  # what a formula gives is no printed figure
            names = [str(CheckId.of_figure(figure, serial)) for serial in range(1, 6)]
        if not figure.derived and not figure.by_formula:
            names += [str(CheckId.of_level(kind, figure.key)) for kind in (FORMULA, TOTAL)]
        found = sorted((known[name] for name in names if name in known),  # what is checked, and prints this very number
                       key=lambda each: (each.status == "not checked", each.printed != fact["value"]))
        if len(fact["inputs"]) == 2 and fact.get("expression") == "$1 - $2":  # printed in another unit than its inputs
            by = factor(facts[fact["inputs"][0]]["unit"], fact["unit"]) or 1
            fact = fact | ({"expression": f"($1 - $2) * {by.numerator} / {by.denominator}"} if by != 1 else {})
        doubt = known.get(fact["mark"]) if not figure.unit else None  # in the unit of the figure itself
        verdict = doubt or (found[0] if found else None)
        result[identity] = fact | {"check": verdict.status if verdict else "", "printed": verdict.printed if verdict else "",
                                   "computed": doubt.recomputed if doubt else ""}
    return result


def by_chapter(folder: Path, chapters: Iterable[str], findings: Iterable[Finding]) -> dict[str, dict[str, dict]]:
    """Facts of every chapter by id."""
    found: dict[str, dict] = {name: {} for name in chapters}
    for name, about, _ in outputs(folder, found):
        found[name] |= about["facts"]
    findings = list(findings)
    return {name: checked(known, findings) for name, known in found.items()}


def write_csv(known: dict[str, dict[str, dict]], path: Path) -> None:
    """`facts.csv`: every figure printed, once a chapter, with formula, inputs and sources."""
    rows = (each | {"chapter": chapter, "sources": each["source"], "inputs": " ".join(each["inputs"])}
            for chapter, facts in known.items() for each in facts.values())
    csvfiles.write_csv(path, rows, COLUMNS)


def write_pages(known: dict[str, dict[str, dict]], folder: Path) -> None:
    """`<chapter>.json` for people and programs, and `<chapter>.js`, the same packed, for the page itself.

    Packed: texts that come again stand once in `pool`, inputs are row numbers.
    """
    folder.mkdir(exist_ok=True)
    for chapter, facts in known.items():
        rows = {identity: {key: value for key, value in each.items() if value} for identity, each in sorted(facts.items())}
        (folder / f"{chapter}.json").write_text(json.dumps(rows, ensure_ascii=False, indent=0), "utf-8")
        at, pool, packed = {identity: index for index, identity in enumerate(rows)}, {"": 0}, []
        for each in rows.values():
            inputs = [at[one] for one in each.get("inputs", ())]
            row = [inputs if key == "inputs" else pool.setdefault(each.get(key, ""), len(pool)) if key in POOLED
                   else each.get(key, "") for key in PAGE]
            while not row[-1]:
                row.pop()
            packed.append(row)
        text = json.dumps({"columns": PAGE, "pooled": sorted(POOLED), "pool": list(pool), "rows": packed},
                          ensure_ascii=False, separators=(",", ":"))
        (folder / f"{chapter}.js").write_text(f"nianbaoFacts({text})\n", "utf-8")
