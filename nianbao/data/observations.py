"""Values as printed, by what they are about; files are read when a figure that stands in them is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import dataclass
from decimal import Decimal

from nianbao.data import schema
from nianbao.data.csvfiles import NUMBER, Row
from nianbao.data.keys import Key, Source

#: So many units of its last digit a figure may always be wrong by, however small it is.
MOST_DIGITS = 10


@dataclass(frozen=True)
class Observation:
    """A value as printed: `value` is None for a cell printed blank, `literal` is what stands there.

    `status` is that of SDMX CL_OBS_STATUS: A printed, E derived, P provisional, M blank. `margin` is the half-width
    of a derived level; None means half a unit of the last digit. `place` is the data file and row.
    """

    key: Key
    value: Decimal | None
    literal: str
    status: str
    source: Source
    margin: Decimal | None
    place: str

    @property
    def indicator(self) -> str:
        """Code of the indicator."""
        return self.key.indicator

    @property
    def item(self) -> str:
        """Code of the item."""
        return self.key.item

    @property
    def year(self) -> int:
        """The year the value is about."""
        return self.key.year

    @property
    def derived(self) -> bool:
        """Whether the value was got from a later one and its printed change or growth."""
        return self.status == "E"


def observation(row: Row, key: Key) -> Observation:
    """An observation from its row; DataError for text where a number belongs and for an unknown status."""
    status = row["status"]
    literal = row["value"]
    margin = row.get("margin", "")
    row.check(status in schema.STATUSES, "status", "状态“{status}”不明，应为 A、E、P 或 M")
    sound = literal in schema.BLANKS if status == "M" else NUMBER.fullmatch(literal)
    row.check(sound, "value", "“{value}”不是数字（状态为{status}；空格、-、— 须记为 M）")
    row.check(
        not margin or NUMBER.fullmatch(margin) and margin[0] != "-", "margin", "“{margin}”不是数字（误差应为零或正数）"
    )
    check_margin(row, literal, margin)
    return Observation(
        key=key,
        value=None if status == "M" else Decimal(literal),
        literal=literal,
        status=status,
        source=Source.parse(row["source"]),
        margin=Decimal(margin) if margin else None,
        place=row.place,
    )


def check_margin(row: Row, literal: str, margin: str) -> None:
    """DataError for a margin that is wider than the figure itself, by which nothing could be checked any more."""
    if not margin or literal in schema.BLANKS:
        return
    digits = MOST_DIGITS * Decimal(10) ** -len(literal.partition(".")[2])
    widest = max(abs(Decimal(literal)), digits)
    words = "误差“{margin}”比数“{value}”本身还大，应不超过{widest}"
    row.check(Decimal(margin) <= widest, "margin", words, widest=f"{widest:f}")


class Observations(MutableMapping[Key, Observation]):
    """Observations by key. `need` reads the files that hold an indicator (of an item); without arguments, all files."""

    def __init__(self, need: Callable[..., None]):
        self.need = need
        #: What has been read so far; looking into it reads nothing more.
        self.known: dict[Key, Observation] = {}

    def __getitem__(self, key: Key) -> Observation:
        self.need(key[0], key[1])
        return self.known[key]

    def __setitem__(self, key: Key, value: Observation) -> None:
        self.known[key] = value

    def __delitem__(self, key: Key) -> None:
        del self.known[key]

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, tuple):
            return False
        self.need(key[0], key[1])
        return key in self.known

    def __iter__(self) -> Iterator[Key]:
        self.need()
        return iter(self.known)

    def __len__(self) -> int:
        self.need()
        return len(self.known)
