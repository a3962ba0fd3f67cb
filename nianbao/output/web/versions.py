"""Versions of an edition that a site had before: each keeps its address, and says what changed since.

The version of an edition is that of its data, `2025-0123abcd`; it stands in every citation, and in its address:
`<site>/2025-0123abcd/<page>`. While the version is the present one, that leads on to `<site>/2025/<page>`; as soon as
there is another one, the pages as they were stand there for good.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nianbao.errors import DataError
from nianbao.output import manifest
from nianbao.output.web.frame import rendered

#: In the manifest of a site: the versions that it keeps, by year, the oldest first.
KEPT = "kept"
#: The page of a kept version that says what changed since.
CHANGED = "changed.html"
#: Where the text of a page begins.
TEXT = '<main id="main" tabindex="-1">'
#: The facts of an edition among its downloads.
FACTS = "downloads/nianbao-{year}-facts.csv"
#: Packed beside a file.
PACKED = (".gz", ".br")


@dataclass(frozen=True)
class Fact:
    """A figure as a version prints it, in the first `chapter` that has it; `computed`: it follows from others."""

    id: str
    chapter: str
    name: str
    value: str
    unit: str
    computed: bool


@dataclass(frozen=True)
class Correction:
    """A figure that two versions print differently."""

    old: Fact
    new: Fact

    @property
    def words(self) -> str:
        """What is corrected, in a line."""
        return f"{self.new.name}：{self.old.value}{self.old.unit}改为{self.new.value}{self.new.unit}"


@dataclass(frozen=True)
class Difference:
    """What differs between two versions: figures taken from the data, figures computed from them, and how many came and
    went."""

    corrected: Sequence[Correction] = ()
    followed: Sequence[Correction] = ()
    came: int = 0
    went: int = 0

    @property
    def is_nothing(self) -> bool:
        """Whether all figures are the same."""
        return not (self.corrected or self.followed or self.came or self.went)


@dataclass
class History:
    """The versions of one edition: those that are `kept`, the oldest first, and the present one (empty where none is).

    `steps` are what changed from each version to the one behind it, by the version that it changed to.
    """

    year: int
    present: str
    kept: list[str] = field(default_factory=list)
    steps: dict[str, Difference] = field(default_factory=dict)

    @property
    def order(self) -> list[str]:
        """All versions, the oldest first."""
        return [*self.kept, self.present]


def facts(folder: Path, year: int) -> dict[str, Fact]:
    """The figures that the pages in `folder` print, by id; none where they have no list of them."""
    path = folder / FACTS.format(year=year)
    found: dict[str, Fact] = {}
    if not path.exists():
        return found
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            computed = bool(row["inputs"] or row["formula"])
            fact = Fact(row["id"], row["chapter"], row["name"], row["value"], row["unit"], computed)
            found.setdefault(row["id"], fact)
    return found


def difference(old: Mapping[str, Fact], new: Mapping[str, Fact]) -> Difference:
    """What differs between the figures of two versions."""
    both = [Correction(old[name], new[name]) for name in old if name in new]
    moved = [each for each in both if (each.old.value, each.old.unit) != (each.new.value, each.new.unit)]
    return Difference(
        corrected=[each for each in moved if not each.new.computed],
        followed=[each for each in moved if each.new.computed],
        came=len(new.keys() - old.keys()),
        went=len(old.keys() - new.keys()),
    )


def before(site: Path) -> dict[int, list[str]]:
    """The versions that a site has, by year, the oldest first and the present one last; none where there is no site."""
    try:
        about = manifest.read(site)["about"]
    except DataError:
        return {}
    known = {int(year): [*names] for year, names in about.get(KEPT, {}).items()}
    for year, edition in about.get("editions", {}).items():
        known.setdefault(int(year), []).append(edition["data"])
    return known


def keep(site: Path, aside: Path, present: Mapping[int, str]) -> dict[int, History]:
    """Take the versions that `site` had over into the one that is made in `aside`.

    `present` are the versions of the editions now, by year. Those that are not of the present one stay in a folder of
    their own. Returns the histories of the editions.
    """
    found = {year: History(year, version) for year, version in present.items()}
    for year, names in before(site).items():
        history = found.setdefault(year, History(year, ""))
        for name in names:
            if name == history.present:
                continue
            is_new = name == names[-1]  # until now it was the present one
            shutil.copytree(site / (str(year) if is_new else name), aside / name)
            history.kept.append(name)
            if is_new:
                retire(aside / name, year, name)
    return {year: with_steps(history, aside) for year, history in sorted(found.items(), reverse=True)}


def with_steps(history: History, aside: Path) -> History:
    """A history with what changed from version to version; each kept one gets its page that says what changed since."""
    if not history.present:
        return history
    known = {name: facts(place(aside, history, name), history.year) for name in history.order}
    for old, new in zip(history.order, history.order[1:], strict=False):
        history.steps[new] = difference(known[old], known[new])
    for name in history.kept:
        since = difference(known[name], known[history.present])
        folder = aside / name
        text = rendered("changed.html", version=name, present=history.present, year=history.year, since=since)
        for suffix in PACKED:
            (folder / f"{CHANGED}{suffix}").unlink(missing_ok=True)
        (folder / CHANGED).write_text(text, "utf-8", newline="\n")
    return history


def place(aside: Path, history: History, version: str) -> Path:
    """Where the pages of a version stand."""
    return aside / (str(history.year) if version == history.present else version)


def retire(folder: Path, year: int, version: str) -> None:
    """Say on each page of a version that it is not the present one any more, and where that is."""
    for path in sorted(folder.rglob("*.html")):
        name = path.relative_to(folder).as_posix()
        top = "../" * name.count("/")
        note = rendered("older.html", version=version, present=f"{top}../{year}/{name}", changed=f"{top}{CHANGED}")
        text = path.read_text("utf-8")
        if TEXT in text:
            path.write_text(text.replace(TEXT, TEXT + note.strip(), 1), "utf-8", newline="\n")
            for suffix in PACKED:
                Path(f"{path}{suffix}").unlink(missing_ok=True)


def lead_on(aside: Path, year: int, version: str, pages: Iterable[str], static: str) -> None:
    """Have the address of the present version lead on to its pages, with the place in the page.

    `pages` are those of the edition, `static` is the folder of its scripts below it.
    """
    for name in pages:
        path = aside / version / name
        path.parent.mkdir(parents=True, exist_ok=True)
        top = "../" * name.count("/")
        there = f"{top}../{year}/{name}"
        text = rendered("moved.html", version=version, there=there, script=f"{top}../{year}/{static}/moved.js")
        path.write_text(text, "utf-8", newline="\n")
