"""Copies of the project that a test may build in or break, without touching the repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
#: The edition that the tests build.
YEAR = 2025
#: Everything an edition is made from.
PARTS = ("nianbao", "notebooks", "book", "data", "_toc.yml", "_config.yml", "requirements.lock")


def environment(root: Path) -> dict[str, str]:
    """The environment of a program run from the copy in `root`."""
    known = os.environ | {"PYTHONPATH": str(root), "PYTHONWARNINGS": "ignore"}
    known.pop("NIANBAO_DATA", None)
    return known


@dataclass
class Project:
    """A copy of the project in the folder `root`, and the `result` of its build where there is one."""

    root: Path
    result: subprocess.CompletedProcess | None = None

    @property
    def target(self) -> Path:
        """What `nianbao build` makes."""
        return self.root / "_build" / str(YEAR)

    @property
    def cache(self) -> Path:
        """What a build keeps for the next one."""
        return self.root / "_build" / ".cache"

    @property
    def html(self) -> Path:
        """The built site."""
        return self.target / "html"

    @property
    def observations(self) -> Path:
        """The observations of the year."""
        return self.root / "data" / "observations" / str(YEAR)

    @property
    def texts(self) -> Path:
        """The texts of the edition."""
        return self.root / "data" / "editions" / str(YEAR) / "texts"

    def nianbao(self, *args: str, **variables: str) -> subprocess.CompletedProcess:
        """Run `nianbao` of this copy, in its own process and folder; `variables` are added to its environment."""
        return subprocess.run(
            [sys.executable, "-m", "nianbao.cli", *args],
            cwd=self.root,
            env=environment(self.root) | variables,
            capture_output=True,
            text=True,
            timeout=600,
        )

    def pages(self) -> list[Path]:
        """Every page a reader can come to, the search and index pages left out."""
        return sorted([*self.html.glob("notebooks/*.html"), *self.html.glob("book/*.html")])

    def listed(self) -> list[str]:
        """The pages of the contents, in order."""
        known = yaml.safe_load((self.root / "_toc.yml").read_text("utf-8"))
        return [known["root"], *(each["file"] for part in known["parts"] for each in part["chapters"])]

    def chapters(self) -> list[str]:
        """The notebooks among them, by name."""
        return [page.removeprefix("notebooks/") for page in self.listed() if page.startswith("notebooks/")]

    def correct(self, path: Path, old: str, new: str) -> None:
        """Correct a cell of a table: `old` stands in the file once."""
        text = path.read_text("utf-8")
        assert text.count(old) == 1, f"{path.name}: {old!r} stands there {text.count(old)} times"
        rewrite(path, text.replace(old, new))

    def twin(self, into: Path) -> Project:
        """A copy in the folder `into`, with all that is built and kept for the next build.

        Sources and what is published are the same files (hard links): whoever changes one must `rewrite` it.
        """
        shutil.copytree(self.root, into, copy_function=link, ignore=left_out(".cache"))
        twin = Project(into, self.result)
        if self.cache.exists():  # tools write into these files in place
            shutil.copytree(self.cache, twin.cache)
        return twin


def left_out(*more: str) -> Callable[[str, list[str]], set[str]]:
    """What is not copied with a project."""
    return shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", *more)


def link(source: str, target: str) -> None:
    """Give a file another name; copy it where the other place is on another disk."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def rewrite(path: Path, text: str) -> None:
    """Put another file in the place of a file that may have several names."""
    path.unlink(missing_ok=True)
    path.write_text(text, "utf-8")


#: The setting of the pages of regions, and what tests put in its place: the short run has pages of two regions.
REGION_PAGES = "regions: {notebook: region}"
TWO_REGIONS = "regions: {notebook: region, only: [永宁县, 贺兰县]}"
CODES_OF_TWO = ("640121", "640122")


def copy_project(into: Path, all_regions: bool = False) -> Project:
    """A copy of everything an edition is made from; the program is the same files, all else can be written.

    Two regions have a page in it, or `all_regions`.
    """
    for name in PARTS:
        source = ROOT / name
        if source.is_dir():
            how = link if name == "nianbao" else shutil.copy2
            shutil.copytree(source, into / name, copy_function=how, ignore=left_out())
        else:
            shutil.copy(source, into / name)
    if not all_regions:
        settings = into / "book" / "edition.yml"
        text = settings.read_text("utf-8")
        assert REGION_PAGES in text
        settings.write_text(text.replace(REGION_PAGES, TWO_REGIONS), "utf-8")
    return Project(into)


def shorten(project: Project, *pages: str) -> Project:
    """Make the book of a project one of these pages only."""
    listed = project.root / "_toc.yml"
    listed.unlink()  # it may be the same file as that of the project
    listed.write_text(contents(*pages), "utf-8")
    return project


def contents(first: str, *others: str) -> str:
    """A `_toc.yml` of these files."""
    head = f"format: jb-book\nroot: {first}\n"
    rows = "".join(f"      - file: {name}\n" for name in others)
    return f"{head}parts:\n  - caption: 甲\n    chapters:\n{rows}" if others else head


def notebook(path: Path, *code: str) -> None:
    """Write a notebook with the parameter `number` and cells of code hidden from readers: they may show anything."""
    parameters = nbformat.v4.new_code_cell("number = 1", metadata={"tags": ["parameters"]})
    hidden = {"tags": ["remove-cell"]}
    cells = [parameters, *(nbformat.v4.new_code_cell(each, metadata=hidden) for each in code)]
    about = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=about), path)
