"""What the landing page of a site says of each edition: its findings, its files with their sizes, what is new in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nianbao.chapter.record import FigureText, Inline, Paragraph, ProseRecord, plain
from nianbao.output import imprint, records
from nianbao.output.web.prints import KINDS, of_book, size
from nianbao.output.web.versions import Correction, History

#: The page of an edition with its data, and the chapter that compares it with the last one, by the end of its name.
DATA_PAGE = "book/data.html"
COMPARISON = "*revisions.html"
#: How many findings and corrections are told in full.
FINDINGS = 5
CORRECTIONS = 5
#: What stands at a figure that is in doubt.
MARK = "※"
#: What the printed editions hold.
WHOLE_BOOK = "全书"
#: Printed volumes beside the book, by what stands behind the year in their names.
VOLUMES = {"-regions": "地区卷"}


@dataclass(frozen=True)
class File:
    """A file to take away: `address` below the folder of the edition, its kind or name, its size, what it holds."""

    address: str
    name: str
    size: str
    about: str


@dataclass(frozen=True)
class Entry:
    """An edition on the landing page.

    `version` is that of its data, `published` the day it appeared (empty where nobody said), `home` its first page,
    `data` its page of data and `comparison` that with the year before (empty where it has none), `findings` its main
    findings as sentences, `files` what can be taken away, `corrected` some of what its newest version corrects;
    `corrections` is how many in all, `changed` the page that tells the rest.
    """

    year: int
    version: str
    published: str
    home: str
    data: str
    comparison: str
    findings: Sequence[str]
    files: Sequence[File]
    corrected: Sequence[Correction]
    corrections: int
    changed: str


def entry(edition: Path, pages: Path, root: str, known: Mapping[str, str], history: History) -> Entry:
    """An edition as the landing page tells of it.

    Parameters: `edition` is the folder it was built in, `pages` that of its pages in the site, `root` the first page of
    the book without suffix, `known` its version and the day it appeared, `history` what the site knows of its versions.
    """
    step = history.steps.get(history.present)
    corrected = [*step.corrected] if step else []
    comparisons = sorted(path.name for path in (pages / "notebooks").glob(COMPARISON))
    home = f"{root}.html"
    return Entry(
        year=history.year,
        version=known["version"],
        published=known["published"],
        home=home if (pages / home).exists() else "index.html",
        data=DATA_PAGE if (pages / DATA_PAGE).exists() else "",
        comparison=f"notebooks/{comparisons[0]}" if comparisons else "",
        findings=findings(edition / "src" / f"{root}.ipynb"),
        files=[*files(pages, history.year)],
        corrected=corrected[:CORRECTIONS],
        corrections=len(corrected),
        changed=f"{history.kept[-1]}/changed.html" if corrected else "",
    )


def findings(notebook: Path) -> list[str]:
    """The main findings of an edition: the first sentences with figures of the first section of its first chapter.

    None where that was not kept. A figure in doubt bears its mark.
    """
    if not notebook.exists():
        return []
    found: list[str] = []
    section = None
    for above, part in records.read_notebook(notebook).placed():
        if len(above) != 2 or not isinstance(part, ProseRecord):
            continue
        section = section or above[-1]
        if above[-1] is section:
            found += [told(each.content) for each in paragraphs(part) if has_figures(each.content)]
    return found[:FINDINGS]


def paragraphs(part: ProseRecord) -> Iterator[Paragraph]:
    """The paragraphs of a prose, without those that say what is lacking."""
    for block in part.blocks:
        if isinstance(block, Paragraph) and not block.role:
            yield block


def has_figures(content: Iterable[Inline]) -> bool:
    """Whether a line holds a figure."""
    return any(isinstance(each, FigureText) for each in content)


def told(content: Iterable[Inline]) -> str:
    """A line as plain text, with its marks, without a number in front of it."""
    words = "".join(plain((each,)) + (MARK if is_marked(each) else "") for each in content)
    number, _, rest = words.partition(". ")
    return " ".join((rest if number.isdecimal() else words).split())


def is_marked(each: Inline) -> bool:
    """Whether a piece of a line is a figure in doubt."""
    return isinstance(each, FigureText) and each.marked


def files(pages: Path, year: int) -> Iterator[File]:
    """What can be taken away of an edition, the printed ones first."""
    for path in of_book(pages, year):
        yield File(path.name, KINDS[path.suffix], size(path), WHOLE_BOOK)
    for ending, about in VOLUMES.items():
        for path in (pages / f"nianbao-{year}{ending}{suffix}" for suffix in KINDS):
            if path.exists():
                yield File(path.name, KINDS[path.suffix], size(path), about)
    for ending, about in imprint.FILES.items():
        path = pages / "downloads" / f"nianbao-{year}{ending}"
        if path.exists():
            yield File(f"downloads/{path.name}", path.name, size(path), about)
