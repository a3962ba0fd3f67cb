"""One figure corrected: `nianbao build` from what is still good, beside a full build the stock way.

    .venv/bin/python benchmarks/increment.py [--runs 5]

Works in a copy of the project under a temporary folder. Each run corrects the number of insured of one scheme, builds,
and proves that the new figure stands on the page, in the overview, in the audit and in the downloads, and that the old
one is nowhere left there.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from compare import ROOT, asked, line, stock

PARTS = ("nianbao", "notebooks", "book", "data", "_toc.yml", "_config.yml", "requirements.lock")
FIGURES = {
    "unemployment": ("03-unemployment", "unemployment.insured"),
    "pension": ("01-pension", "pension.enterprise.insured"),
}


def nianbao(root: Path, *options: str) -> float:
    """Seconds of `nianbao build` in the copy."""
    start = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "nianbao.cli", "build", *options],
        cwd=root,
        check=True,
        stdout=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(root)},
    )
    return time.monotonic() - start


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
        rows = [
            row for row in file.read_text("utf-8-sig").splitlines() if code in row and "640000" in row and "2025" in row
        ]
        assert any(new in row.split(",") for row in rows), file
        assert not any(f"{code}:640000:2025" == row.split(",")[0] and old in row.split(",") for row in rows), file


def main() -> None:
    """All runs, then medians and ratios of the same run."""
    runs, parameters = asked(__doc__)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        root.mkdir()
        for name in PARTS:
            (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, root / name)
        nianbao(root)
        for _ in range(runs):
            with tempfile.TemporaryDirectory() as other:
                full = sum(stock(Path(other), parameters))
            row = [full, nianbao(root)]
            for part, (chapter, code) in FIGURES.items():
                old, new = correct(root / "data" / "observations" / "2025" / f"{part}.csv", code)
                row.append(nianbao(root))
                prove(root / "_build" / "2025", chapter, code, old, new)
            rows.append(row)
            print([round(each, 2) for each in row], f"load {os.getloadavg()[0]:.1f}", flush=True)
    full, nothing, *parts = zip(*rows, strict=True)
    line("stock edition, loop and jupyter-book build", full)
    line("ours, nothing changed", nothing)
    for name, each in zip(FIGURES, parts, strict=True):
        line(f"ours, one figure of {name} corrected", each)
        line("stock / ours", [a / b for a, b in zip(full, each, strict=True)], "x")


if __name__ == "__main__":
    main()
