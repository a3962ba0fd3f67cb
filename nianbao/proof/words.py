"""What does not fit in words and numbers of headings: doubled words, words of a template, tables that are not there."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from nianbao.proof.checking import Checked
from nianbao.proof.contents import differing, mispaged
from nianbao.proof.findings import Finding, place_of_spot
from nianbao.proof.model import CAPTION, HEADING, TEXT, UNIT, Paragraph, Spot, Table
from nianbao.proof.numbers import cell_number, numbers, plain
from nianbao.proof.phrases import meanings, one_of, pattern
from nianbao.proof.sequences import miscounted

DOUBLED = re.compile(r"(?P<words>[一-龥]{4,14})(?P=words)(?![一-龥]{0,2}[、（])")
#: A scheme, and the name of an item of it that begins with the scheme again: 工伤保险 工伤保险待遇支出.
SCHEME_AND_ITEM = re.compile(r"(?P<scheme>[一-龥]{2,12}保险)(?P=scheme)(?:费|待遇|基金)")
DOUBLED_REASON = re.compile(r"主要原因是主要是|主要是主要是|原因是原因是|其中其中|分别分别|截至截至|共计共计")
TITLE_NUMBER = re.compile(
    r"^\s*(?P<kind>[表图])\s*(?P<chapter>\d+)\s*[-—.－]\s*(?P<number>\d{1,2})(?!\d{1,3}[^\d年])(?!附)"
)
#: Headings of parts that are about errors, and so quote them.
ABOUT_ERRORS = re.compile(r"勘误|校对|更正")
#: Characters of a title by which it is known again.
SAME_TITLE = 14
REFERENCE = re.compile(r"(?:见|如|详见)(?P<kind>[表图])(?P<number>\d+(?:[-—.]\d+)?)(?![-—.\d])")
YEAR = re.compile(r"(?<![\d\-—－至到])((?:19|20)\d\d)\s*年(?!\s*[-—－至到])")


#: Slips that show in a few characters: the pattern, what is told as its kind, and the reason.
SLIPS_OF_WORDS = (
    (re.compile(r"(?P<words>(?:19|20)\d\d年(?:1[0-2]|[1-9])[底初末])"), "日期", "月份后脱“月”字"),
    (re.compile(r"(?P<words>\d{4,}(?:\.\d+)?[千百]万)"), "单位重出", "数已写到千位，单位里又有“千”或“百”"),
)


@cache
def _double_unit() -> re.Pattern[str]:
    units = one_of("元户辆台笔吨亩")
    return re.compile(rf"\d(?:{pattern('multiple')})?(?P<unit>{units})(?P=unit)")


@cache
def _template() -> re.Pattern[str]:
    return re.compile(
        one_of(each for each in meanings("template") if each not in {"XX", "XXXX"}) + r"|(?<![A-Za-z])X{2,}(?![A-Za-z])"
    )


def notes(checked: Checked) -> list[Finding]:
    """All findings about words and numbers of headings."""
    quoting = {part.page for part in checked.document.paragraphs() if part.page and ABOUT_ERRORS.search(part.text)}
    plainly = [
        part
        for part in checked.document.paragraphs()
        if not any(map(ABOUT_ERRORS.search, part.path)) and part.page not in quoting
    ]
    found = [note for part in plainly for note in _of_paragraph(checked, part)]
    found = [note for note in found if not re.search(r"印作[^。]{0,14}【", note.quote)]
    tables = [
        note
        for table in checked.document.tables()
        for note in (*_doubles(checked, table), *_counted(checked, table), *_score_as_weight(checked, table))
    ]
    found += [*_opposed(checked), *_listed_otherwise(checked), *_mispaged(checked), *_miscounted(checked, plainly)]
    return [*found, *tables, *_captions(checked), *_stale_years(checked), *_copies(checked), *_misnamed(checked)]


def _note(checked: Checked, kind: str, spot: Spot, printed: str, reason: str, likely: str = "") -> Finding:
    """A finding about words."""
    part = checked.document.parts[spot.part]
    text = part.text if isinstance(part, Paragraph) else printed
    if isinstance(part, Paragraph):
        before, behind = text[max(0, spot.start - 20) : spot.start], text[spot.end : spot.end + 14]
        text = f"{before}【{text[spot.start : spot.end]}】{behind}"
    quote = re.sub(r"\s+", "", text)
    return Finding(place_of_spot(checked, spot), quote, kind, printed, "note", reason, likely=likely, spots=(spot,))


def _of_paragraph(checked: Checked, part: Paragraph) -> Iterator[Finding]:
    """Findings within a paragraph."""
    form = plain(part.text)

    def spot(start: int, end: int) -> Spot:
        return Spot(part.number, form.place(start), form.place(end - 1) + 1)

    for found in _doubled(part, form.text):
        yield _note(checked, "词语重出", spot(*found.span()), found.group(), "同一词语连着印了两次")
    for found in _double_unit().finditer(form.text):
        unit = found["unit"]
        reason = f"单位“{unit}”印了两次"
        yield _note(checked, "单位重出", spot(found.start() + 1, found.end()), found.group()[1:], reason, unit)
    if part.kind != HEADING:
        for found in _template().finditer(form.text):
            yield _note(
                checked, "模板里的字", spot(*found.span()), found.group(), "像是模板里供选择或待填的字，没有删改"
            )
    for found in re.finditer(rf"主要原因[^。；]*?(?P<year>{checked.year + 1})年度?", form.text):
        if checked.year:
            reason = f"说的是{checked.year}年的原因，用了下一年的年份"
            yield _note(checked, "年份", spot(*found.span("year")), found["year"], reason)
    for pattern_of, kind, reason in SLIPS_OF_WORDS:
        for found in pattern_of.finditer(form.text):
            yield _note(checked, kind, spot(*found.span("words")), found["words"], reason)
    yield from _half_unit(checked, form.text, spot)
    yield from _directionless(checked, part, form.text, spot)
    yield from _rising(checked, form.text, spot)


def _doubled(part: Paragraph, text: str) -> Iterator[re.Match[str]]:
    """Words that are printed twice; the name of a scheme before an item that begins with it is no such word."""
    is_sentence = re.search(r"[。；]", text) or part.kind != TEXT
    patterns = (DOUBLED, DOUBLED_REASON) if is_sentence and "编码" not in text else (DOUBLED_REASON,)
    for found in (each for pattern_of in patterns for each in pattern_of.finditer(text)):
        if not SCHEME_AND_ITEM.match(text, found.start()):
            yield found


def _directionless(checked: Checked, part: Paragraph, text: str, spot) -> Iterator[Finding]:
    """A percentage behind a change, without a word whether it rose or fell."""
    change = rf"(?:{pattern('rise', 'fall')})[\d,.]+(?:{pattern('multiple')})?(?:{pattern('unit')})，(?P<rate>[\d.]+%)"
    for found in re.finditer(change, text):
        if part.kind != HEADING:
            yield _note(
                checked,
                "缺升降",
                spot(found.start("rate"), found.end("rate")),
                found["rate"],
                "百分数前没有写是升还是降",
            )


def _half_unit(checked: Checked, text: str, spot) -> Iterator[Finding]:
    """An amount in 万 among amounts in 万元."""
    amounts = [each for each in numbers(text) if each.unit]
    counts = Counter(each.unit for each in amounts)
    for each in amounts:
        if (
            each.unit in meanings("multiple")
            and counts[f"{each.unit}元"] >= 4
            and text[each.unit_end : each.unit_end + 1] in "；。，"
        ):
            yield _note(
                checked,
                "单位不全",
                spot(each.start, each.unit_end),
                text[each.start : each.unit_end],
                "前后各数都以万元计，此处脱“元”字",
            )


def _rising(checked: Checked, text: str, spot) -> Iterator[Finding]:
    """An enumeration of amounts that rises but for one."""
    found = numbers(text)
    run: list = []
    for each in [*found, None]:
        goes_on = each is not None and run and text[run[-1].unit_end : each.start] == "、" and each.unit == run[-1].unit
        if goes_on or (each is not None and not run):
            run.append(each)
            continue
        yield from _out_of_order(checked, run, spot)
        run = [each] if each is not None else []


def _out_of_order(checked: Checked, run: list, spot) -> Iterator[Finding]:
    """The one member of an enumeration of round amounts that does not rise."""
    values = [each.value for each in run]
    if len(values) < 5 or any(value % 100 for value in values):
        return
    for at in range(1, len(values) - 1):
        rest = values[:at] + values[at + 1 :]
        if rest == sorted(rest) and values != sorted(values) and values[at] * 10 >= values[at - 1]:
            each = run[at]
            if values[at - 1] <= values[at] * 10 <= values[at + 1]:
                reason = f"前后各数由小到大，此数不在其位；多一个零正合：{values[at] * 10}"
                yield _note(checked, "次序", spot(each.start, each.unit_end), f"{each.value}{each.unit}", reason)
                return


# -- cells --------------------------------------------------------------------------------------------------------
LONG_LABEL = 8
COUNTED = re.compile(r"(?P<number>[一二三四五六七八九十]+)、")


def _doubles(checked: Checked, table: Table) -> Iterator[Finding]:
    """The same long label twice in a table, with different figures of the same unit."""
    seen: dict[tuple[str, str], tuple[str, int]] = {}
    for at, row in enumerate(table.rows):
        cells = [(column, text.strip()) for column, text in enumerate(row) if text.strip()]
        if len(cells) < 2:
            continue
        (_, label), (column, value) = cells[-2:]
        kind = re.sub(r"\d[\d,.]*", "0", plain(value).text)
        if len(label) < LONG_LABEL or len(value) > 12 or "0" not in kind or re.search(r"\d", label):
            continue
        before = seen.setdefault((label, kind), (value, at))
        if before[0] != value:
            reason = f"“{label}”在同一张表里印了两个不同的数：{before[0]}（第{before[1] + 1}行）和{value}"
            yield _note(checked, "同名不同数", Spot(table.number, 0, len(row[column]), at, column), value, reason)


def _counted(checked: Checked, table: Table) -> Iterator[Finding]:
    """Rows that are counted 一、二、三、 and have the same number twice."""
    last: dict[int, str] = {}
    for at, row in enumerate(table.rows):
        for column, text in enumerate(row):
            found = COUNTED.match(text.strip())
            if not found:
                continue
            if last.get(column) == found["number"] and len(found["number"]) > 1:
                reason = f"序号“{found['number']}”连着印了两次"
                yield _note(checked, "编号", Spot(table.number, 0, found.end(), at, column), found["number"], reason)
            last[column] = found["number"]


def _mispaged(checked: Checked) -> Iterator[Finding]:
    """Pages in a list of tables and drawings that are not those of the tables and drawings."""
    if checked.document.begins:
        return
    for each in mispaged(checked.document.parts):
        part = checked.document.parts[each.part]
        printed = part.text[each.start : each.end] if isinstance(part, Paragraph) else ""
        reason = f"目录说在第{printed}页，照其他各条推算应在第{each.page}页"
        spot = Spot(each.part, each.start, each.end)
        yield _note(checked, "目录页码", spot, printed, reason, str(each.page))


def _listed_otherwise(checked: Checked) -> Iterator[Finding]:
    """Headings that read otherwise in the table of contents."""
    for listed, heading in differing(checked.document.parts):
        part = checked.document.parts[heading.number]
        if isinstance(part, Paragraph):
            printed = f"{heading.part if not heading.section else heading.section}{heading.title}"
            reason = f"目录作“{listed.title}”，正文标题作“{heading.title}”，两处不一"
            yield _note(checked, "目录与标题", Spot(part.number, 0, len(part.text)), printed, reason)


def _is_drawing(part: Paragraph | Table) -> bool:
    return isinstance(part, Table) and part.is_drawing


def _miscounted(checked: Checked, parts: list[Paragraph]) -> Iterator[Finding]:
    """Items with a wrong number; parts: those that are told of, all are counted."""
    told_of = {part.number for part in parts}
    for each in miscounted(part for part in checked.document.parts if not _is_drawing(part)):
        if each.item.spot.part not in told_of:
            continue
        told = "与前一项相同" if each.is_twice else "前面缺号"
        reason = f"依次编作{each.so_far}，序号“{each.item.marker}”{told}"
        yield _note(checked, "编号", each.item.spot, each.so_far, reason)


#: The head of the form in which bodies assess their own projects, and the points that carrying out the budget is worth.
ASSESSED = re.compile(r"分值.{0,3}执行率.{0,3}得分")
EXECUTION_WEIGHT = 10


def _score_as_weight(checked: Checked, table: Table) -> Iterator[Finding]:
    """A self-assessment whose row lacks a cell: what stands under 分值 is the score, the weight times the rate."""
    before = checked.document.parts[max(0, table.number - 2) : table.number]
    heads = "".join(part.text for part in before if isinstance(part, Paragraph))
    heads += "".join(cell for row in table.rows[:1] for cell in row)
    if not ASSESSED.search(re.sub(r"\s", "", heads)):
        return
    for at, row in enumerate(table.rows):
        cells = [(column, number) for column, text in enumerate(row) if (number := cell_number(text)) is not None]
        if len(cells) < 3 or cells[-1][1].unit != "%":
            continue
        (_, spent), (column, score), (_, rate) = cells[-3:]
        if score.unit or spent.unit or score.value * 100 != rate.value * EXECUTION_WEIGHT or rate.value == 100:
            continue
        reason = (
            f"分值栏的{score.value}正是执行率{rate.value}%的得分，预算执行的分值是{EXECUTION_WEIGHT}：得分印在了分值栏"
        )
        spot = Spot(table.number, score.start, score.end, at, column)
        yield _note(checked, "错栏", spot, row[column], reason, str(EXECUTION_WEIGHT))


def _misnamed(checked: Checked) -> Iterator[Finding]:
    """Columns called a rate that hold differences."""
    for grid, column in checked.misnamed:
        number = next((each for each in grid.column(column) if each is not None), None)
        if number is not None:
            head = grid.heads[column]
            reason = f"栏名是“{head}”，栏内各数却是两栏之差，应称增减额"
            yield _note(checked, "栏名", checked.figures[number].spot, head, reason)


# -- tables and figures -------------------------------------------------------------------------------------------
def _titles(checked: Checked) -> list[tuple[Paragraph, str, str, int]]:
    """Captions with their kind, chapter and number."""
    result = []
    for part in checked.document.paragraphs():
        found = TITLE_NUMBER.match(part.text)
        if (
            found
            and part.kind == CAPTION
            and not any(map(ABOUT_ERRORS.search, part.path))
            and _heads(checked, part, found["kind"])
        ):
            result.append((part, found["kind"], found["chapter"], int(found["number"])))
    return result


def _but_lists(titles: list[tuple[Paragraph, str, str, int]]) -> list[tuple[Paragraph, str, str, int]]:
    """Titles but those that a list of tables and figures gives: the same number and words come again later."""
    last = {_title_key(title): title[0].number for title in titles}
    return [title for title in titles if last[_title_key(title)] == title[0].number]


def _title_key(title: tuple[Paragraph, str, str, int]) -> tuple[str, str, int, str]:
    """Kind, chapter and number of a title, and its first words."""
    part, kind, chapter, number = title
    words = re.sub(r"(?:\s{2,}|[.…·]{2,})\s*\d{1,3}\s*$", "", part.text)  # the page, in a list
    return kind, chapter, number, re.sub(r"\s", "", words)[:SAME_TITLE]


def _texts(checked: Checked, numbered: set[int]) -> Iterator[str]:
    """All that is printed, but for captions."""
    for part in checked.document.parts:
        if isinstance(part, Table):
            yield from (text for row in part.rows for text in row)
        elif part.number not in numbered:
            yield part.text


def _heads(checked: Checked, part: Paragraph, kind: str) -> bool:
    """Whether a caption stands above a table, or is that of a figure; lines of lists that begin like one are none."""
    if re.search(r"\D—(?!\d)|^.{3,9}[“”、，]", part.text) or part.text.endswith(("，", "；", "、")):
        return False
    if kind == "图":
        return True
    return any(
        isinstance(each, Table) or each.kind == UNIT
        for each in checked.document.parts[part.number + 1 : part.number + 4]
    )


def _captions(checked: Checked) -> Iterator[Finding]:
    """Numbers of tables and figures that are missing or doubled, and references to tables that are not there."""
    titles = _titles(checked)
    groups: dict[tuple[str, str], list[tuple[Paragraph, int]]] = defaultdict(list)
    for part, kind, chapter, number in _but_lists(titles):
        groups[kind, chapter].append((part, number))
    numbered = {part.number for part, *_ in titles}
    everything = re.sub(r"\s|　", "", "".join(_texts(checked, numbered))).replace("—", "-").replace(".", "-")
    for (kind, chapter), members in groups.items():
        firsts = [others[0][1] for others in groups.values()]
        if len(members) < 3 and not (len(firsts) >= 3 and firsts.count(1) >= len(firsts) - 1):
            continue
        before = 0
        for part, number in _in_order(members, kind):
            missing = {f"{kind}{chapter}-{each}" for each in range(before + 1, number)}
            if number != before + 1 and not any(name in everything for name in missing):
                name = f"{kind}{chapter}-{number}"
                reason = (
                    f"{name}之前应是{kind}{chapter}-{number - 1}，文中没有"
                    if number > before
                    else f"{name}与前面的编号重复或倒退"
                )
                yield _note(checked, "编号", Spot(part.number, 0, min(len(part.text), 8)), name, reason)
            before = number
    known = {f"{kind}{chapter}-{number}" for _, kind, chapter, number in titles}
    if len(known) >= 3:
        for part in checked.document.paragraphs():
            for found in REFERENCE.finditer(part.text.replace(" ", "")):
                name = f"{found['kind']}{found['number']}".replace("—", "-").replace(".", "-")
                if "-" in name and name not in known:
                    yield _note(checked, "引用", Spot(part.number, 0, len(part.text)), name, f"文中没有{name}")


def _in_order(members: list[tuple[Paragraph, int]], kind: str) -> list[tuple[Paragraph, int]]:
    """Titles in the order of a chapter: figures of a PDF, which stand where there is room, in that of their numbers."""
    numbers = [number for _, number in members]
    floating = kind == "图" and all(part.page for part, _ in members) and len(set(numbers)) == len(numbers)
    return sorted(members, key=lambda member: member[1]) if floating else members


def _stale_years(checked: Checked) -> Iterator[Finding]:
    """A caption with last year's year among those of this year, above figures that the text says are of this year."""
    captions = [part for part in checked.document.paragraphs() if TITLE_NUMBER.match(part.text)]
    years = Counter(int(found[0]) for part in captions if len(found := YEAR.findall(part.text)) == 1)
    if not years:
        return
    year, count = years.most_common(1)[0]
    if count < 4 or count < 0.75 * sum(years.values()):
        return
    for part in captions:
        found = YEAR.findall(part.text)
        if len(found) != 1 or int(found[0]) != year - 1:
            continue
        table = next(
            (each for each in checked.document.parts[part.number + 1 : part.number + 4] if isinstance(each, Table)),
            None,
        )
        if table is not None and _said_this_year(checked, table.number, year):
            at = part.text.find(found[0])
            spot = Spot(part.number, at, at + 4)
            reason = f"表里的数正是文中{year}年的数，标题的年份似是沿用上年"
            yield _note(checked, "年份", spot, found[0], reason, str(year))


def _said_this_year(checked: Checked, table: int, year: int) -> bool:
    """Whether a figure of a table is the same as one that the text says is of a year."""
    net = checked.net
    assert net is not None
    for at, relation in enumerate(net.problem.relations):
        if relation.kind != "copy" or len(net.parts[at]) != 2:
            continue
        parts = [checked.figures[number] for number in net.parts[at]]
        own = [each for each in parts if each.spot.part == table and each.role == "cell"]
        said = [each for each in parts if each.role == "level" and each.year == year]
        if own and said:
            return True
    return False


def _opposed(checked: Checked) -> Iterator[Finding]:
    """A change and its rate of which the words contradict each other: 减少…，增长…."""
    for each in checked.opposed:
        if each.change is None or each.growth is None:
            continue
        change, rate = checked.figures[each.change], checked.figures[each.growth]
        words = ["增" if each.signs.get(number, 1) > 0 else "减" for number in (each.change, each.growth)]
        reason = f"增减数说{words[0]}，增减率却说{words[1]}，两数只有同向才合得上"
        yield replace(
            _note(checked, "升降相反", rate.spot, rate.text, reason),
            spots=(rate.spot, change.spot),
            suspects=2,
            figures=(rate.number, change.number),
        )


def _copies(checked: Checked) -> Iterator[Finding]:
    """Rows of a table with the same figures."""
    for each in checked.copied:
        figures = [checked.figures[number] for number in (*each.one, *each.other)]
        printed = "、".join(checked.figures[number].text for number in each.one)
        reason = f"{each.labels[0]}与{each.labels[1]}两行有{len(each.one)}个数一字不差，可能有一行是误抄"
        yield Finding(
            place_of_spot(checked, figures[0].spot),
            printed,
            "两行相同",
            printed,
            "note",
            reason,
            spots=tuple(figure.spot for figure in figures),
            suspects=len(figures),
            figures=(*each.one, *each.other),
        )
