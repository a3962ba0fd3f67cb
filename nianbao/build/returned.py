"""What came back: a Word file that leaders edited, against the one that was exported: `nianbao compare-docx`.

Each difference is told with the notebook cell and the row of data it belongs to, and with what the audit says of a new
figure. Nothing is applied.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from nianbao.audit.supposed import Supposed, told_range
from nianbao.build.edition import Edition
from nianbao.data import csvfiles
from nianbao.data.apart import check_apart
from nianbao.errors import DataError
from nianbao.figures.ids import FigureId
from nianbao.figures.units import show
from nianbao.output import publish
from nianbao.output.whereabouts import Place, Placed, Whereabouts
from nianbao.proof import edited
from nianbao.proof.differences import CHANGED, GONE, MOVED, NEW, Difference, Figure, bare, differences
from nianbao.proof.model import CAPTION, HEADING, NOTE

COLUMNS = tuple("what kind place before after tracked author notebook cell figure data audit comment".split())
#: What passages are called.
KINDS = {HEADING: "标题", CAPTION: "表题图题", NOTE: "脚注", edited.ROW: "表中一行", edited.RUNNING: "页眉页脚"}
#: Share of passages that two files of the same book have in common at least.
SAME_BOOK = 0.3


@dataclass
class Told:
    """A difference as it is told: one for each changed figure, and one for what has no figure.

    difference: the passage. figure: that changed, None for none. placed: what the book knows of it. audit: what is said
    of its new value. place: of the passage in the notebooks, None where nothing is known of it.
    """

    difference: Difference
    figure: Figure | None = None
    placed: Placed | None = None
    place: Place | None = None
    audit: list[str] = field(default_factory=list)


@dataclass
class Returned:
    """All that differs, what the audit says of it as a whole, and remarks on the two files."""

    told: list[Told]
    remarks: list[str]
    others: list[str]

    @property
    def sound(self) -> bool:
        """Whether nothing differs."""
        return not self.told


def compare(edition: Edition, path: Path, original: Path | None = None, table: Path | None = None) -> Returned:
    """What differs between an edited Word file and the exported one (`original`, by default that of the edition).

    table: the file that is to be written of it. Raises DataError for a file that cannot be read, where the edition was
    not exported, and where the table would be a file that is read, or stand in the data.
    """
    exported = original or edition.target / f"nianbao-{edition.year}.docx"
    check_apart([table], [path, exported], [edition.data_folder])
    with publish.held(edition.target):
        if not exported.exists():
            raise DataError(
                f"没有导出的原稿，请先运行 nianbao build --year {edition.year} --formats docx，"
                "或用 --original 指明当时送出的那一份",
                exported,
            )
        before, after = edited.read(exported), edited.read(path)
        source = edition.target / "src"
        files = [entry.file for entry in edition.pages()]
        whereabouts = Whereabouts(source, files, bare)
        remarks = [] if source.is_dir() else [f"没有编成的{edition.year}年年报，出处和核对从略"]
    places = {id(each): whereabouts.of(each.text, each.caption) for each in before.passages}
    found = differences(before, after)
    told = [each for difference in found for each in _told(difference, whereabouts, places)]
    others = _ask(edition, told)
    _say_elsewhere(told, whereabouts)
    return Returned(told, [*remarks, *_remarks(before, after)], others)


def _remarks(before: edited.Edited, after: edited.Edited) -> Iterator[str]:
    """What there is to say of the two files as a whole."""
    old = {bare(each.text) for each in before.passages}
    common = sum(bare(each.text) in old for each in after.passages) / max(1, len(after.passages))
    if common < SAME_BOOK:
        yield f"只有{common:.0%}的段落与原稿相同：{after.name}恐怕不是由{before.name}改来的"
    gone, come = set(before.pictures) - set(after.pictures), set(after.pictures) - set(before.pictures)
    if gone or come:
        yield f"图片：原稿有{len(gone)}张不在改稿里，改稿新增{len(come)}张，图片里的改动没有比较"


def _told(difference: Difference, whereabouts: Whereabouts, places: Mapping[int, Place | None]) -> Iterator[Told]:
    """A difference with where it belongs, once for each figure that changed in it."""
    old = difference.old
    place = places.get(id(old if old is not None else difference.behind))
    if not difference.figures:
        yield Told(difference, place=place or _of_row(old, whereabouts))
    for each in difference.figures:
        where = place, each.cell
        if place is None and old is not None and each.cell >= 0:
            where = whereabouts.of_cell(old.cells, each.cell, old.caption) or (None, -1)
        placed = where[0].at(each.start, where[1]) if where[0] is not None and each.old else None
        yield Told(difference, each, placed, where[0])


def _of_row(passage: edited.Passage | None, whereabouts: Whereabouts) -> Place | None:
    """The place of a row whose first cells stand beside those of another row on paper."""
    found = whereabouts.of_cell(passage.cells, 0, passage.caption) if passage is not None and passage.cells else None
    return found[0] if found else None


# -- what the audit says --------------------------------------------------------------------------------------------
def _ask(edition: Edition, told: Iterable[Told]) -> list[str]:
    """Put to the audit what the changed figures say now; returns what no longer holds beside them."""
    asked: dict[FigureId, Decimal] = {}
    changed: list[tuple[Told, FigureId, Decimal]] = []
    for each in told:
        if each.placed is not None and each.figure is not None and each.figure.new:
            value = _signed(each.figure, each.placed)
            if value is not None:
                name = FigureId.parse(each.placed.id)
                asked.setdefault(name, value)
                changed.append((each, name, value))
    if not asked:
        return []
    supposed = Supposed(edition.data_folder, edition.year, edition.last_data_year, asked)
    for each, name, value in changed:
        said = supposed.of(name)
        each.audit = list(said.lines) or _by_fact(each, value, said.known)
        if value != asked[name]:
            each.audit.insert(0, f"同一个数，改稿前面改作{show(abs(asked[name]))}，此处又作{show(abs(value))}")
    return supposed.others()


def _say_elsewhere(told: Iterable[Told], whereabouts: Whereabouts) -> None:
    """Say where the same figure stands elsewhere and was not changed."""
    changed = [each for each in told if each.placed is not None and each.figure is not None and each.figure.new]
    times = Counter(each.placed.id for each in changed)
    for each in changed:
        left = whereabouts.times(each.placed.id) - times[each.placed.id]
        if left > 0:
            each.audit.append(f"书里另有{left}处印同一个数，改稿没有改")


def _by_fact(each: Told, value: Decimal, known: bool) -> list[str]:
    """What is said of a new value that the audit does not object to, by what the book computes itself."""
    assert each.placed is not None
    fact = each.placed.fact
    if fact is None:
        return ["没有与它相关的核对"]
    if fact.formula and fact.low and fact.high:
        low, high = sorted((abs(Decimal(fact.low)), abs(Decimal(fact.high))))
        if low <= abs(value) <= high:
            return ["在舍入所容之内"]
        return [f"这个数由数据算得，其余各数只容{told_range(f'{low:f}', f'{high:f}')}{fact.unit}：要改的是它所由算的数"]
    return ["改后没有新的不符"] if known else ["没有与它相关的核对"]


def _signed(figure: Figure, placed: Placed) -> Decimal | None:
    """The new value of a figure: below nothing where the old one was so by the words around it (下降3.53%)."""
    value = _value(figure.new)
    if value is None or placed.fact is None or figure.old.startswith(("-", "−")):
        return value
    before = _value(placed.fact.value)
    return -value if before is not None and before < 0 else value


def _value(text: str) -> Decimal | None:
    """The value of a printed number."""
    try:
        return Decimal(text.replace(",", "").replace("−", "-"))
    except InvalidOperation:
        return None


# -- words ----------------------------------------------------------------------------------------------------------
def lines(returned: Returned) -> Iterator[str]:
    """What is said on the terminal."""
    yield from returned.remarks
    last: Difference | None = None
    count = 0
    for each in returned.told:
        if each.difference is not last:
            count += 1
            yield from _passage(count, each)
            last = each.difference
        if each.figure is not None:
            yield from _figure(each)
    if returned.others:
        yield "照改稿的数，还有合不上的："
        yield from (f"  {line}" for line in returned.others)
    changed = sum(each.figure is not None for each in returned.told)
    yield (
        f"共{count}处不同，其中数字{changed}个。什么都没有改动：该采纳的，请在笔记本或数据里改。"
        if count
        else "没有不同"
    )


def _passage(count: int, each: Told) -> Iterator[str]:
    """What happened to a passage."""
    difference = each.difference
    passage = difference.passage
    kind = KINDS.get(passage.kind, "正文")
    how = "（修订标记）" if difference.tracked else ""
    where = "，".join(filter(None, (passage.heading, passage.caption)))
    yield f"{count}. {difference.what}·{kind}{how}　{where}".rstrip()
    if difference.what == CHANGED:
        for old, new in difference.sentences:
            yield from (f"   原：{old}", f"   改：{new or '（删去）'}") if old else (f"   添：{new}",)
    elif difference.what in {GONE, MOVED, NEW}:
        yield f"   {passage.text}"
    for change in _tracked(difference):
        yield f"   修订：{change.author or '未署名'}{change.kind}“{change.text}”"
    for comment in difference.new.comments if difference.new else ():
        about = f"（对“{comment.about}”）" if comment.about else ""
        yield f"   批注：{comment.author or '未署名'}{about}：{comment.text}"
    if each.place is not None:
        yield f"   出处：{each.place}" if difference.old is not None else f"   在{each.place}之后"


def _tracked(difference: Difference) -> list[edited.Tracked]:
    """The tracked changes of a passage."""
    return difference.new.tracked if difference.new is not None else []


def _figure(each: Told) -> Iterator[str]:
    """What happened to a figure."""
    assert each.figure is not None
    figure, placed = each.figure, each.placed
    name = placed.fact.name if placed is not None and placed.fact is not None else ""
    yield f"   数：{figure.old or '（无）'} → {figure.new or '（删去）'}{f'　{name}' if name else ''}"
    if placed is not None and placed.fact is not None and placed.fact.place:
        yield f"       数据：{placed.fact.place}"
    if figure.new and not figure.old:
        yield "       新写的数，没有出处：书里的数都由数据算出"
    for line in each.audit:
        yield f"       核对：{line}"


def write_csv(returned: Returned, path: Path) -> None:
    """All of it as a table, a row a figure or, where there is none, a passage."""
    csvfiles.write_csv(path, (_row(each) for each in returned.told), COLUMNS)


def _row(each: Told) -> Mapping[str, object]:
    difference, figure, placed = each.difference, each.figure, each.placed
    fact = placed.fact if placed is not None else None
    passage = difference.passage
    comments = difference.new.comments if difference.new is not None else []
    return {
        "what": difference.what,
        "kind": KINDS.get(passage.kind, "正文"),
        "place": "，".join(filter(None, (passage.heading, passage.caption))),
        "before": figure.old if figure else difference.old.text if difference.old else "",
        "after": figure.new if figure else difference.new.text if difference.new else "",
        "tracked": "是" if difference.tracked else "",
        "author": "、".join(dict.fromkeys(change.author for change in _tracked(difference))),
        "notebook": each.place.file if each.place else "",
        "cell": each.place.cell if each.place else "",
        "figure": placed.id if placed else "",
        "data": fact.place if fact else "",
        "audit": "；".join(each.audit),
        "comment": "；".join(f"{comment.author}：{comment.text}" for comment in comments),
    }
