"""The page of indicators, codelists and identities: all of it from `data/` and from what the chapters print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from re import Match

from nianbao.chapter.areas import Areas, Edition
from nianbao.chapter.html import table_html
from nianbao.chapter.printer import Printer
from nianbao.chapter.record import Record, TableBody
from nianbao.chapter.table import Table
from nianbao.data.catalogue import REGION, Indicator
from nianbao.data.dataset import Dataset
from nianbao.data.formulas import TERM
from nianbao.figures.ids import FigureId

KINDS = {"stock": "年末数", "flow": "全年数", "ratio": "比率"}
LAGS = {-1: "上年", 1: "下年"}
#: Signs of arithmetic in a formula, and as readers write them.
SIGNS = {" * ": " × ", " / ": " ÷ ", " + ": " ＋ ", " - ": " － "}
#: The list of documents among the codelists.
DOCUMENTS = "documents"
INDICATOR_HEADS = ("指标", "代码", "单位", "类别", "含义", "算式", "出处", "用于")
CODELIST_HEADS = ("名称", "代码", "上级", "说明")
IDENTITY_HEADS = ("关系", "等式", "代码")
#: Between number and name in the title of a chapter: 第一部分　基本养老保险.
BLANK = "　"


@dataclass(frozen=True)
class Listing:
    """A table of the page of reference; `identity` is the name to link to."""

    identity: str
    caption: str
    body: TableBody

    @property
    def html(self) -> str:
        """The table as it stands on the page."""
        return table_html(self.identity, self.caption, self.body)


@dataclass
class Identity:
    """What must be equal, in words: the terms on both sides."""

    title: str
    left: list[str] = field(default_factory=list)
    right: list[str] = field(default_factory=list)

    @property
    def equation(self) -> str:
        """The equation, the shorter side first; an empty side is zero."""
        sides = sorted((self.left, self.right), key=len)
        return "　＝　".join(" ＋ ".join(side) or "0" for side in sides)


#: Records of the chapters by name, in order.
Records = Mapping[str, Sequence[Record]]


def reference(data: Dataset, records: Records, titles: Mapping[str, str]) -> dict[str, list[Listing]]:
    """The tables of the page by the name of their place.

    `titles` are those of the chapters by name, in the order of the book.
    """
    return {
        "indicators": [*indicators(data, records, titles)],
        "codelists": [*codelists(data)],
        "identities": [identities(data)],
    }


def named(data: Dataset, code: str, item: str = "", lag: int = 0) -> str:
    """An indicator as readers know it: name, item and year."""
    about = data.catalogue.indicator(code)
    more = []
    if item:
        more.append(data.catalogue.item(about, item).name)
    if lag:
        more.append(LAGS.get(lag, f"{lag:+d}年"))
    return f"{about.name}（{'，'.join(more)}）" if more else about.name


def spelled(data: Dataset, about: Indicator) -> str:
    """The formula of an indicator in words, with the codes replaced by names."""

    def name(term: Match[str]) -> str:
        return named(data, term[1], term[2] or "", int(term[3] or 0))

    text = TERM.sub(name, about.formula)
    for sign, shown in SIGNS.items():
        text = text.replace(sign, shown)
    return f"{text}（只核对）" if about.check_only else text


def indicators(data: Dataset, records: Records, titles: Mapping[str, str]) -> Iterator[Listing]:
    """A table a part: what each indicator means, how it is computed, where it comes from and which chapters use it.

    Parts come in the order of the chapters that use them most, and are called by these.
    """
    users = used_by(records, titles)
    documents = printed_in(data)
    parts: dict[str, list[str]] = {}
    for code, about in data.catalogue.indicators.items():
        parts.setdefault(about.part, []).append(code)
    names = {part: main_user(codes, users) or part for part, codes in parts.items()}
    places = {title: place for place, title in enumerate(titles.values())}
    for part in sorted(parts, key=lambda each: places.get(names[each], len(places))):
        codes = parts[part]
        rows = []
        for code in codes:
            about = data.catalogue.indicators[code]
            rows.append(
                [
                    about.name,
                    code,
                    about.unit,
                    KINDS[about.kind],
                    about.definition,
                    spelled(data, about),
                    "；".join(documents.get(code, ())),
                    "、".join(title.split(BLANK)[0] for title in users.get(code, ())),
                ]
            )
        anchors = {number: [code] for number, code in enumerate(codes)}
        yield listing(f"dictionary-{part}", f"指标：{names[part]}", INDICATOR_HEADS, rows, anchors)


def used_by(records: Records, titles: Mapping[str, str]) -> dict[str, list[str]]:
    """The titles of the chapters that print an indicator, or compute another figure from it, by its code."""
    users: dict[str, dict[str, None]] = {}
    for chapter, title in titles.items():
        for record in records[chapter]:
            for identity in record.facts:
                users.setdefault(FigureId.parse(identity).key.indicator, {})[title] = None
    return {code: [*known] for code, known in users.items()}


def printed_in(data: Dataset) -> dict[str, list[str]]:
    """The titles of the documents that hold an indicator, by its code."""
    documents: dict[str, dict[str, None]] = {}
    for key, seen in data.observations.items():
        title = data.catalogue.documents[seen.source.document].title
        documents.setdefault(key.indicator, {})[title] = None
    return {code: [*known] for code, known in documents.items()}


def main_user(codes: Sequence[str], users: Mapping[str, Sequence[str]]) -> str:
    """The title of the chapter that uses most of some indicators; nothing where none does."""
    counts = Counter(title for code in codes for title in users.get(code, ()))
    return counts.most_common(1)[0][0] if counts else ""


def codelists(data: Dataset) -> Iterator[Listing]:
    """A table a codelist, the list of documents among them."""
    lists = data.catalogue.codelists
    areas = Areas(Edition(data, data.years[-1]))
    for name in sorted([*lists, DOCUMENTS]):
        rows = []
        if name in lists:
            for code, item in lists[name].items():
                above = lists[name].get(item.parent)
                fate = areas.fate(code) if name == REGION else ""
                note = "；".join(filter(None, [item.note, fate]))
                rows.append([item.name, code, above.name if above else "", note])
        else:
            rows = [[document.title, code, "", ""] for code, document in data.catalogue.documents.items()]
        if rows:
            yield listing(f"codelist-{name}", f"代码表：{name}", CODELIST_HEADS, rows)


def identities(data: Dataset) -> Listing:
    """What must be equal: each identity as an equation."""
    found: dict[str, Identity] = {}
    for row in data.folder.read("catalogue/identities.csv"):
        identity = found.setdefault(row["identity"], Identity(row["title"]))
        weight = row["weight"].lstrip("+-")
        times = "" if weight == "1" else f"{weight} × "
        side = identity.right if row["weight"].startswith("-") else identity.left
        side.append(times + named(data, row["indicator"], row["item"], int(row["lag"] or 0)))
    rows = [[identity.title, identity.equation, name] for name, identity in found.items()]
    return listing("identities-all", f"勾稽关系（{len(rows)}条）", IDENTITY_HEADS, rows)


def listing(
    identity: str,
    caption: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    anchors: Mapping[int, Sequence[str]] | None = None,
) -> Listing:
    """A table of texts; `anchors` are names to link to, by the number of their row."""
    table = Table(heads, rows, text_columns=set(range(len(heads))), anchors=anchors or {})
    return Listing(identity, caption, table.body(Printer()))
