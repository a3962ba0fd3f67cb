"""What the search knows of words: everyday words, words of questions, names of regions, how characters are read.

All of it is data: `words.csv` here, `everyday.csv` of the frames, `book/words.csv` of the content folder (a row more,
a word more), the names and short names of the catalogue, and `readings.csv`: the characters of GB 2312 by their
readings without tones, taken from pypinyin (MIT), those left out that hardly ever occur.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from nianbao.data.catalogue import Catalogue, Item
from nianbao.data.csvfiles import display_path, read_csv
from nianbao.errors import DataError

#: Below the content folder: words of one's own.
OWN_WORDS = "book/words.csv"
COLUMNS = ("word", "role", "means")
#: What a word may be: another name of what it `means` (`same`), or a name of what is `near` to that; of no meaning to
#: the search (`skip`); the unit of what is asked for; a measure as in the name of a figure; a year, counted from the
#: edition's; the whole of all regions; the region that has most or least of something (`max`, `min`); what a page is
#: about, not a figure (`page`): the words of its title; such a word may have another role as well.
SAME = "same"
ROLES = (SAME, "near", "skip", "unit", "measure", "year", "whole", "rank", "page")
#: What may be left out at the end of the name of a region.
ENDINGS = ("能源化工基地", "市本级", "（市本级）", "市", "县", "区", "州", "盟", "旗")
#: The shortest name that is left.
SHORTEST = 2


@dataclass(frozen=True)
class Word:
    """A word, its role (one of ROLES) and what it means; a word has a row for each thing it may mean."""

    word: str
    role: str
    means: str


def words(catalogue: Catalogue, content: Path) -> list[Word]:
    """All words the search knows, those of the folder `content` last.

    Raises DataError for a row of a content folder with a role that is none.
    """
    found = [Word(row["word"], row["role"], row["means"]) for row in rows_in("nianbao.output.web", "words.csv")]
    found += [Word(row["word"], SAME, row["means"]) for row in rows_in("nianbao.frames", "everyday.csv")]
    for scheme in catalogue.schemes.values():
        found.append(Word(scheme.short, SAME, scheme.name))
    found += own_words(content / OWN_WORDS)
    return list(dict.fromkeys(found))


def own_words(path: Path) -> Iterator[Word]:
    """The words of a content folder; none where it has no such file."""
    for row in read_csv(path, COLUMNS, optional=True):
        row.check(row["role"] in ROLES, "role", "不认识“{role}”，应为 {roles} 之一", roles="、".join(ROLES))
        if not row["word"]:
            raise DataError("缺少词", display_path(path), row.line, "word")
        yield Word(row["word"], row["role"], row["means"])


@cache
def rows_in(room: str, name: str) -> list[dict[str, str]]:
    """The rows of a table that belongs to the program."""
    text = resources.files(room).joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def lexicon(known: Iterable[Word]) -> dict[str, dict[str, list[str]]]:
    """The words by role: what each of them means."""
    found: dict[str, dict[str, list[str]]] = {role: {} for role in ROLES}
    for each in known:
        found[each.role].setdefault(each.word, []).append(each.means)
    return found


# -- regions ----------------------------------------------------------------------------------------------------------
def regions(catalogue: Catalogue) -> list[list[str]]:
    """Each region but the whole: its code, that of the region above it, the names it is known by."""
    return [[code, item.parent, *names_of(item)] for code, item in catalogue.regions.items() if item.parent]


def names_of(region: Item) -> list[str]:
    """The names of a region, the short ones that readers use among them: 永宁县, 永宁."""
    names = [region.name, region.short]
    for name in (region.name, region.short):
        for ending in ENDINGS:
            left = name.removesuffix(ending)
            if left != name and len(left) >= SHORTEST:
                names.append(left)
                break
    names += [name.removesuffix("市") for name in names if name.endswith("市") and len(name) > SHORTEST]
    return list(dict.fromkeys(names))


# -- readings ---------------------------------------------------------------------------------------------------------
@cache
def readings() -> dict[str, str]:
    """The characters of GB 2312 that are read the same way, by their reading."""
    return {row["reading"]: row["characters"] for row in rows_in("nianbao.output.web", "readings.csv")}


def readings_of(texts: Iterable[str]) -> str:
    """The characters of texts behind their readings: `lao老劳yang养`."""
    used = set().union(*texts)
    found = []
    for reading, characters in readings().items():
        held = "".join(each for each in characters if each in used)
        if held:
            found.append(reading + held)
    return "".join(found)
