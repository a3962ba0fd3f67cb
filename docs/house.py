"""The rooms of the program as they are: which module imports which, read from the code, and a picture of it.

Imports that only a type checker sees, and those made when they are needed, count as all others.
"""

from __future__ import annotations

import ast
from functools import cache
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "nianbao"
#: Folders of the package that hold content to be copied, not code of the program.
CONTENT = ("starter",)
#: Sizes of the picture, in pixels.
ROOM_WIDTH = 232
ROOM_GAP = 24
LINE = 17
FLOOR_GAP = 54
MARGIN = 16


def modules() -> dict[str, Path]:
    """Every module by its name behind `nianbao.`; the first page of a room has the name of the room."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if set(parts) & set(CONTENT):
            continue
        if parts[-1] == "__init__":
            parts = parts[:-1]
        if parts:
            found[".".join(parts)] = path
    return found


@cache
def imports() -> dict[str, frozenset[str]]:
    """Module -> modules of the program that it imports."""
    paths = modules()
    found = {}
    for name, path in paths.items():
        used = set()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                used |= {each.name for each in node.names}
            elif isinstance(node, ast.ImportFrom):
                home = absolute(name, path, node)
                used |= {home} | {f"{home}.{each.name}" for each in node.names}
        known = {each.removeprefix("nianbao.") for each in used if each.startswith("nianbao.")}
        found[name] = frozenset((known & set(paths)) - {name})
    return found


def absolute(name: str, path: Path, node: ast.ImportFrom) -> str:
    """The module that a `from … import` names."""
    if not node.level:
        return node.module or ""
    package = ["nianbao", *name.split(".")]
    up = node.level if path.stem != "__init__" else node.level - 1
    home = package[: len(package) - up]
    return ".".join([*home, node.module] if node.module else home)


def room_of(name: str) -> str:
    """The room a module stands in; one without a room is its own."""
    return name.split(".")[0]


@cache
def rooms() -> dict[str, frozenset[str]]:
    """Room -> rooms it imports from."""
    found: dict[str, set[str]] = {}
    for name, used in imports().items():
        found.setdefault(room_of(name), set()).update(room_of(each) for each in used)
    return {room: frozenset(used - {room}) for room, used in found.items()}


def level(room: str) -> int:
    """The floor a room is drawn on: its own; one that rests on next to nothing, right below those that need it."""
    above = [each for each, used in rooms().items() if room in used]
    return floor(room) if floor(room) > 1 or not above else min(map(level, above)) - 1


def floor(room: str, below: tuple[str, ...] = ()) -> int:
    """The floor a room stands on: one above the highest room it imports. ValueError for a circle."""
    if room in below:
        raise ValueError(f"rooms import each other in a circle: {' -> '.join([*below, room])}")
    return 1 + max((floor(each, (*below, room)) for each in rooms()[room]), default=-1)


def reaches(room: str) -> set[str]:
    """All rooms that a room needs, near and far."""
    return {far for each in rooms()[room] for far in {each, *reaches(each)}}


def owns(room: str) -> str:
    """The first sentence of a room's first page."""
    path = modules()[room]
    return (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").split("\n")[0]


def lines_of(room: str) -> list[str]:
    """The modules of a room, a line each; those of a part of it after its name."""
    names = [name.split(".")[1:] for name in modules() if room_of(name) == room and name != room]
    parts = {name[0] for name in names if len(name) > 1}
    alone = [name[0] for name in names if len(name) == 1 and name[0] not in parts]
    lines = wrapped("", alone)
    for part in sorted(parts):
        lines += wrapped(f"{part}/ ", [name[1] for name in names if name[0] == part and len(name) > 1])
    return lines


def wrapped(lead: str, names: list[str], room: int = 29) -> list[str]:
    """Names in lines of at most `room` characters."""
    lines: list[str] = []
    line = lead
    for name in names:
        if len(line) + len(name) > room and line.strip():
            lines.append(line.rstrip())
            line = "  "
        line += f"{name} "
    return [*lines, line.rstrip()] if line.strip() else lines


def picture() -> str:
    """The rooms as SVG, each above those it imports from; arrows that others imply are left out."""
    floors: dict[int, list[str]] = {}
    for room in rooms():
        floors.setdefault(level(room), []).append(room)
    widest = max(map(len, floors.values()))
    width = widest * (ROOM_WIDTH + ROOM_GAP) - ROOM_GAP + 2 * MARGIN
    tall = {at: max(30 + LINE * len(lines_of(room)) for room in names) for at, names in floors.items()}
    places: dict[str, tuple[float, float, float]] = {}  # middle, top, height
    top = float(MARGIN)
    for storey in sorted(floors, reverse=True):
        names = sorted(floors[storey])
        left = (width - len(names) * (ROOM_WIDTH + ROOM_GAP) + ROOM_GAP) / 2
        for at, room in enumerate(names):
            places[room] = (left + at * (ROOM_WIDTH + ROOM_GAP) + ROOM_WIDTH / 2, top, tall[storey])
        top += tall[storey] + FLOOR_GAP
    height = top - FLOOR_GAP + MARGIN
    arrows = []
    for room, used in rooms().items():
        for each in sorted(used - {far for one in used for far in reaches(one)}):
            arrows.append(arrow(places[room], places[each]))
    boxes = [box(room, *places[room]) for room in sorted(places)]
    style = (
        "svg{background:#fff}path{fill:none;stroke:#6b7785;stroke-width:1.4}rect{fill:#e8f0f8;stroke:#3b6ea5}"
        "text{font:11.5px ui-monospace,monospace;fill:#234}.room{font:bold 14px sans-serif;fill:#123}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f'aria-label="Rooms of nianbao, each above those it imports from"><style>{style}</style>\n'
        + "\n".join(arrows + boxes)
        + "\n</svg>\n"
    )


def arrow(start: tuple[float, float, float], end: tuple[float, float, float]) -> str:
    """A line from the foot of a room to the head of one below."""
    x, top, height = start
    foot = top + height
    to_x, to_y, _ = end
    bend = (to_y - foot) / 2
    return (
        f'<path d="M{x:.0f} {foot:.0f}C{x:.0f} {foot + bend:.0f} {to_x:.0f} {to_y - bend:.0f} {to_x:.0f} {to_y:.0f}"/>'
    )


def box(room: str, middle: float, top: float, height: float) -> str:
    """A room with its modules."""
    left = middle - ROOM_WIDTH / 2
    words = "".join(
        f'<text x="{left + 10:.0f}" y="{top + 38 + LINE * at:.0f}" xml:space="preserve">{escape(line)}</text>'
        for at, line in enumerate(lines_of(room))
    )
    name = f'<text class="room" x="{left + 10:.0f}" y="{top + 19:.0f}">{room}</text>'
    return (
        f'<g><title>{escape(owns(room))}</title><rect x="{left:.0f}" y="{top:.0f}" width="{ROOM_WIDTH}" '
        f'height="{height:.0f}" rx="6"/>{name}{words}</g>'
    )
