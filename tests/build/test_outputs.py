"""What the book would not show stops the build, with notebook and cell; typed figures stop build and check."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from nianbao.build.check import typed_numbers
from nianbao.build.edition import Edition
from nianbao.build.engine import Execution, execute
from nianbao.build.job import Job
from nianbao.build.processes import Processes
from nianbao.build.typed import refuse, typed
from nianbao.chapter.record import MIME
from nianbao.errors import DataError, explained, refuse_second_run
from nianbao.settings import FORKED, STOCK, Limits
from tests.support.projects import ROOT, YEAR
from tests.support.selection import long_but

HIDDEN = ["remove-cell"]
SETUP = (
    "from nianbao import Chapter, Edition, charts\nimport matplotlib.pyplot as plt\nimport seaborn as sns\n"
    "ch = Chapter('9', year)\nf = ch.f\ninsured = f('unemployment.insured')"
)


def notebook(path: Path, *cells: str | tuple[str, list[str]]) -> Path:
    """A notebook of a title, its parameters, a set-up, and cells, each with or without tags."""
    pairs = [cell if isinstance(cell, tuple) else (cell, []) for cell in ((SETUP, HIDDEN), *cells)]
    made = [
        nbformat.v4.new_markdown_cell("# 试验"),
        nbformat.v4.new_code_cell(f"year = {YEAR}", metadata={"tags": ["parameters", *HIDDEN]}),
        *(nbformat.v4.new_code_cell(source, metadata={"tags": tags}) for source, tags in pairs),
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=made, metadata=kernel), path)
    return path


@pytest.fixture(scope="module")
def processes(tmp_path_factory: pytest.TempPathFactory):
    """Where kernels are forked."""
    with Processes(FORKED, tmp_path_factory.mktemp("kernels") / "log") as made:
        yield made


def executed(path: Path, processes: Processes) -> list[dict]:
    """The outputs of the notebook once it was executed."""
    session = Edition.open(YEAR, root=ROOT).session
    target = path.with_suffix(".done.ipynb")
    execute(Job(path, target, {"year": YEAR}), Execution(session, Limits(), processes.kernels()))
    return [output for cell in nbformat.read(target, 4).cells for output in cell.get("outputs", [])]


@pytest.mark.parametrize(
    "cell, said",
    long_but(
        [
            ("print('你好')", "打印的文字“你好”.*%%prose"),
            ("plt.plot([1, 2])\nplt.show()", r"图；请用 ch\.figure"),
            ("sns.scatterplot(x=[1], y=[2])", r"图；请用 ch\.figure"),
            ("fig, ax = plt.subplots()\nax.plot([1, 2]);", r"图；请用 ch\.figure"),
            ("ch.frame('unemployment.insured')", r"DataFrame；请用 ch\.table"),
            ("import warnings\nwarnings.warn('小心')", "警告“UserWarning: 小心”"),
            ("insured", ".*失业保险参保人数.*%%prose"),
            (
                "from IPython.display import display\n"
                "display({'application/vnd.jupyter.widget-view+json': {}, 'text/plain': 'W'}, raw=True)",
                "小部件",
            ),
        ],
        0,
    ),
)
def test_an_output_that_the_book_would_drop_is_told_with_its_cell(tmp_path, processes, cell, said):
    path = notebook(tmp_path / "01-lost.ipynb", "ch.table('表', ['甲', '乙'], [['丙', insured]])", cell)
    with pytest.raises(DataError, match=rf"01-lost\.ipynb：第5格的输出进不了书：{said}") as error:
        executed(path, processes)
    assert "remove-cell" in str(error.value)
    assert not path.with_suffix(".done.ipynb").exists()


@pytest.mark.long
@pytest.mark.parametrize("kind", [FORKED, STOCK])
def test_what_readers_do_not_see_may_hold_anything(tmp_path, kind):
    cells = [
        ("print('你好')\nplt.plot([1, 2])\nplt.show()", HIDDEN),
        ("table = ch.table('表', ['甲', '乙'], [['丙', insured]])", HIDDEN),
        "table",
        "frame = ch.frame('unemployment.recipients', by='region', years=year)\n"
        "ch.figure(sns.barplot(frame, y='region', x='value'), '领取人数', data=frame)",
    ]
    with Processes(kind, tmp_path / "log") as processes:
        outputs = executed(notebook(tmp_path / "01-seen.ipynb", *cells), processes)
    labels = [output["data"][MIME]["label"] for output in outputs if MIME in output.get("data", {})]
    assert labels == ["表9-1", "图9-1"]


def test_a_table_is_shown_once(tmp_path, processes):
    path = notebook(tmp_path / "01-twice.ipynb", "t = ch.table('表', ['甲', '乙'], [['丙', insured]])", "t")
    with pytest.raises(DataError, match="表9-1在第4格和第5格各显示一次"):
        executed(path, processes)


# -- typed figures -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "cell, words",
    [
        ("%%prose\n参保132.58万人，{{ insured | change }}。", "参保132.58万人"),
        ("%%prose\n{{ 132.58 }}万人", "132.58"),
        ("%%prose\n{{ '132.58' }}万人", "'132.58'"),
        ("%%prose\n共３人", "共３人"),
        ("ch.table('2025年参保', ['甲'], [['乙']])", "2025年参保"),
        ("%load_ext nianbao\nch.trend('参保', {'参保': insured}, 2020, notes=['约132万人'])", "约132万人"),
    ],
)
def test_a_typed_figure_is_found(tmp_path, cell, words):
    path = notebook(tmp_path / "01-typed.ipynb", cell)
    (found,) = typed(path)
    assert found.cell == 4 and words in f"{found}"
    with pytest.raises(DataError, match=r"01-typed\.ipynb，第4格"):
        refuse([path])


@pytest.mark.parametrize(
    "cell",
    [
        "%%prose\n{{ insured | since(2020) }}，占{{ f('x.y1', '640100') }}，抚养比2∶1",
        "ch.trend(f'{year}年参保', {'参保': insured}, 2020, color='#123456')",
        "figure, axes = plt.subplots(figsize=(6.8, 4))",
        "%%prose\n{{ broken",
        "def broken(:",
    ],
)
def test_what_is_no_typed_figure_is_not_told(tmp_path, cell):
    found = typed(notebook(tmp_path / "01-sound.ipynb", cell))
    assert [each.words for each in found if "∶" not in each.words] == []


def test_names_with_digits_are_listed_in_the_settings(tmp_path):
    path = notebook(tmp_path / "01-terms.ipynb", "%%prose\n拨打12333咨询。")
    assert typed(path) and not typed(path, ["12333"])
    assert typed_numbers(ROOT) == []


@pytest.mark.long
def test_build_and_check_refuse_a_typed_figure(project):
    path = project.root / "notebooks" / "07-documents.ipynb"
    known = nbformat.read(path, 4)
    known.cells.append(nbformat.v4.new_code_cell("%%prose\n共132.58万人。"))
    nbformat.write(known, path)
    for command in (("run", "--chapter", "07-documents"), ("check",)):
        done = project.nianbao(*command)
        assert done.returncode != 0 and "132.58万人" in done.stdout + done.stderr, command


# -- scripts -----------------------------------------------------------------------------------------------------------
SCRIPT = """
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from nianbao.build.building import Builder
from nianbao.build.edition import Edition

def make(year):
    Builder(Edition.open(year), print).run(Path("out"), "no-such-chapter")

with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
    list(pool.map(make, [2025]))
make(2025)
"""


def test_a_script_without_a_guard_is_told_so(tmp_path, monkeypatch):
    refuse_second_run()
    monkeypatch.setattr(multiprocessing.current_process(), "_inheriting", True, raising=False)
    with pytest.raises(DataError, match="__main__"):
        refuse_second_run()


@pytest.mark.long
def test_a_script_that_starts_itself_again_hears_why(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        SCRIPT.replace(
            "with Process", "import os\nif 'AGAIN' in os.environ: make(2025)\nos.environ['AGAIN'] = '1'\nwith Process"
        )
    )
    done = subprocess.run([sys.executable, script], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode and 'if __name__ == "__main__"' in done.stderr


def test_a_lost_process_of_a_script_may_be_one_without_a_guard(monkeypatch):
    from concurrent.futures.process import BrokenProcessPool

    monkeypatch.setattr("nianbao.errors.in_script", lambda: True)
    assert "__main__" in explained(BrokenProcessPool())
    monkeypatch.setattr("nianbao.errors.in_script", lambda: False)
    assert "__main__" not in explained(BrokenProcessPool())
