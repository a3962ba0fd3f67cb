"""Self-evaluations of projects in the accounts of a department: their money, and what was reached of their targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from nianbao.chapter import texts
from nianbao.chapter.figure import Figure
from nianbao.chapter.material import Material
from nianbao.chapter.table import Cell
from nianbao.chapter.tables import Tables
from nianbao.data.catalogue import Item

#: The part of the catalogue with their indicators, and the codelist with their items.
PART = "accounts.evaluation"
ITEMS = "evaluation_items"
#: The columns on a project's money: head -> indicator.
MONEY: dict[str | tuple[str, str], str] = {
    "年初预算（万元）": "budget",
    "全年预算（万元）": "budget_adjusted",
    ("其中当年财政拨款", "年初预算（万元）"): "fiscal_budget",
    ("其中当年财政拨款", "全年预算（万元）"): "fiscal_budget_adjusted",
    "全年执行数（万元）": "executed",
    "执行率（%）": "rate",
}
TARGETS = ["绩效指标", "类别", "年度指标值", "实际完成值", "分值", "得分", "偏差与改进"]
COST = "cost_target"


class Evaluations:
    """The self-evaluations of a year, as tables of a chapter."""

    def __init__(self, material: Material, tables: Tables):
        self.material = material
        self.tables = tables

    @property
    def items(self) -> Mapping[str, Item]:
        """The codelist of projects, with their targets below them."""
        return self.material.data.catalogue.codelists.get(ITEMS, {})

    @property
    def projects(self) -> dict[str, str]:
        """The names of the projects that were evaluated, by code."""
        return {code: item.name for code, item in self.items.items() if item.level == "project"}

    def figure(self, code: str, item: str) -> Figure:
        """A figure of a project or target."""
        return self.material.figures(f"{PART}.{code}", item)

    def costs(self, project: str) -> list[Figure]:
        """The planned amounts of a project's cost targets."""
        codes = self.material.data.items(f"{PART}.{COST}", self.material.year)
        return [self.figure(COST, code) for code in codes if code.startswith(project)]

    def show(self, project: str) -> None:
        """The two tables of a project: its money, and its targets with what was reached."""
        name = self.items[project].name
        cells = [self.figure(code, project) for code in MONEY.values()]
        self.tables.table(f"{name}：项目资金", ["项目", *MONEY], [[name, *cells]])
        reviews = {row["item"]: row for row in texts.listed(self.material, "evaluation")}
        total: list[Cell | Figure] = [
            "总分合计",
            "",
            "",
            "",
            self.figure("weight", project),
            self.figure("score", project),
            "",
        ]
        rows = [*self.targets(project, reviews), total] if reviews else []
        notes = texts.notes(self.material, ["accounts_scores"])
        self.tables.table(f"{name}：绩效自评", TARGETS, rows, "分", (0, 1, 2, 3, 6), notes)

    def targets(
        self, above: str, reviews: Mapping[str, Mapping[str, str]], depth: int = 0
    ) -> Iterator[list[Cell | Figure]]:
        """Rows: the groups of targets below an item and, below each, its targets with what was reached."""
        for code in self.material.data.catalogue.children(ITEMS, above):
            review = reviews.get(code)
            item = self.items[code]
            score = self.figure("score", code)
            yield [
                "　" * depth + item.name,
                item.note if review else "",
                review.get("target", "") if review else "",
                review.get("actual", "") if review else "",
                self.figure("weight", code),
                score if review or score.known else "",
                review.get("reason", "") if review else "",
            ]
            yield from self.targets(code, reviews, depth + 1)
