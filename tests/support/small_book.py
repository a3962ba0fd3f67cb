"""A small book: three chapters of its own and a page, over the published data. What it holds is quick to make.

- `00-front`: cards and a sentence about the insured of unemployment insurance;
- `01-work`: the same figure in a sentence, a table by region and a chart by year;
- `02-papers`: a list of texts, no figure.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import nbformat

from tests.support.projects import YEAR, Project, contents, copy_project

SETUP = """\
from nianbao.chapter import Chapter

ch = Chapter("{number}", year)
f = ch.f
insured = f("unemployment.insured")
"""
PROSE = "%%prose\n{{ year }}年末，失业保险参保{{ insured }}，{{ insured | change }}；{{ insured | since(year - 5) }}。"
#: Title and cells of each chapter.
CHAPTERS = {
    "00-front": ("概览", ('ch.cards({"失业保险参保": insured})', PROSE)),
    "01-work": (
        "第一部分　失业保险",
        (
            PROSE,
            'ch.by_item("分市县参保人数", {"参保人数": insured.indicator}, unit="万人")',
            'ch.trend("失业保险参保人数", {"参保人数": insured}, year - 4)',
        ),
    ),
    "02-papers": (
        "第二部分　文件",
        (
            'rows = [[row["item"], row["title"]] for row in ch.listed("policy_documents")]\n'
            'ch.table("文件目录", ["序号", "文件名称"], rows, text=range(2))',
        ),
    ),
}
#: The figure that tests correct: the insured of the whole, as the data have it, and another figure.
FIGURE = f"unemployment.insured:640000:{YEAR}"
PRINTED, CORRECTED = "132.58", "132.57"


def write_small_book(root: Path) -> None:
    """Put the chapters of the small book and their contents in the place of those of the project in `root`."""
    shutil.rmtree(root / "notebooks")
    (root / "notebooks").mkdir()
    for name, (title, cells) in CHAPTERS.items():
        number = name[1:2]
        hidden = {"tags": ["remove-cell"]}
        made = [
            nbformat.v4.new_markdown_cell(f"# {title}"),
            nbformat.v4.new_code_cell(f"year = {YEAR}", metadata={"tags": ["parameters", "remove-cell"]}),
            nbformat.v4.new_code_cell(SETUP.format(number=number), metadata=hidden),
            *map(nbformat.v4.new_code_cell, cells),
        ]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(nbformat.v4.new_notebook(cells=made, metadata=kernel), root / "notebooks" / f"{name}.ipynb")
    settings = root / "book" / "edition.yml"
    text = re.sub(r"^regions: \{.*\}", "regions: {}", settings.read_text("utf-8"), flags=re.MULTILINE)
    text = text.replace("indicators: true", "indicators: false")
    rules = text.index("chapters:\n")
    settings.unlink()
    settings.write_text(text[:rules], "utf-8")  # its chapters need none
    files = [f"notebooks/{name}" for name in CHAPTERS]
    (root / "_toc.yml").unlink()  # it may be the same file as that of the project
    (root / "_toc.yml").write_text(contents(*files, "book/data"), "utf-8")


def small_book(into: Path) -> Project:
    """A project in the folder `into` whose book is the small one."""
    project = copy_project(into)
    write_small_book(project.root)
    return project


def correct_figure(project: Project, old: str = PRINTED, new: str = CORRECTED) -> None:
    """Correct the insured of the whole."""
    table = project.observations / "unemployment.csv"
    project.correct(table, f"unemployment.insured,640000,{old},", f"unemployment.insured,640000,{new},")
