"""Every notebook executed for the year before."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.projects import YEAR, Project, copy_project, shorten


@dataclass(frozen=True)
class LastYear:
    """The notebooks of the project in `folder`, executed by `nianbao run`."""

    folder: Path

    @property
    def notebooks(self) -> Path:
        """Where the executed notebooks stand."""
        return self.folder / "project" / "_build" / f"{YEAR - 1}-run" / "notebooks"

    @property
    def chapters(self) -> list[str]:
        """Names of the chapters that were executed."""
        return sorted(path.stem for path in self.notebooks.glob("*.ipynb"))

    @property
    def said(self) -> str:
        """What the command said; the word of failure where it failed."""
        return (self.folder / "said.txt").read_text("utf-8")

    def outputs(self, chapter: str) -> list[dict]:
        """Outputs of all cells of a chapter."""
        cells = json.loads((self.notebooks / f"{chapter}.ipynb").read_text("utf-8"))["cells"]
        return [output for cell in cells for output in cell.get("outputs", [])]

    def html(self, chapter: str) -> str:
        """What the chapter shows."""
        return "\n".join("".join(each.get("data", {}).get("text/html", "")) for each in self.outputs(chapter))


def last_year_of(folder: Path, chapters: Sequence[str] = ()) -> Project:
    """A copy of the project in `folder`; with `chapters` its book is one of these only."""
    project = copy_project(folder / "project")
    return shorten(project, *(f"notebooks/{name}" for name in chapters)) if chapters else project


def execute_last_year(project: Project) -> None:
    """`nianbao run --year 2024`; what it says is kept beside the project."""
    done = project.nianbao("run", "--year", str(YEAR - 1))
    (project.root.parent / "said.txt").write_text(f"{done.stdout}{done.stderr}{done.returncode}", "utf-8")
