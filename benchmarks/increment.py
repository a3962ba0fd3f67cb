"""One figure corrected: `nianbao build` from what is still good, beside a full build the stock way.

    .venv/bin/python benchmarks/increment.py [--runs 5] [--beside FOLDER] [--no-stock]

Works in a copy of the project under a temporary folder. Each run corrects the number of insured of one scheme, builds,
and proves that the new figure stands on the page, in the overview, in the audit and in the downloads, and that the old
one is nowhere left there.
"""

import os
import re
import tempfile
from pathlib import Path

from compare import pages, stock
from programs import Program, against_before, line, options, programs, ratios

FIGURES = {
    "unemployment": ("03-unemployment", "unemployment.insured"),
    "pension": ("01-pension", "pension.enterprise.insured"),
}


def correct(path: Path, code: str) -> tuple[str, str]:
    """Change the last digit of the whole's figure; returns what stood there and what stands there now."""
    text = path.read_text("utf-8")
    old = re.search(rf"^{code},640000,([\d.]+),", text, re.M)[1]
    new = old[:-1] + str((int(old[-1]) + 1) % 10)
    path.write_text(text.replace(f"{code},640000,{old},", f"{code},640000,{new},"), "utf-8")
    return old, new


def prove(made: Path, chapter: str, code: str, old: str, new: str) -> None:
    """AssertionError unless the new figure is everywhere and the old one nowhere."""
    places = [made / "html" / "notebooks" / f"{chapter}.html", made / "html" / "notebooks" / "00-overview.html"]
    for place in places:
        shown = set(re.findall(rf'value="([\d.]+)" data-q="{re.escape(code)}:640000:2025"', place.read_text("utf-8")))
        assert shown == {new}, (place, shown)
    files = [
        made / "facts.csv",
        made / "audit.csv",
        next(made.glob("html/downloads/*-facts.csv")),
        next(made.glob("html/downloads/*-sdmx.csv")),
    ]
    for file in files:
        named = code.replace(".", "-") if file.name.endswith("-sdmx.csv") else code  # SDMX allows no points in a code
        lines = file.read_text("utf-8-sig").splitlines()
        rows = [row for row in lines if named in row and "640000" in row and "2025" in row]
        assert any(new in row.split(",") for row in rows), file
        assert not any(f"{code}:640000:2025" == row.split(",")[0] and old in row.split(",") for row in rows), file


def corrected(version: Program, part: str) -> float:
    """Seconds of a build once a figure of the part is corrected, proved to have gone everywhere."""
    chapter, code = FIGURES[part]
    old, new = correct(version.observations(2025) / f"{part}.csv", code)
    seconds = version.nianbao("build")
    prove(version.root / "_build" / "2025", chapter, code, old, new)
    return seconds


def main() -> None:
    """All runs, then medians and ratios of the same run."""
    asked = options(__doc__)
    asked.add_argument("--no-stock", action="store_true", help="leave the stock way out")
    given = asked.parse_args()
    full: list[float] = []
    nothing: dict[str, list[float]] = {}
    parts: dict[str, dict[str, list[float]]] = {part: {} for part in FIGURES}
    with tempfile.TemporaryDirectory() as folder:
        versions = programs(Path(folder), given.beside)
        for version in versions:
            version.nianbao("build")
        for _ in range(given.runs):
            if not given.no_stock:
                with tempfile.TemporaryDirectory() as other:
                    full.append(sum(stock(versions[0], Path(other), pages())))
            for version in versions:
                nothing.setdefault(version.name, []).append(version.nianbao("build"))
                for part, known in parts.items():
                    known.setdefault(version.name, []).append(corrected(version, part))
            last = {name: [nothing[name][-1], *(known[name][-1] for known in parts.values())] for name in nothing}
            print(full[-1:], last, f"load {os.getloadavg()[0]:.1f}", flush=True)
    if full:
        line("stock edition, loop and jupyter-book build", full)
    line("ours, nothing changed", nothing["ours"])
    against_before("nothing changed", nothing)
    for part, known in parts.items():
        line(f"ours, one figure of {part} corrected", known["ours"])
        if full:
            ratios("stock / ours", full, known["ours"])
        against_before(f"one figure of {part} corrected", known)


if __name__ == "__main__":
    main()
