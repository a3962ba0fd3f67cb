"""The kinds of documents that have a workbook of their own, and the lists of texts that each of them owns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A kind of document.

    `name` is what it is called in commands and in the codes of its documents, `title` in words; `part` that of the data
    its figures stand in. `lists` are its lists of texts with what their sheets are called; `remarks` what the places of
    its texts in the list `remarks` begin with. `codelists` are those that a year adds lines to, with their sheets.
    """

    name: str
    title: str
    part: str
    lists: dict[str, str]
    remarks: str
    codelists: dict[str, str]

    @property
    def list_names(self) -> tuple[str, ...]:
        """The names of its lists of texts."""
        return tuple(self.lists)


BUDGET = Kind(
    "budget",
    "部门预算",
    "budget",
    {
        "budget_units": "预算单位",
        "departments": "内设处室",
        "plans": "工作计划",
        "budget_reasons": "增减原因",
        "procurement": "采购清单",
        "blank_subjects": "空白科目",
        "empty_tables": "空表",
    },
    "budget_",
    {"procurement": "采购项目", "functions": "功能科目", "economic": "经济科目"},
)
ACCOUNTS = Kind(
    "accounts",
    "部门决算",
    "accounts",
    {"accounts_reasons": "增减原因", "evaluation": "绩效自评", "accounts_glued": "连写的格"},
    "accounts_",
    {"functions_accounts": "功能科目", "economic_accounts": "经济科目", "evaluation_items": "自评项目"},
)
PERFORMANCE = Kind(
    "performance",
    "绩效目标",
    "performance",
    {"performance_targets": "绩效目标表"},
    "performance.",
    {"projects": "项目", "performance_lines": "分项和指标"},
)
COUNTY = Kind("county", "县级基金运行分析", "county", {"notes": "各项说明", "measures": "问题和措施"}, "county_", {})
#: The kinds by name.
KINDS = {kind.name: kind for kind in (BUDGET, ACCOUNTS, PERFORMANCE, COUNTY)}

#: The sheets of codelists that the kinds of documents have, by the codelist.
CODE_SHEETS = {name: title for kind in KINDS.values() for name, title in kind.codelists.items()}


def is_of(place: str, begins: str, county: str) -> bool:
    """Whether a place of the list `remarks` belongs to the kind of document whose places begin so, of a `county`.

    The places of a county end with its code; such as name none are of the only county that had an analysis then.
    """
    named = place.rpartition(".")[2] if county else ""
    return place.startswith(begins) and (not county or not named.isdigit() or named == county)


def of_county(place: str, county: str) -> str:
    """A place of the list `remarks` with the code of the county that it is of."""
    base, _, named = place.rpartition(".")
    return f"{base if named.isdigit() else place}.{county}"


def of_another_document(place: str) -> bool:
    """Whether the text at a place of the list `remarks` belongs to a document that is no yearly report."""
    return place.startswith(tuple(kind.remarks for kind in KINDS.values()))
