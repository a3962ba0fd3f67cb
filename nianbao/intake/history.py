"""What earlier intakes of a year changed: where a figure that stands came from, and what it replaced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nianbao.intake.changes import Subject


@dataclass(frozen=True)
class Step:
    """A change that an earlier intake made: from `old` to `new`, at `time`, said by the cell `where` of `file`."""

    old: str
    new: str
    time: str
    file: str
    where: str


class History:
    """The steps of each figure, text and revision, oldest first; `intakes` are the records of intakes that stand."""

    def __init__(self, intakes: Iterable[Mapping] = ()):
        self._steps: dict[Subject, list[Step]] = {}
        for intake in intakes:
            for change in intake["changes"]:
                step = Step(change["old"], change["new"], intake["time"], change["file"], change["where"])
                self._steps.setdefault(tuple(change["subject"]), []).append(step)

    def told(self, subject: Subject, stands: str) -> str:
        """Where what stands came from, in words; nothing where no intake brought it."""
        steps = self._steps.get(subject)
        if not steps or steps[-1].new != stands:
            return ""
        return f"{steps[-1].where}，{steps[-1].time}读入"

    def replaced(self, subject: Subject, said: str) -> Step | None:
        """The last step that replaced what is `said` by something else; None where that never stood."""
        found = [step for step in self._steps.get(subject, ()) if step.old == said and said]
        return found[-1] if found else None
