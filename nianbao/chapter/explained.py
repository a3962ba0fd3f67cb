"""What an edition says beneath a table of figures that do not agree for a good reason."""

from __future__ import annotations

from collections.abc import Iterable

from nianbao.audit.naming import level_name
from nianbao.chapter.material import Material
from nianbao.data.catalogue import Catalogue
from nianbao.data.explanations import Explanation
from nianbao.data.keys import Key
from nianbao.figures.ids import FigureId


def notes_on(material: Material, figures: Iterable[FigureId]) -> list[str]:
    """A note for each explained difference that is about one of the `figures` of a table, each once."""
    if not material.data.explanations:
        return []
    notes: dict[str, str] = {}
    for figure in figures:
        if figure.key.indicator in material.data.catalogue.indicators:
            for each in material.audit.explaining.shown_at(figure.key):
                notes.setdefault(each.place, note(material.data.catalogue, each, figure.key))
    return list(notes.values())


def note(catalogue: Catalogue, explanation: Explanation, key: Key) -> str:
    """The note on an explained difference: what it is about, since when, which kind, and why."""
    about = catalogue.indicators[key.indicator]
    subject = level_name(catalogue, key)
    if explanation.item and not explanation.indicator:
        subject = catalogue.item(about, key.item).name
    elif explanation.indicator and not explanation.item:
        subject = about.name
    return f"{subject}{explanation.words.rstrip('。')}。"
