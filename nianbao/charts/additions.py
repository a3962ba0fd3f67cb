"""What somebody has added to the axes of a drawing, so that its other form gets it as well."""

from __future__ import annotations

from copy import copy
from itertools import zip_longest

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D


class Additions:
    """Remembers the artists on the axes of a drawing as it was made."""

    def __init__(self, drawing: Figure):
        self.drawing = drawing
        self.before = {id(artist) for artist in drawing.findobj()}
        self.kept = list(drawing.findobj())  # so that no other object gets the id of one of them

    def add_to(self, other: Figure) -> bool:
        """Draw what was added since on the same axes of `other`; False where it holds what cannot be drawn there."""
        for axes, there in zip_longest(self.drawing.axes, other.axes):
            if axes is None or there is None:
                return False
            for artist in self.added(axes):
                line = as_line(artist, axes, there)
                if line is None:
                    return False
                there.add_line(line)
        added = [artist for artist in (*self.drawing.texts, *self.drawing.legends) if id(artist) not in self.before]
        return not added

    def added(self, axes: Axes) -> list[Artist]:
        """The artists that were added to axes."""
        found = [*axes.lines, *axes.patches, *axes.texts, *axes.collections, *axes.images]
        legend = axes.get_legend()
        return [each for each in [*found, *([legend] if legend else [])] if id(each) not in self.before]


def as_line(artist: Artist, axes: Axes, there: Axes) -> Line2D | None:
    """A line of some axes for others with the same data; None for what is no line."""
    if not isinstance(artist, Line2D):
        return None
    places = [
        (axes.transData, there.transData),
        (axes.get_xaxis_transform(which="grid"), there.get_xaxis_transform(which="grid")),
        (axes.get_yaxis_transform(which="grid"), there.get_yaxis_transform(which="grid")),
    ]
    place = next((theirs for ours, theirs in places if artist.get_transform() == ours), None)
    if place is None:
        return None
    made = Line2D(*artist.get_data(orig=True))
    made.update_from(copy(artist))
    made.set_transform(place)
    return made
