"""What the program that executes a notebook hands to it.

The runner puts a `Session` into the notebook's namespace under the name `NAME`, by a hidden first cell (`Session.cell`)
that it removes again. A notebook opened by hand has none and takes the settings of the content folder it stands in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from nianbao import settings
from nianbao.errors import DataError

#: The name of the session in the namespace of a notebook.
NAME = "__nianbao__"
#: Metadata of an output that only says which data files a notebook has looked at; afterwards of the notebook.
READ = "nianbao-read"
#: Metadata of an output that only says what stands for `{{ year }}` and `{{ place }}` in the headings of a chapter.
NAMES = "nianbao-names"


@dataclass(frozen=True)
class Session:
    """What a notebook is executed with.

    `data` is the data folder, `marks` whether figures in doubt are marked, `tells_reading` whether each cell says which
    data files the chapter has looked at so far, `outlook` whether scenarios are shown, `keeps` whether the notebooks
    that one kernel executes after another share what they have read. `found` is a file in which the audit of these data
    stands, once somebody has carried it out: see `nianbao.audit.kept`.
    """

    data: Path
    marks: bool = True
    tells_reading: bool = False
    outlook: bool = False
    keeps: bool = False
    found: Path | None = None

    @property
    def cell(self) -> str:
        """The source of the cell that puts this session into the namespace of a notebook."""
        told = f"{self.marks}, {self.tells_reading}, {self.outlook}, {self.keeps}"
        told += f", Path({str(self.found)!r})" if self.found else ""
        return (
            "from pathlib import Path\n"
            "from nianbao.chapter.session import Session\n"
            f"{NAME} = Session(Path({str(self.data)!r}), {told})\n"
            "del Path, Session\n"
        )


def handed_over() -> Session | None:
    """The session in the namespace of the notebook that runs; None where no runner has put one there."""
    from IPython import get_ipython  # here: whoever hands a session over needs no shell

    shell = get_ipython()
    known = shell.user_ns.get(NAME) if shell else None
    return known if isinstance(known, Session) else None


def current(data: str | Path | None = None) -> Session:
    """The session of the notebook that runs, or what the content folder it stands in says.

    `data` is another data folder. Raises DataError where there is neither a session nor a content folder nor `data`.
    """
    session = handed_over()
    if session is None:
        session = of_content_folder(data)
    return replace(session, data=Path(data), found=None) if data else session


def of_content_folder(data: str | Path | None) -> Session:
    """The session of a notebook opened by hand; without a content folder `data` alone is enough.

    Whoever opens a notebook by hand is an editor, and sees the scenarios.
    """
    try:
        known = settings.load(settings.content_root())
    except DataError:
        if data is None:
            raise
        return Session(Path(data), outlook=True)
    return Session(known.root / "data", known.shows_audit, outlook=True)
