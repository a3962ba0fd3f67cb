"""What no rule of the audit looks into and the book still goes by: change accounts, targets, assumptions, texts."""

from __future__ import annotations

from nianbao.data import analysing
from nianbao.data.csvfiles import Row
from nianbao.data.dataset import Dataset
from nianbao.data.references import REFERENCE

#: What a figure in a text stands between.
BRACKETS = ("{{", "}}")


def check_unaudited(data: Dataset) -> None:
    """DataError for the first row that could not be used: in the catalogue, the documents or an edition that is read.

    Else it would only be found when the chapter that asks for it is executed, or be printed as it stands.
    """
    analysing.designs(data)
    analysing.goals(data)
    analysing.reasons(data)
    for year in data.years:
        analysing.choices(data, year)
        analysing.assumptions(data, year)
        for folder in (f"editions/{year}/texts", f"editions/{year}/texts/counties"):
            for name in data.folder.tables(folder):
                for row in data.folder.read(f"{folder}/{name}.csv"):
                    check_text(data, row)


def check_text(data: Dataset, row: Row) -> None:
    """DataError for a cell with a bracket that is not closed, or with a figure of an indicator or item unknown."""
    for column, text in row.items():
        left = REFERENCE.sub("", text)
        whole = not any(bracket in left for bracket in BRACKETS)
        row.check(whole, column, "{said}", said="{{ }} 应成对，里面是指标代码，如 {{pension.enterprise.insured}}")
        for code, item, _ in REFERENCE.findall(text):
            about = data.catalogue.indicators.get(code)
            row.check(about, column, "没有指标“{code}”，请先写入指标目录", code=code)
            known = about is None or not item or item in data.catalogue.codelists[about.dimension]
            row.check(known, column, "代码表中没有“{item}”，见 {code}", item=item, code=code)
