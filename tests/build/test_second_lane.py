"""The second lane: the same book by current Sphinx and myst-nb, without Jupyter Book, which ends with Sphinx 7.

What `docs/release.md` says of moving over is done here, step by step; pages are held against those of the first lane.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from importlib.metadata import version
from pathlib import Path

import pytest

from nianbao.output.web import framed
from tests.support.projects import Project, environment

pytestmark = pytest.mark.long
#: What takes the place of Jupyter Book, in its newest version.
CURRENT = ("sphinx", "myst-nb", "myst-parser", "sphinx-external-toc")
EXTENSIONS = ["myst_nb", "sphinx_external_toc", "nianbao.output.web.extension"]
#: Settings of what comes with Jupyter Book only.
GONE = re.compile("(use_jupyterbook_latex|use_multitoc_numbering|comments_config|latex_engine) = ")
#: What `nianbao build` lays beside the pages in either lane, and what Sphinx writes for itself.
BESIDE = ("downloads", "facts", "indicator", "manifest.json", "SHA256SUMS")
#: The frame that pages of indicators are laid in, which `nianbao build` takes away.
FRAME = "frame.html"
OWN = (".doctrees", ".buildinfo", ".data-version", "jupyter_execute")


def run(*command: str | Path, root: Path) -> str:
    """Run a command with the program of `root`; returns what it said, and fails where it failed."""
    done = subprocess.run(
        [str(each) for each in command], env=environment(root), capture_output=True, text=True, timeout=1200
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def python(tmp_path_factory) -> Path:
    """Python of an environment of its own: current Sphinx before the packages of this one."""
    folder = tmp_path_factory.mktemp("lane") / "venv"
    venv.create(folder, with_pip=True)
    found = next(path for path in (folder / "bin" / "python", folder / "Scripts" / "python.exe") if path.exists())
    got = subprocess.run(
        [found, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *CURRENT],
        capture_output=True,
        text=True,
        timeout=900,
    )
    if got.returncode:
        pytest.skip(f"取不到现行的 Sphinx：{got.stderr.strip().splitlines()[-1:]}")
    said = run(found, "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])", root=folder)
    (Path(said.strip()) / "zz_first_lane.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", "utf-8")
    return found


def moved(source: Path) -> None:
    """The settings of a book as plain Sphinx reads them: what the docs tell to do."""
    path = source / "conf.py"
    lines = [line for line in path.read_text("utf-8").splitlines() if not GONE.match(line)]
    at = next(number for number, line in enumerate(lines) if line.startswith("extensions = "))
    lines[at] = f"extensions = {EXTENSIONS}"
    path.write_text("\n".join(lines) + "\n", "utf-8")


@pytest.fixture(scope="module")
def lane(book: Project, python: Path, tmp_path_factory) -> Path:
    """The pages of the second lane, from the executed notebooks of the first."""
    folder = tmp_path_factory.mktemp("pages")
    source = shutil.copytree(book.target / "src", folder / "src")
    command = Path(sys.executable).with_name("jupyter-book")
    run(command, "config", "sphinx", source, root=book.root)
    moved(source)
    said = run(
        python, "-m", "sphinx", "-b", "html", "-D", f"nianbao_data={book.root / 'data'}", source, folder / "html",
        root=book.root,
    )  # fmt: skip
    assert [line for line in said.splitlines() if "WARNING" in line] == []
    lay_regions(source / "notebooks", book.html / framed.REGIONS, folder / "html")
    return folder / "html"


def lay_regions(executed: Path, there: Path, html: Path) -> None:
    """Put the pages of regions into the frame that Sphinx has left in `html`, as `nianbao build` does."""
    names = sorted(path.stem for path in there.glob("region-*.html"))
    assert names
    pages = framed.region_pages(executed, names)
    framed.write(html, framed.REGIONS, (each.page for each in pages), framed.CONTENTS)


def files(folder: Path, *but: str) -> dict[str, bytes]:
    """The files of a site by their paths, those in some folders left out."""
    found = (path for path in folder.rglob("*") if path.is_file())
    known = {path.relative_to(folder): path for path in found}
    return {name.as_posix(): path.read_bytes() for name, path in known.items() if name.parts[0] not in but}


def test_it_is_a_newer_sphinx_and_no_jupyter_book(python, lane, book):
    newer = run(python, "-c", "import sphinx; print(sphinx.__version__)", root=book.root).strip()
    assert int(newer.partition(".")[0]) > int(version("sphinx").partition(".")[0])
    assert "jupyter_book" not in (lane.parent / "src" / "conf.py").read_text("utf-8").partition("extensions =")[2]


def test_every_page_of_the_book_is_there_and_the_same(lane, book):
    first = files(book.html, *BESIDE, *OWN)
    second = files(lane, *OWN)
    assert len([name for name in first if name.endswith(".html")]) >= 20
    assert sorted(set(first) - set(second)) == []
    assert [name for name in first if first[name] != second[name]] == []


def test_more_than_the_first_lane_has_is_only_what_sphinx_writes_for_itself(lane, book):
    more = set(files(lane, *OWN)) - set(files(book.html, *BESIDE, *OWN))
    assert {name for name in more if not name.endswith(FRAME)} == set()
