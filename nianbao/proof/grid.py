"""Tables as grids of figures: labels, heads, and columns in which the same thing stands below each other."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from nianbao.figures.units import decimals_of
from nianbao.proof.model import Figure, Spot, Table
from nianbao.proof.numbers import Number, cell_number, plain
from nianbao.proof.phrases import meanings, unit_of

#: Cells that say that there is nothing.
NOTHING = {"", "-", "—", "--", "——", "/", "…"}
#: A code of a budget: digits only, at least three.
CODE = re.compile(r"\d{3,9}")
#: Heads of columns that only number the rows, and of codes.
ORDER = re.compile(r"行次|序号|编号|栏次")
CODED = re.compile(r"编码|代码")
RATE_HEAD = re.compile(r"[%％]|率|占比|比重|增幅|增长速度|增速")
#: Labels of rows of rates.
RATE_LABEL = re.compile(r"[%％]|(?:执行|完成|增长|增减)率$|占比|比重|进度")
#: Heads of columns of what a row counts, in the unit that its label says.
LEVEL_HEAD = re.compile(r"^(?:(?:19|20)\d\d年?末?|上年|本年|当年|去年)(?:末|数)?$")
YEAR_HEAD = re.compile(r"((?:19|20)\d\d)\s*年")
#: Heads of columns of the year before; not those of what is compared with it.
LAST_HEAD = re.compile(r"(?<![比较与同])(?:上年|去年|上一年)(?!.*(?:增|减|升|降|比|率|结转|结余))")


@dataclass
class Row:
    """A row of a grid: its label and code, and its figures by column (None for none).

    at: the row of the table. group: its first label, where it has several (年龄 of 年龄, 35周岁以下). flags: columns of
    是 and 否 by their heads, and what the row says in each.
    """

    label: str
    code: str
    cells: list[int | None]
    at: int = 0
    group: str = ""
    flags: dict[str, str] = field(default_factory=dict)


@dataclass
class Grid:
    """A grid.

    table: where it comes from. rows: of figures. heads: the head of each column. decimals: most of each column. ragged:
    rows whose cells may stand in the wrong column.
    """

    table: Table
    rows: list[Row] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    decimals: list[int] = field(default_factory=list)
    ragged: int = 0

    def __post_init__(self) -> None:
        self._columns: list[list[int | None]] = []
        self._seen = 0

    @property
    def width(self) -> int:
        """Number of columns of figures."""
        return len(self._all())

    def column(self, at: int) -> list[int | None]:
        """The figures of a column."""
        return self._all()[at]

    def _all(self) -> list[list[int | None]]:
        """All columns, made again when rows were added."""
        if self._seen != len(self.rows):
            self._seen = len(self.rows)
            width = max((len(row.cells) for row in self.rows), default=0)
            padded = [row.cells + [None] * (width - len(row.cells)) for row in self.rows]
            self._columns = [list(column) for column in zip(*padded, strict=True)]
        return self._columns


@dataclass
class Cell:
    """A cell of a table: its text, its number where it is one, and where it stands."""

    text: str
    number: Number | None
    row: int
    column: int

    @property
    def is_code(self) -> bool:
        """Whether it may be a code: digits only, without separators."""
        return bool(CODE.fullmatch(self.text)) and not self.text.startswith("0")


class Grids:
    """The grids of a document's tables; `figures` are added to those of the document."""

    def __init__(self, figures: list[Figure], year: int = 0):
        self.figures = figures
        self.year = year
        #: Where each cell's figure is: (part, row, column).
        self.spots: dict[tuple[int, int, int], int] = {}

    def of(self, table: Table) -> list[Grid]:
        """The grids of a table: one, or one for each block of columns that stand side by side."""
        if table.aligned:
            return self._aligned(table)
        return self._listed(table)

    # -- tables whose columns are known -------------------------------------------------------------------------
    def _aligned(self, table: Table) -> list[Grid]:
        cells = [
            [Cell(text.strip(), cell_number(text), at, column) for column, text in enumerate(row)]
            for at, row in enumerate(table.rows)
        ]
        width = table.width
        head = self._head(cells)
        body = cells[head:]
        if not body:
            return []
        words = [self._is_label(body, column, cells[:head]) for column in range(width)]
        if all(words) or not any(words):
            return []
        blocks = self._blocks(words)
        grids = [self._block(table, cells[:head], body, labels, values) for labels, values in blocks]
        return [grid for grid in self._stacked(grids) if grid.rows and grid.width]

    def _head(self, cells: list[list[Cell]]) -> int:
        """How many rows are the head: up to the first with figures that are no years or numbers of columns."""
        for at, row in enumerate(cells):
            told = [cell for cell in row if cell.number is not None and not YEAR_HEAD.match(cell.text)]
            told = [cell for cell in told if not re.fullmatch(r"(?:19|20)\d\d", cell.text)]
            columns = [cell.text for cell in told]
            counted = len(columns) > 2 and columns == [str(number) for number in range(1, len(columns) + 1)]
            if told and not counted:
                return at
        return len(cells)

    def _is_label(self, body: list[list[Cell]], column: int, head: list[list[Cell]]) -> bool:
        """Whether a column holds words, codes or numbers of rows, and no figures."""
        own = [row[column] for row in body if column < len(row)]
        told = [cell for cell in own if cell.text not in NOTHING]
        heads = "".join(row[column].text for row in head if column < len(row))
        if ORDER.search(heads) or CODED.search(heads):
            return True
        if not told:
            return column == 0
        figures = [cell for cell in told if cell.number is not None]
        if len(figures) < len(told) / 2:
            return True
        if all(cell.is_code for cell in figures) and len(figures) > 2 and self._coded(figures):
            return True
        return len(figures) > 3 and [cell.text for cell in figures] == [
            str(int(figures[0].number.value) + at) for at in range(len(figures)) if figures[0].number is not None
        ]

    def _coded(self, cells: list[Cell]) -> bool:
        """Whether some cells begin with the digits of others, as the codes of a budget do."""
        texts = {cell.text for cell in cells}
        return (
            sum(
                any(len(text) > length and text[:length] in texts for length in (3, 5))
                for text in texts
                if len(text) > 3
            )
            > len(texts) / 3
        )

    def _blocks(self, words: list[bool]) -> list[tuple[list[int], list[int]]]:
        """Columns of labels and of figures, side by side: (labels, figures) of each block."""
        blocks: list[tuple[list[int], list[int]]] = []
        for column, is_label in enumerate(words):
            if is_label and (not blocks or blocks[-1][1]):
                blocks.append(([column], []))
            elif is_label:
                blocks[-1][0].append(column)
            elif blocks:
                blocks[-1][1].append(column)
            else:
                blocks.append(([], [column]))
        return [block for block in blocks if block[1]]

    def _block(
        self, table: Table, head: list[list[Cell]], body: list[list[Cell]], labels: list[int], values: list[int]
    ) -> Grid:
        """One block of columns."""
        grid = Grid(table, heads=[self._head_of(head, column, values) for column in values])
        unit_columns = [at for at in labels if self._says_units(head, body, at)]
        flagged = {at: self._head_of(head, at, labels) for at in labels if self._is_flag(body, at)}
        group = ""
        for row in body:
            told = [row[column] for column in labels if column < len(row) and column not in unit_columns]
            units = "".join(row[column].text for column in unit_columns if column < len(row))
            code = next((cell.text for cell in told if cell.is_code), "")
            label = "".join(cell.text for cell in told if cell.text != code and cell.number is None)
            code, label = code_of(code, label)
            own = [row[column] if column < len(row) else None for column in values]
            numbers = [self._figure(table, cell, grid.heads[at]) for at, cell in enumerate(own)]
            self._units(numbers, grid.heads, units)
            if any(number is not None for number in numbers) or label:
                words = [cell.text for cell in told]
                group = words[0] if len(words) > 1 and words[0] else group
                own_group = group if len(words) > 1 and any(words[1:]) else ""
                flags = {name: row[at].text for at, name in flagged.items() if at < len(row) and row[at].text}
                grid.rows.append(Row(plain(label).text, code, numbers, row[0].row if row else 0, own_group, flags))
        self._finish(grid)
        return grid

    @staticmethod
    def _is_flag(body: list[list[Cell]], column: int) -> bool:
        """Whether a column says 是 or 否 of each row."""
        told = [row[column].text for row in body if column < len(row) and row[column].text not in NOTHING]
        return len(told) > 1 and set(told) <= {"是", "否"}

    def _says_units(self, head: list[list[Cell]], body: list[list[Cell]], column: int) -> bool:
        """Whether a column called 单位 holds units, and not the names of bodies."""
        if not UNIT_HEAD.fullmatch("".join(row[column].text for row in head if column < len(row))):
            return False
        told = [plain(row[column].text).text for row in body if column < len(row) and row[column].text not in NOTHING]
        known = set(meanings("unit").values())
        return sum(unit_of(re.sub(r"（.*", "", text)).base in known for text in told) > 0.8 * len(told)

    def _head_of(self, head: list[list[Cell]], column: int, values: list[int]) -> str:
        """The head of a column: its own words, and those of merged cells above it."""
        found = []
        has_own = False
        for row in head:
            at = column
            while not has_own and at >= 0 and at < len(row) and not row[at].text and at > values[0]:
                at -= 1
            has_own = has_own or (column < len(row) and bool(row[column].text))
            text = row[at].text if 0 <= at < len(row) else ""
            if text and not UNIT_CELL.search(text):
                found.append(plain(text).text)
        return "".join(dict.fromkeys(found))

    def _figure(self, table: Table, cell: Cell | None, head: str) -> int | None:
        """The figure of a cell."""
        if cell is None or cell.number is None:
            return None
        unit = cell.number.unit or unit_in(head) or table_unit(table, head)
        number = len(self.figures)
        spot = Spot(table.number, cell.number.start, cell.number.end, cell.row, cell.column)
        year = YEAR_HEAD.search(head)
        figure = Figure(number, cell.number.value, unit, spot, cell.text, head, head, self.year, "cell")
        if LAST_HEAD.search(head) and self.year:
            figure.year = self.year - 1
        if year:
            figure.year = int(year[1])
        self.figures.append(figure)
        self.spots[table.number, cell.row, cell.column] = number
        return number

    def _units(self, numbers: list[int | None], heads: list[str], units: str) -> None:
        """The units of a row where a column of its own says them: 万人, or 万人（增减：人）."""
        form = plain(units).text
        if not form:
            return
        usual = re.sub(r"（.*", "", form)
        other = dict(re.findall(r"([一-龥]{1,6})：([^：；，）]{1,6})", form))
        for at, number in enumerate(numbers):
            if number is None or self.figures[number].unit in {"%", "百分点"}:
                continue
            head = heads[at] if at < len(heads) else ""
            named = next((unit for words, unit in other.items() if words in head), None)
            if named or not RATE_HEAD.search(head):
                self.figures[number].unit = named or usual

    def _finish(self, grid: Grid) -> None:
        """Names of the figures, and decimals of the columns."""
        for row in grid.rows:
            for at, number in enumerate(row.cells):
                if number is None:
                    continue
                figure = self.figures[number]
                head = grid.heads[at] if at < len(grid.heads) else ""
                year = YEAR_HEAD.search(row.label)
                if year:
                    figure.year = int(year[1])
                figure.noun = f"{row.label}{head}" if row.label else head
                figure.before = f"{grid.table.caption}{row.label}{head}"
                own = unit_in(row.label)
                if own and _is_of_level(head, figure):
                    figure.unit = own
                if RATE_LABEL.search(row.label) and unit_of(figure.unit).base not in {"%", "‰", "百分点", "比"}:
                    figure.unit = "%"
        for at in range(grid.width):
            counts = Counter(
                decimals_of(self.figures[number].value) for number in grid.column(at) if number is not None
            )
            grid.decimals.append(max(counts) if counts else 0)

    def _stacked(self, grids: list[Grid]) -> list[Grid]:
        """Blocks with the same heads as one grid below the other."""
        result: list[Grid] = []
        for grid in grids:
            same = result and result[-1].heads == grid.heads and any(grid.heads)
            if same:
                result[-1].rows += grid.rows
                result[-1].decimals = [max(pair) for pair in zip(result[-1].decimals, grid.decimals, strict=False)]
            else:
                result.append(grid)
        return result

    # -- tables whose columns are not known ---------------------------------------------------------------------
    def _listed(self, table: Table) -> list[Grid]:
        """Grids of rows that are only lists of words and numbers."""
        segments = [self._segments(at, row) for at, row in enumerate(table.rows)]
        blocks = Counter(len(row) for row in segments if row).most_common(1)
        if not blocks:
            return []
        count = blocks[0][0]
        grids = []
        head = next((row for row in table.rows[:3] if len(row) > 1 and not any(map(cell_number, row))), [])
        for block in range(count):
            chosen = []
            for row in segments:
                at = block - count + len(row) if row and row[0][0] is None else block
                if 0 <= at < len(row) and row[at][0] is not None:
                    chosen.append(row[at])
            grid = self._list_grid(table, chosen, head, block, count)
            if grid.rows:
                grids.append(grid)
        return self._stacked(grids)

    def _segments(self, at: int, row: list[str]) -> list[tuple[Cell | None, str, list[Cell]]]:
        """A row in segments of a label, its code and the numbers behind it; a first without label has None."""
        result: list[tuple[Cell | None, str, list[Cell]]] = []
        code = ""
        cells = [Cell(text, cell_number(text), at, column) for column, text in enumerate(row)]
        for column, cell in enumerate(cells):
            follows = cells[column + 1] if column + 1 < len(cells) else None
            if cell.is_code and len(cell.text) >= 3 and follows is not None and follows.number is None:
                code = cell.text
            elif cell.number is None and cell.text not in NOTHING:
                result.append((cell, code, []))
                code = ""
            elif result:
                result[-1][2].append(cell)
            else:
                result.append((None, "", [cell]))
        if len(result) == 2 and result[0][0] is None and result[1][0] is not None and not result[1][2]:
            return [(result[1][0], "", result[0][2])]  # 2639239.99 合计: the number stands before its label
        return result

    def _list_grid(
        self, table: Table, rows: list[tuple[Cell | None, str, list[Cell]]], head: list[str], block: int, count: int
    ) -> Grid:
        """A grid of segments: numbers of rows left out, the rest by their place from the left.

        head: the heads of all columns, of which a block gets its own where there are as many as columns.
        """
        if self._numbered([cells for _, _, cells in rows]):
            rows = [(label, code, cells[1:]) for label, code, cells in rows]
        rows = [row for row in rows if not ORDER.search(row[0].text if row[0] else "")]
        counts = Counter(len(cells) for _, _, cells in rows if cells)
        if not counts:
            return Grid(table)
        usual = counts.most_common(1)[0][0]
        heads = [plain(text).text for text in head[block * (usual + 1) + 1 : (block + 1) * (usual + 1)]]
        fits = len(head) == count * (usual + 1)
        grid = Grid(table, heads=heads if fits else [""] * usual)
        for label, code, cells in rows:
            if not cells:
                continue
            if len(cells) != usual:
                grid.ragged += 1
            numbers: list[int | None] = [
                self._figure(table, cell, grid.heads[at] if at < usual else "") if cell.number is not None else None
                for at, cell in enumerate(cells)
            ]
            if len(cells) != usual:  # a blank cell left no trace: nobody knows which
                numbers = [None] * usual
            text = plain(label.text).text if label is not None else ""
            code, text = code_of(code, text)
            grid.rows.append(Row(text, code, numbers, cells[0].row))
        self._finish(grid)
        return grid

    def _numbered(self, rows: list[list[Cell]]) -> bool:
        """Whether the first numbers of the rows only count them."""
        firsts = [cells[0].text for cells in rows if len(cells) > 1]
        whole = [int(text) for text in firsts if text.isdigit()]
        if len(whole) < 3 or len(whole) < 0.8 * len(firsts):
            return False
        steps = [after - before for before, after in zip(whole, whole[1:], strict=False)]
        behind = [cells[1].text for cells in rows if len(cells) > 1]
        if all(step > 0 for step in steps) and max(whole) < 200 and all("." in text for text in behind):
            return True
        return sum(1 <= step <= 3 for step in steps) >= 0.8 * len(steps)


def code_of(code: str, label: str) -> tuple[str, str]:
    """Code and label of a row, the code taken off the label where it is glued to it."""
    found = re.match(r"(?!(?:19|20)\d\d年)(\d{3,7})(?=[一-龥])", label)
    return (found[1], label[found.end() :]) if found and not code else (code, label)


UNIT_HEAD = re.compile(r"(?:计量)?单\s*位")
UNIT_CELL = re.compile(r"单位[:：]")


#: Units that only stand in heads, as those of sentences.
HEAD_UNITS = {"月": "个月", ":1": "比", "：1": "比"}


def _is_of_level(head: str, figure: Figure) -> bool:
    """Whether a head is that of a column of levels, and the figure a bare number: its row says the unit."""
    is_bare = re.fullmatch(r"\W?[\d,.]+", plain(figure.text).text)
    return bool(LEVEL_HEAD.search(head) and not unit_in(head) and is_bare)


def unit_in(text: str) -> str:
    """The unit that a head says in parentheses: 金额（万元）, 增长(%)."""
    form = plain(text).text
    found = re.findall(r"（([^（）]{1,6})）", form)
    for words in reversed(found):
        words = HEAD_UNITS.get(words, words)
        kind = unit_of(words)
        if kind.base in {*meanings("unit").values(), "比"}:
            return words
    return ""


def table_unit(table: Table, head: str) -> str:
    """The unit of a table for a column: the rate of several, where the head is that of a rate."""
    units = [each for each in re.split(r"[、,，/和]", plain(table.unit).text) if each]
    if not units:
        return "%" if re.search(r"占比|[%％]", head) else ""
    if RATE_HEAD.search(head):
        return next((each for each in units if each == "%"), "%" if re.search("率|占比|比重|%", head) else units[0])
    return units[0]
