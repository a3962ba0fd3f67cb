"""PDF files with text: lines by where their characters stand, cells of tables by the gaps between them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

from nianbao.errors import DataError
from nianbao.proof.lines import ENDING, TITLE, Line, kind_of, parts_of
from nianbao.proof.model import TEXT, Document, Table
from nianbao.proof.numbers import cell_number
from nianbao.proof.readers.drawn import Drawing, Mark, drawings_of, foot_of, is_drawn_over, joined, marks_of, spread
from nianbao.proof.readers.ruled import Frame, Word, frames_of, rows_of, rules_of

MOST_PAGES = 1500
MOST_CHARACTERS = 4_000_000
#: A gap between two characters that is wider than this many of their heights parts two cells.
GAP = 0.9
#: A gap between two numbers that is wider than this many of their heights is a blank.
BLANK = 0.2
#: Points between columns of text at least, characters of a piece of such, and lines that are divided at one place.
GUTTER, LONG_PIECE, FEWEST_BESIDE = 8.0, 8, 3
#: Characters on a page below which it may only be a picture.
FEW = 12
#: Pages in a row at the top or bottom of which the same words stand: a running head.
RUNNING = 3
#: Points by which a rule may stand within the box of a character beside it.
RULED = 1.5
#: Points by which columns of a table may differ from page to page, and lines (notes) between its parts at most.
SHIFTED, BETWEEN = 3, 12
#: Characters of a line of a paragraph that goes on at least.
LONG_LINE = 20
#: The title of a table that goes on.
GOES_ON = re.compile(r"续表|续上表|[（(]续[表一二三四五六七八九十\d]*[）)]|[（(]?接上[页表]")


def read(path: Path, content: bytes) -> Document:
    """The document of a PDF. Raises DataError where it cannot be read, or holds only pictures of pages."""
    import pypdfium2 as pdfium

    if b"%PDF-" not in content[:1024]:
        raise DataError("不是 PDF 文件", path.name)
    try:
        opened = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        told = "加了密码，请先去掉密码" if "assword" in str(error) else f"已损坏：{error}"
        raise DataError(f"PDF 文件{told}", path.name) from None
    try:
        return _document(path, opened)
    except pdfium.PdfiumError as error:
        raise DataError(f"PDF 文件已损坏，有的页打不开：{error}", path.name) from None
    finally:
        opened.close()


def _document(path: Path, opened: Any) -> Document:
    """The document of an opened file."""
    if len(opened) > MOST_PAGES:
        raise DataError(f"超过{MOST_PAGES}页，不予读入", path.name)
    pages: list[list[Line]] = []
    pictures = []
    characters = 0
    for number in range(len(opened)):
        words, frames, marks = _page(opened, number)
        characters += sum(len(word.text) for word in words)
        if characters > MOST_CHARACTERS:
            raise DataError("内容过多，不予读入", path.name)
        if sum(len(word.text) for word in words) < FEW:
            pictures.append(number + 1)
        pages.append(list(_lines_of(words, frames, marks, number + 1)))
    if len(pictures) == len(pages) or characters < FEW:
        raise DataError("这份 PDF 是扫描件（图片），没有文字可读，请先做文字识别或用原来的 Word 文件", path.name)
    lines = _settled(_continued(_without_running_heads(pages)))
    document = Document(path.name, "pdf", parts_of(lines))
    if pictures:
        shown = "、".join(map(str, pictures[:10])) + ("等" if len(pictures) > 10 else "")
        document.unread.append(f"第{shown}页没有文字（空白或图片），没有读")
    return document


def _page(opened: Any, number: int) -> tuple[list[Word], list[Frame], list[Mark]]:
    """The words of a page, the frames of its ruled tables, and all marks on it."""
    page = opened[number]
    text = page.get_textpage()
    try:
        frames = frames_of(rules_of(page))
        return list(_words(text, frames)), frames, marks_of(page)
    finally:
        text.close()
        page.close()


def _words(text: Any, frames: list[Frame]) -> Iterator[Word]:
    """The words of a page, as the file gives them: characters in a row on one line without a gap or a rule."""
    word: Word | None = None
    for sign, left, bottom, right, top in _characters(text):
        if sign.isspace() or right <= left:
            if word is not None and sign.isspace():
                yield word
                word = None
        elif word is not None and _follows(word, left, bottom, top) and not _ruled_off(word, left, frames):
            word.text += sign
            word.right = right
            word.top, word.bottom = max(word.top, top), min(word.bottom, bottom)
        else:
            if word is not None:
                yield word
            word = Word(sign, left, right, top, bottom)
    if word is not None:
        yield word


def _ruled_off(word: Word, left: float, frames: list[Frame]) -> bool:
    """Whether an upright rule of a table stands between a word and what begins at a place."""
    low, high = word.right - RULED, left + RULED
    return any(
        low <= each.at <= high and each.low <= word.middle <= each.high
        for frame in frames
        if frame.bottom <= word.middle <= frame.top
        for each in frame.rules.upright
    )


def _characters(text: Any) -> Iterator[tuple[str, float, float, float, float]]:
    """The characters of a page with their boxes: left, bottom, right, top.

    By the functions of the library itself: a box for each character by way of Python objects takes four times as long.
    """
    import pypdfium2.raw as raw

    box = raw.FS_RECTF()
    for at in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text, at)
        raw.FPDFText_GetLooseCharBox(text, at, box)
        if code:
            yield chr(code), box.left, box.bottom, box.right, box.top


def _follows(word: Word, left: float, bottom: float, top: float) -> bool:
    """Whether a character stands right behind a word."""
    height = max(top - bottom, word.top - word.bottom, 1.0)
    return abs((top + bottom) / 2 - word.middle) < 0.5 * height and -0.6 * height < left - word.right < 0.45 * height


@dataclass
class Piece:
    """Words that stand together on a line: their text, left and right end."""

    text: str
    left: float
    right: float

    @property
    def middle(self) -> float:
        """Where its middle is."""
        return (self.left + self.right) / 2


def _lines_of(words: list[Word], frames: list[Frame], marks: list[Mark], page: int) -> Iterator[Line]:
    """Lines of a page from top to bottom: those of its ruled tables and drawings, and those between them."""
    tables = [(frame, rows) for frame in frames if _is_table(rows := rows_of(frame, filter(frame.holds, words)))]
    drawings = drawings_of(marks, [frame for frame, _ in tables], _rows(words))
    tables = [(frame, rows) for frame, rows in tables if not is_drawn_over(frame, drawings)]
    drawn = {id(word) for drawing in drawings for word in drawing.words}
    rest = [word for word in words if id(word) not in drawn]
    blocks: list[tuple[float, Frame | Drawing, list[list[str]]]] = [(frame.top, frame, rows) for frame, rows in tables]
    blocks += [(drawing.top, drawing, []) for drawing in drawings]
    number = 0
    for top, block, rows in sorted(blocks, key=lambda each: -each[0]):
        above = [word for word in rest if word.middle > top]
        inside = [word for word in rest if isinstance(block, Frame) and block.holds(word)]
        taken = {id(word) for word in (*above, *inside)}
        rest = [word for word in rest if id(word) not in taken]
        for line in (*_lines(above, page, number), *_block_lines(block, rows, page)):
            number += 1
            line.number = number
            yield line
    foot = foot_of(marks, words)
    for line in _lines([word for word in rest if word.middle > foot], page, number):
        number = line.number
        yield line
    for line in _lines([word for word in rest if word.middle <= foot], page, number):
        line.apart = True
        yield line


def _block_lines(block: Frame | Drawing, rows: list[list[str]], page: int) -> Iterator[Line]:
    """The lines of a ruled table, or of a drawing with its sentence, caption and notes."""
    if isinstance(block, Frame):
        for row in rows:
            text = "  ".join(cell for cell in row if cell)
            yield Line(text, 0, page, row, True, tuple(round(place) for place in block.columns))
        return
    labels = sorted(block.labels, key=lambda piece: (-piece.box.height, piece.box.left))
    caption = "".join(map(spread, block.caption))
    boxes = [(box.left, box.bottom, box.right, box.top) for box in (piece.box for piece in labels)]
    drawing = Table(0, [[piece.text] for piece in labels], caption, page=page, aligned=False, boxes=boxes)
    yield Line("", 0, page, drawing=drawing, apart=True)
    if block.sentence:
        yield Line(joined(block.sentence), 0, page, apart=True)
    yield Line(caption, 0, page, apart=True)
    if block.notes:
        text = joined(piece for line in block.notes for piece in line)
        yield Line(text, 0, page, apart=True)


def _is_table(rows: list[list[str]]) -> bool:
    """Whether what stands between rules is a table: several rows and columns of words or numbers."""
    told = [sum(bool(cell) for cell in row) for row in rows]
    return sum(count > 1 for count in told) > 1 and sum(told) > 0.4 * len(rows) * len(rows[0])


def _lines(words: list[Word], page: int, first: int = 0) -> Iterator[Line]:
    """Lines from top to bottom; pieces that stand apart on a line are cells of a table."""
    rows = _rows(words)
    lines = [_pieces(row) for row in rows]
    beside = _beside(lines)
    if beside is not None:
        start, end, gutter = beside
        inside = [word for row in rows[start:end] for word in row]
        parts = (
            [word for row in rows[:start] for word in row],
            [word for word in inside if word.right <= gutter],
            [word for word in inside if word.right > gutter],
            [word for row in rows[end:] for word in row],
        )
        for part in parts:
            for line in _lines(part, page, first):
                first = line.number
                yield line
        return
    at = 0
    while at < len(lines):
        block = _block(lines, at)
        if len(block) >= 2:
            yield from _cells(block, page, first + at)
            at += len(block)
            continue
        text = "  ".join(piece.text for piece in lines[at])
        yield Line(text if len(lines[at]) > 1 else lines[at][0].text, first + at + 1, page)
        at += 1


def _rows(words: list[Word]) -> list[list[Word]]:
    """Words by the line they stand on, from top to bottom."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda each: -each.middle):
        height = max(word.top - word.bottom, 1.0)
        if rows and abs(rows[-1][0].middle - word.middle) < 0.5 * height:
            rows[-1].append(word)
        else:
            rows.append([word])
    return rows


def _beside(lines: list[list[Piece]]) -> tuple[int, int, float] | None:
    """The first lines that stand beside each other as columns of text or of charts: from, to, and a place between.

    Columns are where several lines are divided at one place into long words, or where two titles stand on a line.
    """
    for at, pieces in enumerate(lines):
        for last, gap in _titles(lines, at):
            start, end, gutter = _extent(lines, at, gap)
            if start <= at <= last < end:
                below = any(piece.text.startswith("图") for piece in lines[last])  # the title of a chart ends it
                return start, last + 1 if below else end, gutter
        for one, two in zip(pieces, pieces[1:], strict=False):
            if not (_is_prose(one) and _is_prose(two)):
                continue
            start, end, gutter = _extent(lines, at, (one.right, two.left))
            prose = sum(_is_parted(each, gutter) for each in lines[start:end])
            if prose >= FEWEST_BESIDE and 2 * prose > end - start:
                return start, end, gutter
    return None


def _titles(lines: list[list[Piece]], at: int) -> Iterator[tuple[int, tuple[float, float]]]:
    """Titles beside one of a line, a line or two lower at most: the line, and the gap between the two."""
    for one in lines[at]:
        for other, pieces in enumerate(lines[at : at + FEWEST_BESIDE], at):
            for two in pieces if TITLE.match(one.text) else ():
                high = max(one.left, two.left)
                low = max((each.right for each in (*lines[at], *pieces) if each.right <= high), default=high)
                if TITLE.match(two.text) and high - low >= GUTTER and min(one.right, two.right) <= high:
                    yield other, (low, high)


def _is_prose(piece: Piece) -> bool:
    """Whether a piece is long, and of words rather than figures."""
    return len(piece.text) >= LONG_PIECE and sum(sign.isdigit() for sign in piece.text) < 0.3 * len(piece.text)


def _is_parted(pieces: list[Piece], gutter: float) -> bool:
    """Whether a line is of two long pieces, one on each side of a place."""
    if len(pieces) != 2 or not (pieces[0].right <= gutter <= pieces[1].left):
        return False
    return all(map(_is_prose, pieces))


def _extent(lines: list[list[Piece]], at: int, gap: tuple[float, float]) -> tuple[int, int, float]:
    """How far a gap in a line goes up and down, nothing standing in it: from, to, and a place within it."""
    low, high = gap
    ends = []
    for step in (-1, 1):
        line = at + step
        while 0 <= line < len(lines):
            left = max([low, *(each.right for each in lines[line] if each.middle < (low + high) / 2)])
            right = min([high, *(each.left for each in lines[line] if each.middle >= (low + high) / 2)])
            if right - left < GUTTER:
                break
            low, high = left, right
            line += step
        ends.append(line)
    return ends[0] + 1, ends[1], (low + high) / 2


def _pieces(row: list[Word]) -> list[Piece]:
    """The pieces of a line."""
    row.sort(key=lambda each: each.left)
    pieces = [Piece(row[0].text, row[0].left, row[0].right)]
    for before, word in zip(row, row[1:], strict=False):
        height = max(word.top - word.bottom, 1.0)
        if word.left - before.right > GAP * height:
            pieces.append(Piece(word.text, word.left, word.right))
        else:
            apart = word.left - before.right > BLANK * height and before.text[-1].isdigit() and word.text[0].isdigit()
            pieces[-1].text += f" {word.text}" if apart else word.text
            pieces[-1].right = word.right
    return pieces


def _block(lines: list[list[Piece]], start: int) -> list[list[Piece]]:
    """The lines from one on that are rows of a table: of several pieces, or one short one between such."""
    block: list[list[Piece]] = []
    for at in range(start, len(lines)):
        pieces = lines[at]
        several = len(pieces) > 1 and not any("。" in piece.text or "；" in piece.text for piece in pieces)
        if not several or TITLE.match(pieces[0].text):  # a caption, with a gap behind its number
            break
        block.append(pieces)
    figures = sum(cell_number(piece.text) is not None for row in block for piece in row)
    return block if figures >= len(block) else []


def _cells(block: list[list[Piece]], page: int, first: int) -> Iterator[Line]:
    """The rows of a table as lines with cells: columns are where the pieces of the fullest rows stand."""
    most = max(len(row) for row in block)
    fullest = [row for row in block if len(row) == most]
    columns = [(min(row[at].left for row in fullest), max(row[at].right for row in fullest)) for at in range(most)]
    apart = all(one[1] <= two[0] for one, two in zip(columns, columns[1:], strict=False))
    for at, row in enumerate(block):
        text = "  ".join(piece.text for piece in row)
        line = Line(text, first + at + 1, page)
        if apart and most > 1:
            cells = [""] * most
            for piece in row:
                nearest = min(range(most), key=lambda column: _distance(piece, columns[column]))
                cells[nearest] += piece.text
            line.cells = cells
        yield line


def _distance(piece: Piece, column: tuple[float, float]) -> tuple[float, float]:
    """How far a piece is from a column: the gap between the two, then between their middles."""
    gap = max(column[0] - piece.right, piece.left - column[1], 0.0)
    return gap, abs(piece.middle - (column[0] + column[1]) / 2)


def _without_running_heads(pages: list[list[Line]]) -> list[list[Line]]:
    """Pages without the lines that stand at the top or bottom of many of them, and without page numbers."""
    if len(pages) < RUNNING:
        return pages
    counts = Counter(
        _bare(line.text) for page in pages for line in {id(each): each for each in (*page[:2], *page[-2:])}.values()
    )
    running = {text for text, count in counts.items() if count >= max(RUNNING, len(pages) / 4)}
    result = []
    for page in pages:
        edges = {id(line) for line in (*page[:2], *page[-2:])}
        result.append(
            [line for line in page if line.drawing or not (id(line) in edges and _bare(line.text) in running)]
        )
    return result


def _continued(pages: list[list[Line]]) -> list[Line]:
    """The lines of all pages; a ruled table that goes on at the top of the next page is one, its head said once."""
    result: list[Line] = []
    for page in pages:
        table, between = _last_table(result)
        begins = next((at for at, line in enumerate(page) if line.frame), None)
        if table and begins is not None and _goes_on(table, between, page[:begins], page[begins]):
            del result[len(result) - len(between) :]
            rows = _same_frame(page[begins:])
            told = sum(1 for _ in takewhile(_are_alike, zip(table, rows, strict=False)))
            for row in rows[told:]:
                row.frame = table[0].frame
                result.append(row)
            result += between
            result += page[begins + len(rows) :]
            continue
        result += page
    return result


def _same_frame(lines: list[Line]) -> list[Line]:
    """The first lines that are rows of one ruled table."""
    return list(takewhile(lambda line: line.frame == lines[0].frame, lines))


def _are_alike(pair: tuple[Line, Line]) -> bool:
    """Whether two rows say the same."""
    return pair[0].cells == pair[1].cells


def _last_table(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """The rows of the last ruled table, and the lines behind it."""
    end = len(lines)
    while end and lines[end - 1].frame is None:
        end -= 1
    if not end or lines[end - 1].frame is None:
        return [], []
    start = end
    while start and lines[start - 1].frame == lines[end - 1].frame:
        start -= 1
    return lines[start:end], lines[end:]


def _goes_on(table: list[Line], between: list[Line], above: list[Line], row: Line) -> bool:
    """Whether a table at the top of a page is the rest of the last one of the page before."""
    one, two = table[0].frame or (), row.frame or ()
    if table[-1].page != row.page - 1 or any(line.page != table[-1].page for line in between):
        return False
    if len(one) != len(two) or any(abs(a - b) > SHIFTED for a, b in zip(one, two, strict=True)):
        return False
    said = any(GOES_ON.match(line.text.strip()) or GOES_ON.search(line.text.strip()[-6:]) for line in above)
    return said or not above and len(between) <= BETWEEN and (not between or table[0].cells == row.cells)


def _settled(lines: list[Line]) -> list[Line]:
    """Lines in which no drawing or note at the foot of a page stands within a paragraph: it stands behind it."""
    result: list[Line] = []
    waiting: list[Line] = []
    for line in lines:
        if line.apart and (waiting or result and _is_broken(result[-1])):
            waiting.append(line)
            continue
        if waiting and not (_is_broken(result[-1]) and _goes_on_with(line)):
            result += waiting
            waiting = []
        result.append(line)
    return result + waiting


def _is_broken(line: Line) -> bool:
    """Whether a line of a paragraph does not end it."""
    plainly = line.cells is None and not line.apart and kind_of(line.text) == TEXT
    return plainly and len(line.text) >= LONG_LINE and not line.text.rstrip().endswith(tuple(ENDING))


def _goes_on_with(line: Line) -> bool:
    """Whether a line may go on with a paragraph that was broken before it."""
    return line.cells is None and not line.apart and kind_of(line.text) == TEXT


def _bare(text: str) -> str:
    """A line without its digits and blanks, so that page numbers are alike."""
    return "".join(sign for sign in text if not sign.isdigit() and not sign.isspace())
