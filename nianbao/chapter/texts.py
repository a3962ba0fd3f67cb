"""Texts and lists that are kept as data, one file a list: `data/editions/<year>/texts/<name>.csv`."""

from __future__ import annotations

from collections.abc import Sequence

from nianbao.chapter.figure import Figure
from nianbao.chapter.material import Material
from nianbao.chapter.printer import GONE
from nianbao.chapter.prose import Passage
from nianbao.data.csvfiles import Row
from nianbao.data.keys import Source
from nianbao.figures.ids import FigureId
from nianbao.figures.quantity import Quantity


def listed(material: Material, name: str, year: int | None = None, **where: str) -> list[Row]:
    """Rows of a list of a year (default: the chapter's) whose columns have the values in `where`."""
    rows = material.data.texts(name, year or material.year)
    return [row for row in rows if all(row[column] == value for column, value in where.items())]


def passage(material: Material, text: str) -> Passage:
    """A text kept as data, to be printed with its figures."""
    return Passage(text, material.figures)


def remark(material: Material, place: str) -> Passage:
    """The explanation for a place in the list `remarks`; one that leaves itself out where there is none."""
    rows = listed(material, "remarks", place=place)
    return passage(material, rows[0]["text"] if rows else GONE)


def remarked(material: Material, place: str) -> bool:
    """Whether the list `remarks` explains a place."""
    return bool(listed(material, "remarks", place=place))


def notes(material: Material, places: Sequence[str]) -> list[str]:
    """The explanations of `places` in the list `remarks`, as they are written there."""
    return [row["text"] for place in places for row in listed(material, "remarks", place=place)]


def reason(material: Material, figure: Figure) -> Passage:
    """Why a figure is what it is, from the list `<part>_reasons`, without its 。; left out where it is unknown."""
    part = figure.indicator.split(".")[0]
    rows = listed(material, f"{part}_reasons", figure.year, indicator=figure.indicator, item=figure.code)
    return passage(material, rows[0]["reason"].rstrip("。") if rows else GONE)


def amounts(material: Material, name: str) -> list[Quantity]:
    """The figures of a list with the columns `amount` and `unit`, in its order."""
    return [
        Quantity.printed(
            FigureId.level(name, row["level"], material.year),
            f"{material.year}年第{row['level']}项",
            row.number("amount"),
            row["unit"],
            source=Source.parse(row["source"]),
            place=row.place,
        )
        for row in material.data.texts(name, material.year)
    ]


def blank_subjects(material: Material, table: str) -> list[str]:
    """Notes on what a published table lists without a figure, from the list `blank_subjects`: one a side of it."""
    found: dict[str, list[str]] = {}
    for row in listed(material, "blank_subjects", table=table):
        found.setdefault(row["side"], []).append(row["subject"].replace("：", "·"))
    return [f"原表{side}部分另列以下各项，均为空白：{'、'.join(names)}。" for side, names in found.items()]


def county_notes(material: Material, scheme: str, table: str) -> list[tuple[str, str]]:
    """The explanations that a county gives of a table, each with the code of the indicator it explains."""
    rows = listed(material, f"counties/{material.figures.region}-notes", scheme=scheme, table=table)
    return [(row["item"], row["note"]) for row in rows]


def county_measures(material: Material, scheme: str, kind: str) -> list[tuple[str, str]]:
    """What a county says it has achieved, lacks or will do for a scheme: title and text."""
    rows = listed(material, f"counties/{material.figures.region}-measures", scheme=scheme, type=kind)
    return [(row["title"], row["text"]) for row in rows]
