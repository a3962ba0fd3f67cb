"""The stock way and ours side by side in one run: medians, spread and ratios.

    .venv/bin/python benchmarks/compare.py [--runs 5] [--beside FOLDER]

- stock execution: the papermill command, once a page, in a loop: the chapters, and the notebook of a region for each
  region
- our execution: `nianbao run` (kernels forked from a preloaded process, as many at a time as there are cores)
- stock edition: that loop followed by `jupyter-book build`; our edition: `nianbao build`
- floor of an edition: drawing all charts in one process, plus Sphinx on executed notebooks
- with `--beside`: our execution and our edition of an older version
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from programs import ROOT, Program, against_before, line, options, programs, ratios

from nianbao.build.edition import Edition
from nianbao.build.job import Job

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


def pages() -> list[Job]:
    """The pages that an edition executes, the same for both ways: its chapters, and one for each region.

    The pages of indicators, which need no kernel, are made by ours alone.
    """
    edition = Edition.open(root=ROOT)
    return edition.jobs(edition.target)


def stock(program: Program, folder: Path, jobs: list[Job]) -> tuple[float, float]:
    """Seconds of the papermill loop over some pages and of `jupyter-book build` behind it, in an empty folder."""
    for name in ("book", "data", "_toc.yml", "_config.yml"):
        source = program.root / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    (folder / "notebooks").mkdir()
    loop = 0.0
    for job in jobs:
        words = [word for key, value in job.parameters.items() for word in parameter(key, value)]
        source = program.root / "notebooks" / job.source.name
        loop += program.timed([BIN / "papermill", source, folder / "notebooks" / f"{job.name}.ipynb", *words])
    config = folder / "_config.yml"
    text = config.read_text("utf-8").replace("execute_notebooks: force", 'execute_notebooks: "off"')
    config.write_text(text, "utf-8")
    return loop, program.timed([BIN / "jupyter-book", "build", folder])


def parameter(name: str, value: object) -> tuple[str, str, str]:
    """A parameter as words of the papermill command; a text stays one, though it looks like a number."""
    return ("-r" if isinstance(value, str) else "-p", name, str(value))


def drawing(program: Program) -> float:
    """Seconds that drawing all charts takes in one process."""
    done = subprocess.run(
        [program.python, "-c", DRAW],
        cwd=program.root,
        env=program.environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return float(done.stdout)


def main() -> None:
    """All runs, then medians and ratios of the same run."""
    given = options(__doc__).parse_args()
    jobs = pages()
    stocks: list[tuple[float, float]] = []
    drawn: list[float] = []
    runs: dict[str, list[float]] = {}
    builds: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        versions = programs(Path(folder), given.beside)
        ours = versions[0]
        for _ in range(given.runs):
            with tempfile.TemporaryDirectory() as other:
                stocks.append(stock(ours, Path(other), jobs))
            for version in versions:
                runs.setdefault(version.name, []).append(version.nianbao("run", "--fresh"))
                builds.setdefault(version.name, []).append(version.nianbao("build", "--fresh"))
            drawn.append(drawing(ours))
            last = {"stock": stocks[-1], "drawing": drawn[-1]}
            last |= {name: (runs[name][-1], builds[name][-1]) for name in runs}
            print(json.dumps(last), f"load {os.getloadavg()[0]:.1f}", flush=True)
    loops = [loop for loop, _ in stocks]
    editions = [loop + sphinx for loop, sphinx in stocks]
    floors = [each + sphinx for each, (_, sphinx) in zip(drawn, stocks, strict=True)]
    line("stock execution, papermill in a loop", loops)
    line("our execution, nianbao run", runs["ours"])
    line("stock edition, loop and jupyter-book build", editions)
    line("our edition, nianbao build", builds["ours"])
    line("floor: charts and Sphinx", floors)
    ratios("execution, stock / ours", loops, runs["ours"])
    ratios("edition, stock / ours", editions, builds["ours"])
    ratios("edition, ours / floor", builds["ours"], floors)
    against_before("execution", runs)
    against_before("edition", builds)


if __name__ == "__main__":
    main()
