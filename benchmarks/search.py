"""Whether the search of a built book answers: queries with the page and the answer each should have, in a browser.

    benchmarks/search.py QUERIES.csv _build/2025/html [--missed]

QUERIES.csv has the columns query, expected_page (`notebooks/01-pension`, several parted by |; blank: not counted) and
expected_answer (what is to be read among the results, several that will do parted by |; blank: not counted). Each
query is typed into the search page, opened from disk. A page counts where it is among the first three; an answer where
it can be read in the figures on top or in what is shown of the first three pages, without opening anything; a query
that finds nothing where no words or contents are offered instead.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import re
import sys
import time
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

#: How many pages a reader looks at.
FIRST = 3
#: What the search page shows: addresses of the pages, text that is seen of the figures and of the first pages, links
#: to near words or to the contents.
SHOWN = """first => {
  const box = document.querySelector('.results');
  const parts = [...box.querySelectorAll(':scope > section:not(.answer)')];
  const seen = [...box.querySelectorAll('.answer'), ...parts.slice(0, first)];
  return {
    pages: parts.map(each => each.querySelector('h2 a').getAttribute('href').replace(/^[.][/]/, '')),
    text: seen.map(each => each.innerText).join(' '),
    offered: box.querySelectorAll('.instead a').length,
  };
}"""


@dataclass(frozen=True)
class Case:
    """A query, the pages of which one is to be among the first, the answers of which one is to be read."""

    query: str
    pages: tuple[str, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What a query found: the pages in order, the text seen, the number of links offered where nothing is found."""

    case: Case
    pages: list[str]
    text: str
    offered: int

    @property
    def page_found(self) -> bool:
        """Whether one of the pages expected is among the first."""
        first = [each.removesuffix(".html") for each in self.pages[:FIRST]]
        return any(each in first for each in self.case.pages)

    @property
    def answer_seen(self) -> bool:
        """Whether one of the answers expected can be read."""
        text = folded(self.text)
        return any(stands(folded(each), text) for each in self.case.answers)

    @property
    def empty(self) -> bool:
        """Whether nothing is found and nothing offered instead."""
        return not self.pages and not self.offered


def folded(text: str) -> str:
    """A text as readers see it alike: width, case, minus signs, grouping and blanks do not matter."""
    same = unicodedata.normalize("NFKC", text).lower().translate({0x2212: "-", 0x2013: "-", 0x2236: ":", 0x203B: None})
    return re.sub(r"(?<=\d),(?=\d{3})", "", re.sub(r"[^\S\n]|\n(?=\n)", "", same))


def stands(answer: str, text: str) -> bool:
    """Whether an answer stands in a text; a number not as part of a longer one."""
    before = r"(?<![\d.])" if answer[:1].isdigit() else ""
    after = r"(?!\.?\d)" if answer[-1:].isdigit() else ""
    return re.search(before + re.escape(answer) + after, text) is not None


def read_cases(path: Path) -> list[Case]:
    """The cases of a file."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return [
            Case(row["query"], parted(row.get("expected_page")), parted(row.get("expected_answer")))
            for row in csv.DictReader(stream)
        ]


def parted(text: str | None) -> tuple[str, ...]:
    """What a cell lists; the ending of a page does not matter."""
    return tuple(each.strip().removesuffix(".html") for each in (text or "").split("|") if each.strip())


def ask(page: Page, case: Case) -> Outcome:
    """Type a query into the open search page."""
    page.fill("#query", case.query)
    page.press("#query", "Enter")
    page.wait_for_function("document.querySelector('.results').textContent !== ''")
    shown = page.evaluate(SHOWN, FIRST)
    return Outcome(case, shown["pages"], shown["text"], shown["offered"])


def run(path: Path, html: Path) -> list[Outcome]:
    """The outcomes of all cases of a file in a built book."""
    cases = read_cases(path)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page(locale="zh-CN")
        page.goto((html / "search.html").resolve().as_uri())
        page.evaluate("new Promise(loaded => window.nianbaoSearch('  ', loaded)).then(() => 0)")
        outcomes = [ask(page, case) for case in cases]
        browser.close()
    return outcomes


def chromium() -> str | None:
    """The browser of the system, or that of `CHROMIUM`; None for the one that playwright brings."""
    names = (os.environ.get("CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
    return next((name for name in names if name and Path(name).exists()), None)


def share(part: int, whole: int) -> str:
    """A count with its percentage."""
    return f"{part} of {whole} ({100 * part / whole:.1f} %)" if whole else "none to count"


def main() -> int:
    """Print the figures; with `--missed` each query that lacks its page or answer."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("queries", type=Path)
    parser.add_argument("html", type=Path)
    parser.add_argument("--missed", action="store_true", help="list the queries that lack their page or answer")
    arguments = parser.parse_args()
    began = time.monotonic()
    outcomes = run(arguments.queries, arguments.html)
    with_page = [each for each in outcomes if each.case.pages]
    with_answer = [each for each in outcomes if each.case.answers]
    print(f"page in the first {FIRST}: {share(sum(each.page_found for each in with_page), len(with_page))}")
    print(f"answer visible: {share(sum(each.answer_seen for each in with_answer), len(with_answer))}")
    print(f"empty without suggestion: {sum(each.empty for each in outcomes)}")
    for name in ("search.data.js", "_static/seek.js", "_static/search.js"):
        if (arguments.html / name).exists():
            content = (arguments.html / name).read_bytes()
            print(f"{name}: {len(content)} bytes, {len(gzip.compress(content))} compressed")
    print(f"{len(outcomes)} queries in {time.monotonic() - began:.1f} s")
    if arguments.missed:
        for each in outcomes:
            lost = each.case.pages and not each.page_found
            unseen = each.case.answers and not each.answer_seen
            if lost or unseen:
                print(f"{'page ' if lost else ''}{'answer' if unseen else ''}\t{each.case}\t{each.pages[:FIRST]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
