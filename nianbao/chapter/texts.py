"""Texts and lists that are kept as data, one file a list: `data/editions/<year>/texts/<name>.csv`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from nianbao.audit.checks import LABEL
from nianbao.chapter.figure import Figure
from nianbao.chapter.material import Material
from nianbao.chapter.printer import GONE
from nianbao.chapter.prose import Passage
from nianbao.data.csvfiles import Row
from nianbao.data.documents import Erratum
from nianbao.data.keys import Source
from nianbao.figures.ids import FigureId
from nianbao.figures.quantity import Quantity

#: Lists of explanations by place in the book: of figures, and of the state of a document that figures were taken from.
REMARKS = ("remarks", "transcription")

#: Between the items of a list as a document prints it.
BETWEEN = "、"


def listed(material: Material, name: str, year: int | None = None, **where: str) -> list[Row]:
    """Rows of a list of a year (default: the chapter's) whose columns have the values in `where`."""
    rows = material.data.texts(name, year or material.year)
    return [row for row in rows if all(row[column] == value for column, value in where.items())]


def last_listed(material: Material, name: str, year: int, **where: str) -> list[Row]:
    """Such rows of the last year up to `year` that has any: of what stays as it is until it is said anew."""
    years = sorted((at for at in material.data.years if at <= year), reverse=True)
    return next((rows for at in years if (rows := listed(material, name, at, **where))), [])


def passage(material: Material, text: str) -> Passage:
    """A text kept as data, to be printed with its figures."""
    return Passage(text, material.figures)


def remarks_at(material: Material, place: str) -> list[Row]:
    """The explanations for a place: of what the figures mean, then of how the document printed them.

    The latter stand in a list of their own, because they are true of one printed document only, and no form offers
    them for the next year. In a chapter about a region those that end with its code go before the others.
    """
    region = material.figures.region
    own = [row for name in REMARKS for row in listed(material, name, place=f"{place}.{region}")] if region else []
    return own or [row for name in REMARKS for row in listed(material, name, place=place)]


def remark(material: Material, place: str) -> Passage:
    """The explanation for a place in the lists of remarks; one that leaves itself out where there is none."""
    rows = remarks_at(material, place)
    return passage(material, rows[0]["text"] if rows else GONE)


def remarked(material: Material, place: str) -> bool:
    """Whether the lists of remarks explain a place."""
    return bool(remarks_at(material, place))


def notes(material: Material, places: Sequence[str]) -> list[str]:
    """The explanations of `places` in the lists of remarks, as they are written there."""
    return [row["text"] for place in places for row in remarks_at(material, place)]


def as_notes(handed: str | Iterable[str] | None) -> list[str]:
    """Notes as a chapter is handed them: a str is one note, not one a character; none for None."""
    if handed is None:
        return []
    return [handed] if isinstance(handed, str) else list(handed)


def reason(material: Material, figure: Figure) -> Passage:
    """Why a figure is what it is, from the list `<part>_reasons`, without its 。; left out where it is unknown."""
    part = figure.indicator.split(".")[0]
    rows = listed(material, f"{part}_reasons", figure.year, indicator=figure.indicator, item=figure.code)
    return passage(material, rows[0]["reason"].rstrip("。") if rows else GONE)


def topics(material: Material, name: str) -> dict[str, Passage]:
    """The texts of a list with the columns `topic` and `text`, by topic; those of one topic follow each other."""
    found: dict[str, str] = {}
    for row in listed(material, name):
        found[row["topic"]] = found.get(row["topic"], "") + row["text"]
    return {topic: passage(material, text) for topic, text in found.items()}


def amounts(material: Material, name: str) -> list[Quantity]:
    """The figures of a list with the columns `amount` and `unit`, in its order; marked as `in_printed_list` says."""
    found = [
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
    return in_printed_list(found, material.data.errata)


def in_printed_list(found: Sequence[Quantity], errata: Mapping[str, Erratum]) -> list[Quantity]:
    """Figures of a list, those marked that a known erratum of the list as a document prints it calls wrong.

    The erratum prints the list whole, item by item. Where it says what the list should have been, the items that differ
    there are wrong; where it does not, any of them may be.
    """
    printed = [f"{each.signed}{each.unit}" for each in found]
    for check, erratum in errata.items():
        if check.startswith(f"{LABEL}:") and erratum.printed.split(BETWEEN) == printed:
            likely = erratum.likely.split(BETWEEN) if erratum.likely else [""] * len(printed)
            return [
                each if text == other else replace(each, mark=check, note=erratum.reason)
                for each, text, other in zip(found, printed, likely, strict=False)
            ]
    return list(found)


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
