"""The stock way and ours side by side in one run: medians, spread and ratios.

    .venv/bin/python benchmarks/compare.py [--runs 5]

- stock execution: the papermill command, once a notebook, in a loop
- our execution: `nianbao run` (kernels forked from a preloaded process, as many at a time as there are cores)
- stock edition: that loop followed by `jupyter-book build`; our edition: `nianbao build`
- floor of an edition: drawing all charts in one process, plus Sphinx on executed notebooks
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

DRAW = """
import json, sys, time
from nianbao import charts
spent = [0.0]
def timed(function):
    def inner(*args, **kwargs):
        start = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            spent[0] += time.perf_counter() - start
    inner.__wrapped__ = function
    return inner
for name in ("lines", "bars", "flows", "parts", "stacked", "ranking", "dumbbell", "tilemap", "to_svg"):
    setattr(charts, name, timed(getattr(charts, name)))
from nianbao.build.edition import Edition  # chapters take the drawings as they are when they are imported
from nianbao.chapter import show
show.display = lambda *args, **kwargs: None
edition = Edition.open()
for job in edition.jobs(edition.target):
    names = {}
    for cell in json.loads(job.source.read_text("utf-8"))["cells"]:
        code = "".join(cell["source"])
        if cell["cell_type"] != "code":
            continue
        if code.startswith("%%prose"):
            names["ch"].prose(code[8:], names)
            continue
        exec(code, names)
        if "parameters" in cell["metadata"].get("tags", []):
            names.update(job.parameters)
print(spent[0])
"""


def asked(about: str) -> tuple[int, dict[str, dict]]:
    """How many runs the command line asks for, and the parameters of every chapter."""
    options = argparse.ArgumentParser(description=about.splitlines()[0])
    options.add_argument("--runs", type=int, default=5)
    from nianbao.build.edition import Edition

    edition = Edition.open()
    return options.parse_args().runs, {name: edition.parameters(name) for name in edition.chapters()}


def timed(command, **options) -> float:
    """Seconds a command takes; it must succeed."""
    start = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    return time.monotonic() - start


def stock(folder: Path, parameters: dict[str, dict]) -> tuple[float, float]:
    """Seconds of the papermill loop and of `jupyter-book build` behind it."""
    for name in ("book", "_toc.yml", "_config.yml"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    (folder / "notebooks").mkdir()
    loop = 0.0
    for name, chosen in parameters.items():
        options = [word for key, value in chosen.items() for word in ("-p", key, str(value))]
        loop += timed(
            [BIN / "papermill", ROOT / "notebooks" / f"{name}.ipynb", folder / "notebooks" / f"{name}.ipynb", *options]
        )
    config = folder / "_config.yml"
    config.write_text(
        config.read_text("utf-8").replace("execute_notebooks: force", 'execute_notebooks: "off"'), "utf-8"
    )
    return loop, timed([BIN / "jupyter-book", "build", folder])


def line(words: str, values: list[float], unit="s") -> None:
    """Median and spread of the runs."""
    print(f"{words:<44}{statistics.median(values):8.2f} {unit}   {min(values):.2f} to {max(values):.2f}", flush=True)


def main() -> None:
    """All runs, then medians and ratios of the same run."""
    runs, parameters = asked(__doc__)
    rows = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            loop, sphinx = stock(Path(folder), parameters)
        ours = timed([BIN / "nianbao", "run", "--fresh"], cwd=ROOT)
        build = timed([BIN / "nianbao", "build", "--fresh"], cwd=ROOT)
        drawing = float(
            subprocess.run([sys.executable, "-c", DRAW], check=True, capture_output=True, text=True, cwd=ROOT).stdout
        )
        rows.append((loop, sphinx, ours, build, drawing))
        print(json.dumps([round(each, 2) for each in rows[-1]]), flush=True)
    loop, sphinx, ours, build, drawing = zip(*rows, strict=True)
    line("stock execution, papermill in a loop", loop)
    line("our execution, nianbao run", ours)
    line("stock edition, loop and jupyter-book build", [a + b for a, b in zip(loop, sphinx, strict=True)])
    line("our edition, nianbao build", build)
    line("floor: charts and Sphinx", [a + b for a, b in zip(drawing, sphinx, strict=True)])
    line("execution, stock / ours", [a / b for a, b in zip(loop, ours, strict=True)], "x")
    line("edition, stock / ours", [(a + b) / c for a, b, c in zip(loop, sphinx, build, strict=True)], "x")
    line("edition, ours / floor", [c / (a + b) for a, b, c in zip(drawing, sphinx, build, strict=True)], "x")


if __name__ == "__main__":
    main()
