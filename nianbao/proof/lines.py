"""Lines into paragraphs and tables: what a converter of documents leaves of them.

A table comes as cells between tabs, as columns that stand below each other, or as words and numbers between blanks,
some glued together. A paragraph may be broken anywhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

from nianbao.proof.model import CAPTION, HEADING, NOTE, TEXT, UNIT, Paragraph, Table
from nianbao.proof.numbers import DIGITS, cell_number, plain

#: A heading begins with a number of its own, and is short.
HEAD = re.compile(r"第[一二三四五六七八九十百]+[部章节篇]|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]")
SMALL_HEAD = re.compile(r"\d{1,2}[.．、](?!\d)|[（(]\d{1,2}[）)]")
LONGEST_HEAD = 45
#: Characters of a title with which the text below begins again, at least.
REPEATED = 4
#: The line above a table or below a figure that names it.
TITLE = re.compile(r"(?:附?[表图])(?:[A-Z]?\d|[一二三四五六七八九十])[\d\-—.一二三四五六七八九十]*")
UNIT_LINE = re.compile(r"(?:金额)?单位[:：](?P<unit>[^:：，。]{1,14})$")
UNIT_WITHIN = re.compile(r"(?:金额)?单位[:：](?P<unit>[^\s:：，。)）]{1,10}(?:[，,]%)?)")
ENDING = "。；;：:！!？?"
#: A number glued to what follows it in the line of a table: a code of three to seven digits, or words.
GLUED = re.compile(rf"(?P<number>(?:{DIGITS.split('|')[0]}|\d+)\.\d\d)(?=\d{{3,7}}(?:\s|$)|[一-龥])")
#: What follows a number in prose, and not in the next cell of a table.
PROSE = re.compile(r"(?:亿|万)?元|万人|％|%")
PROSE_WHOLE = re.compile(r"月|人(?!员)|项目|家(?!庭)|件|个(?!人)|天")
#: Lines of words between two rows that are their label, broken over lines, and the longest of these.
MOST_WORDS = 3
LONGEST_WORDS = 22
#: Share of the lines of a text that end near its right margin where it is broken by lines.
WRAPPED = 0.25
NO_MARGIN = 10**6
#: Short lines in a row from which they may be the cells of a table.
SHORTEST_RUN = 8
#: Characters of the longest row of a table; what is longer is no heading and no caption either.
LONGEST_ROW = 400
#: Characters from which no further line is taken into a paragraph.
LONGEST_JOINED = 10_000
#: How a note begins.
NOTES = ("注：", "注:", "注1", "说明：")


@dataclass
class Line:
    """A line: its text, where it stands, and its cells where it is a row of a table.

    frame: of a row of a ruled table, the places of its columns. drawing: the labels of a drawing, as a part of the
    document; the line says nothing else then. apart: whether it is of what stands where there is room: a drawing, its
    caption, notes at the foot of a page.
    """

    text: str
    number: int
    page: int = 0
    cells: list[str] | None = None
    aligned: bool = True
    frame: tuple[int, ...] | None = None
    drawing: Table | None = None
    apart: bool = False


def kind_of(text: str) -> str:
    """What a line or paragraph is by its look: heading, caption, unit, note or text."""
    form = plain(text[:LONGEST_ROW]).text
    if len(text) > LONGEST_ROW:
        return NOTE if form.startswith(NOTES) else TEXT
    if UNIT_LINE.search(form) and len(form) < 40:
        return UNIT
    if TITLE.match(form) and len(form) < 60 and not form.endswith("。"):
        return CAPTION
    if form.startswith(NOTES):
        return NOTE
    if HEAD.match(form) or SMALL_HEAD.match(form):
        short = len(form) <= LONGEST_HEAD and not re.search(r"[。；;，,]", form) and not form.endswith(tuple(ENDING))
        return HEADING if short and not re.search(r"\d[\d,.]*(?:亿|万)?(?:元|人|%|件)", form) else TEXT
    return TEXT


def parts_of(lines: Iterable[Line]) -> list[Paragraph | Table]:
    """Paragraphs and tables of the lines of a text."""
    known = [line for line in lines]
    for line in known:
        _find_cells(line)
    margin = _margin(known)
    parts: list[Paragraph | Table] = []
    for drawn, members in groupby(known, key=lambda line: line.drawing is not None):
        if drawn:
            parts += [line.drawing for line in members if line.drawing is not None]
        else:
            parts += _with_labels(list(_joined(_heads(_stacked(list(members))), margin)))
    return number(parts)


def _margin(lines: list[Line]) -> int:
    """The length of line at which a text is broken; a large number where it is not broken by lines."""
    lengths = [len(line.text.replace(" ", "")) for line in lines if line.cells is None and line.text.strip()]
    long = [length for length in lengths if length > 15]
    if not long:
        return NO_MARGIN
    usual = sorted(long)[len(long) // 2]
    near = sum(abs(length - usual) <= 4 for length in long)
    return usual - 4 if near > WRAPPED * len(lengths) and near > len(long) / 2 else NO_MARGIN


def number(parts: Iterable[Paragraph | Table]) -> list[Paragraph | Table]:
    """Parts with their numbers, headings above them, captions and units of tables."""
    result: list[Paragraph | Table] = []
    path: list[tuple[int, str]] = []
    caption, unit, since = "", "", 0
    for part in parts:
        part.number = len(result)
        result.append(part)
        if isinstance(part, Table) and part.is_drawing:
            part.path = tuple(text for _, text in path)
            continue
        if isinstance(part, Table):
            part.caption, part.unit = part.caption or caption, part.unit or unit or _unit_in(part)
            part.path = tuple(text for _, text in path)
            caption, unit, since = "", "", 0
            continue
        if part.kind == HEADING:
            level = _level(part.text)
            path = [each for each in path if each[0] < level] + [(level, part.text)]
            unit = ""
        part.path = tuple(text for _, text in path)
        since += 1
        found = UNIT_WITHIN.search(plain(part.text).text) if len(part.text) < 80 else None
        if found:
            unit, since = found["unit"], 0
        elif since > 4:
            unit = ""
        if part.kind == CAPTION and _names_drawing(result, part):
            continue
        if part.kind == CAPTION or (part.kind == TEXT and re.search(r"表$", part.text.strip()) and len(part.text) < 60):
            caption = part.text.strip()
    return result


def _names_drawing(parts: list[Paragraph | Table], caption: Paragraph) -> bool:
    """Whether a caption is that of a drawing right before it."""
    return any(isinstance(part, Table) and part.caption == caption.text for part in parts[-3:])


def _unit_in(table: Table) -> str:
    """The unit that a table says in its first rows."""
    for row in table.rows[:3]:
        found = UNIT_WITHIN.search(plain(" ".join(row)).text)
        if found:
            return found["unit"]
    return ""


def _level(text: str) -> int:
    """How deep a heading is: 1 for 第一部分, 2 for 一、, 3 for （一）, 4 for 1., 5 for （1）."""
    form = plain(text).text
    patterns = [r"第", r"[一二三四五六七八九十]+、", r"[（(][一二三四五六七八九十]", r"\d", r"[（(]\d"]
    return next((at for at, each in enumerate(patterns, 1) if re.match(each, form)), 6)


# -- rows ---------------------------------------------------------------------------------------------------------
def _find_cells(line: Line) -> None:
    """The cells of a line that is a row of a table."""
    if line.cells is not None or line.drawing is not None:
        return
    if line.text.startswith("\t") and "\t" not in line.text.strip():
        line.text = line.text.strip()  # a cell on a line of its own
    if "\t" in line.text:
        cells = [cell.strip() for cell in line.text.split("\t")]
        if not (len([cell for cell in cells if cell]) <= 1 and re.search(r"\.{3,}\s*$", cells[0] or ".")):
            line.cells = cells
        return
    line.cells = _blank_cells(line.text) if len(line.text) <= LONGEST_ROW else None
    line.aligned = False


def _blank_cells(text: str) -> list[str] | None:
    """The cells of a line whose words and numbers stand between blanks; None where it is no row of a table."""
    plainly = GLUED.sub(lambda found: f"{found['number']} ", text).strip()
    words = re.split(r"\s{2,}", plainly) if len(re.findall(r"\S\s{2,}(?=\S)", plainly)) > 1 else plainly.split()
    figures = [word for word in words if cell_number(word) is not None]
    if any(sign in text for sign in "。；，！？") or not figures or len(words) < 2:
        return None
    if len(figures) == 1 and not re.search(r"\d[.,]\d", figures[0]):
        return None
    if any(cell_number(word) and _in_prose(word, after) for word, after in pairwise(words)):
        return None
    if re.match(r"\d{1,2}[.、]|第\d", words[0]) and len(figures) < 2:
        return None
    if sum(len(word) for word in words if word not in figures) > 60:
        return None
    return _together(words)


def _in_prose(word: str, after: str) -> bool:
    """Whether what follows a number shows that the two are of a sentence."""
    if re.fullmatch(r"(?:19|20)\d\d", word) and after.startswith("年"):
        return True
    return bool(PROSE.match(after)) or (word.isdigit() and bool(PROSE_WHOLE.match(after)))


def _stacked(lines: list[Line]) -> list[Line]:
    """Lines in which a run of short lines, a cell each, is made rows: a label begins one, its numbers follow."""
    result: list[Line] = []
    run: list[Line] = []
    for line in [*lines, Line("。", 0)]:
        words = line.text.strip()
        if not words and run:
            continue
        short = (
            line.cells is None and words and len(words) <= LONGEST_WORDS and not re.search(r"[，。；：:！？]", words)
        )
        if short and kind_of(words) == TEXT:
            run.append(line)
            continue
        result += _rows_of(run)
        run = []
        result.append(line)
    return result[:-1]


def _rows_of(run: list[Line]) -> list[Line]:
    """A run of short lines as rows, where it is a table whose cells stand on lines of their own."""
    figures = [cell_number(line.text.strip()) is not None for line in run]
    if len(run) < SHORTEST_RUN or sum(figures) < 0.3 * len(run):
        return run
    first = figures.index(True)
    begin = max(0, first - 1)
    rows: list[Line] = []
    for line, is_figure in zip(run[begin:], figures[begin:], strict=True):
        words = line.text.strip()
        if is_figure and rows:
            assert rows[-1].cells is not None
            rows[-1].cells.append(words)
            rows[-1].text += f" {words}"
        elif rows and len(rows[-1].cells or ()) == 1:
            rows[-1] = Line(rows[-1].text + words, line.number, line.page, [rows[-1].text + words], False)
        else:
            rows.append(Line(words, line.number, line.page, [words], False))
    counts = Counter(len(row.cells or ()) for row in rows)
    usual, times = counts.most_common(1)[0]
    if usual < 2 or times < 0.6 * len(rows):
        return run
    head = [line.text.strip() for line in run[:begin]]
    for size in (usual, 2 * usual, 3 * usual):
        if len(head) >= size and len(set(head[-size::usual])) == 1:
            named = Line(" ".join(head[-size:]), run[0].number, run[0].page, head[-size:], False)
            return [*run[: begin - size], named, *rows]
    return [*run[:begin], *rows]


def _heads(lines: list[Line]) -> list[Line]:
    """Lines of words between wide blanks, right above a row, as the heads of its columns."""
    told = [line for line in lines if line.text.strip()]
    for line, below in pairwise(told):
        pieces = re.split(r"\s{2,}", line.text.strip())
        above_row = line.cells is None and below.cells is not None and not below.aligned
        short = all(len(piece) <= LONGEST_WORDS for piece in pieces) and not re.search(r"[，。；：]", line.text)
        if above_row and short and len(pieces) > 1:
            line.cells, line.aligned = pieces, False
    return lines


def _together(words: list[str]) -> list[str]:
    """Words that stand between two numbers as one cell; a dash is a cell of its own."""
    cells: list[str] = []
    was_word = False
    for word in words:
        is_word = cell_number(word) is None and word not in {"-", "—", "--", "——"}
        if is_word and was_word:
            cells[-1] += word
        else:
            cells.append(word)
        was_word = is_word
    return cells


# -- joining ------------------------------------------------------------------------------------------------------
def _joined(lines: list[Line], margin: int) -> Iterator[Paragraph | Table]:
    """Paragraphs and tables from lines."""
    for is_row, members in groupby(_with_gaps(lines), key=lambda line: line.cells is not None):
        found = list(members)
        if is_row:
            yield from _tables(found)
        else:
            yield from _paragraphs(found, margin)


def _with_gaps(lines: list[Line]) -> list[Line]:
    """Lines that say something: a blank one between two rows of the same table, and all others, are gone."""
    kept = [line for line in lines if line.text.strip()]
    result: list[Line] = []
    for at, line in enumerate(kept):
        lonely = line.cells is not None and not line.aligned and not _beside_row(kept, at)
        lonely = lonely and len(line.cells or ()) < 8
        if lonely and len([cell for cell in line.cells or () if cell_number(cell)]) < 2:
            line.cells = None
        result.append(line)
    return result


def _beside_row(lines: list[Line], at: int) -> bool:
    """Whether the line before or after is a row as well."""
    return any(0 <= near < len(lines) and lines[near].cells is not None for near in (at - 1, at + 1))


def _with_labels(parts: list[Paragraph | Table]) -> list[Paragraph | Table]:
    """Tables made one again that a label, broken over lines, had divided."""
    result: list[Paragraph | Table] = []
    for part in parts:
        if isinstance(part, Table) and not part.aligned:
            words = _words_before(result)
            table = result[-1 - len(words)] if len(words) < len(result) else None
            if isinstance(table, Table) and not table.aligned and _alike(table, part):
                del result[len(result) - len(words) :]
                label = "".join(each.text for each in words)
                first = part.rows[0]
                table.rows.append([*([label] if label else []), *first])
                table.rows += part.rows[1:]
                continue
        result.append(part)
    return result


def _words_before(parts: list[Paragraph | Table]) -> list[Paragraph]:
    """The last few short paragraphs that may be a label."""
    found: list[Paragraph] = []
    for part in reversed(parts[-MOST_WORDS - 1 :]):
        if not isinstance(part, Paragraph) or len(part.text) > LONGEST_WORDS or part.kind != TEXT:
            break
        found.insert(0, part)
    return found


def _alike(table: Table, other: Table) -> bool:
    """Whether two tables have rows of as many numbers."""
    counts = {len([cell for cell in row if cell_number(cell)]) for row in table.rows[-3:]}
    first = len([cell for cell in other.rows[0] if cell_number(cell)])
    return first >= 2 and any(abs(first - each) <= 1 for each in counts)


def _tables(lines: list[Line]) -> Iterator[Paragraph | Table]:
    """The tables of consecutive rows: a head or another kind of row begins a new one."""
    for (aligned, _), members in groupby(lines, key=lambda line: (line.aligned, line.frame)):
        rows = list(members)
        cells = [row.cells or [] for row in rows]
        yield Table(0, cells, page=rows[0].page, line=rows[0].number, aligned=aligned)


def _paragraphs(lines: list[Line], margin: int) -> Iterator[Paragraph]:
    """Paragraphs from lines that may break one anywhere; a line that ends before the margin ends a heading."""
    text, first, last, at = "", None, "", 0
    for line in lines:
        words = line.text.strip()
        full = len(last.replace(" ", "")) >= margin
        ended = line.number > at + 1 and text == last and _is_repeated(text, words)
        last, at = words, line.number
        if first is not None and not ended and len(text) <= LONGEST_JOINED and _continues(text, words, full):
            text += words
            continue
        if first is not None:
            yield Paragraph(0, text, kind_of(text), first.page, first.number)
        text, first = words, line
    if first is not None:
        yield Paragraph(0, text, kind_of(text), first.page, first.number)


def _is_repeated(text: str, words: str) -> bool:
    """Whether a line is a title, as the line below a blank one begins with what it ends with: 机构改革, 机构改革是…."""
    short = len(text) <= LONGEST_HEAD
    return short and any(words.startswith(text[-count:]) for count in range(REPEATED, len(text) + 1))


def _continues(text: str, words: str, full: bool) -> bool:
    """Whether a line goes on with the paragraph before it, the last line of which was full."""
    if re.search(r"单位[:：]$", text):
        return len(words) <= 4
    if text.endswith(tuple(ENDING)) or kind_of(text) in {CAPTION, UNIT}:
        return False
    if HEAD.match(words) or TITLE.match(words) or UNIT_LINE.search(words):
        return False
    if SMALL_HEAD.match(words) and not text.endswith(("，", ",", "、")):
        return False
    if kind_of(text) == HEADING:
        return full or not text.endswith(("）", ")")) and text.count("（") > text.count("）")
    return len(text) > 12
