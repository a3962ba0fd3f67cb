"""What the notebook that runs is offered: `%%prose`, outputs in the order they were made, fonts for Chinese.

A chapter or an edition serves itself there; `%load_ext nianbao` does the same before there is one. Without a notebook
(in a script) nothing is offered, and outputs show themselves at once.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakKeyDictionary

from IPython import get_ipython
from IPython.display import display

from nianbao.chapter import looks, session
from nianbao.chapter.session import NAMES, READ
from nianbao.errors import DataError
from nianbao.figures.quantity import Quantity

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from nianbao.data.dataset import Dataset

#: The first font of seaborn's themes, and the weights that text is set in.
THEME_FONT = "Arial"
REGULAR = 400
BOLD = 700


class Speaker(Protocol):
    """Who says prose: a chapter."""

    year: int
    place: str

    def prose(self, template: str, names: Mapping[str, Any]) -> None:
        """Show a paragraph."""


class Source(Protocol):
    """Who reads data: a chapter, an edition, or an audit of a later year."""

    @property
    def data(self) -> Dataset:
        """The data that are read."""


class Waiting(Protocol):
    """A table or a chart that was made in the cell that runs, and is not shown yet."""

    def show(self) -> None:
        """Show it."""


class Desk:
    """What one notebook is offered, whoever serves it: `waiting` are its outputs of this cell that are not shown yet.

    Outputs are shown when the cell has run, in the order they were made; what is shown at once (prose), and the last
    expression of a cell, shows those made before first.
    """

    def __init__(self, shell: InteractiveShell):
        self.shell = shell
        self.speaker: Speaker | None = None
        self.waiting: list[Waiting] = []
        self._sources: list[Source] = []
        self._said = 0
        register: Any = shell.register_magic_function
        register(lambda line, cell: self._prose(cell), "cell", "prose")
        formatter = shell.display_formatter
        if formatter is not None:
            formatter.formatters["text/html"].for_type(Quantity, looks.named_quantity)
        shell.events.register("pre_execute", keep_fonts)
        shell.events.register("post_execute", keep_fonts)
        shell.events.register("post_run_cell", self._after_cell)

    def _prose(self, cell: str) -> None:
        """`%%prose`: a paragraph of the last chapter that was opened."""
        if self.speaker is None:
            raise DataError("写文字要先有一章：from nianbao import Chapter，然后 ch = Chapter(章号, year)")
        self.speaker.prose(cell, self.shell.user_ns)

    def take_in(self, source: Source, tells_reading: bool) -> None:
        """Serve a chapter or an edition; `tells_reading` as in the session."""
        if tells_reading:
            self._sources.append(source)

    def name(self, speaker: Speaker) -> None:
        """Tell the runner what the chapter is about: headings are Markdown, which nobody executes."""
        names = {"year": str(speaker.year), "place": speaker.place}
        display({"text/plain": ""}, raw=True, metadata={NAMES: names})

    def _after_cell(self, _: Any) -> None:
        """Show what waits, then tell the runner which data files the notebook has looked at."""
        self.show_before(None)
        looked = {name for source in self._sources for name in source.data.folder.looked}
        if len(looked) > self._said:
            self._said = len(looked)
            display({"text/plain": ""}, raw=True, metadata={READ: sorted(looked)})

    def clear(self) -> None:
        """Forget the notebook before."""
        self.speaker = None
        self.waiting.clear()
        self._sources.clear()
        self._said = 0

    def show_before(self, output: Waiting | None) -> None:
        """Show what waits and was made before an output, which does not wait any more; all that waits for None."""
        while self.waiting:
            first = self.waiting.pop(0)
            if first is output:
                return
            first.show()


_desks: WeakKeyDictionary[InteractiveShell, Desk] = WeakKeyDictionary()


def desk() -> Desk | None:
    """The desk of the notebook that runs; None where none does."""
    running = get_ipython()
    if running is None:
        return None
    if running not in _desks:
        _desks[running] = Desk(running)
    return _desks[running]


def begin_anew() -> None:
    """Forget the notebook that this kernel has executed before: its names, its numbers of cells, its outputs."""
    running = get_ipython()
    if running is None:
        return
    running.reset()
    if running in _desks:
        _desks[running].clear()


def serve(source: Source, handed: session.Session, speaker: Speaker | None = None) -> None:
    """Offer a chapter (which is a `speaker`) or an edition in the notebook that runs, if one does."""
    here = desk()
    if here is None:
        return
    here.take_in(source, handed.tells_reading)
    keep_fonts()
    if speaker is None:
        return
    here.speaker = speaker
    if session.handed_over() is not None:
        here.name(speaker)


# -- fonts -------------------------------------------------------------------------------------------------------------
def use_fonts() -> None:
    """Have matplotlib and seaborn draw Chinese: their default font becomes that of the book's charts.

    `seaborn.set_theme()` puts the default back to a list that begins with THEME_FONT, and whatever seaborn lays out in
    the same cell is measured with it; so matplotlib knows the font of the charts by that name as well.
    """
    from matplotlib import font_manager, rcParams

    from nianbao.charts.style import FONT, FONT_FILE

    known = font_manager.fontManager
    if not any(each.fname == str(FONT_FILE) and each.name == THEME_FONT for each in known.ttflist):
        for weight in (REGULAR, BOLD):
            known.ttflist.insert(
                0,
                font_manager.FontEntry(
                    fname=str(FONT_FILE),
                    name=THEME_FONT,
                    style="normal",
                    variant="normal",
                    weight=weight,
                    stretch="normal",
                    size="scalable",
                ),
            )
        known.addfont(FONT_FILE)  # which also forgets what was looked up before
    rcParams["axes.unicode_minus"] = True
    others = [name for name in rcParams["font.sans-serif"] if name != FONT]
    rcParams["font.sans-serif"] = [FONT, *others]
    rcParams["font.family"] = ["sans-serif"]


def keep_fonts() -> None:
    """The same, before and after each cell: `seaborn.set_theme()` puts the font back to one without Chinese."""
    if "matplotlib.font_manager" in sys.modules:
        use_fonts()
