"""Booklets in bulk: what is to be done, local and elsewhere, failures set apart."""

from __future__ import annotations

import csv
import os
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import batch as benchmark
import nbformat
import pytest
from papermill.iorw import papermill_io
from programs import ROOT, Program

from nianbao import cli
from nianbao.build import batch
from nianbao.build.building import Way
from nianbao.build.edition import Edition
from nianbao.build.engine import save
from nianbao.build.job import Job
from nianbao.errors import DataError

#: This version, where it stands.
HERE = Program("here", ROOT, Path(sys.executable))
TWO_COUNTIES = "649000,虚拟649001县"


@pytest.fixture(scope="module")
def invented(tmp_path_factory) -> Path:
    """Data of the invented counties 649000 to 649002, two years."""
    folder = tmp_path_factory.mktemp("counties") / "data"
    benchmark.invent(HERE, folder, 3, 2)
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    """Rows of a summary."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize(
    "text, wanted",
    [
        ("2022", [2022]),
        ("2021, 2022", [2021, 2022]),
        ("2020-2022", [2020, 2021, 2022]),
        ("all", [2020, 2021, 2022]),
        ("2021-2022,2020", [2021, 2022, 2020]),
    ],
)
def test_years(text, wanted):
    assert batch.years(text, [2020, 2021, 2022]) == wanted


@pytest.mark.parametrize("text", ["x", "2022-2020", "２０２２", ""])
def test_what_is_no_year(text):
    with pytest.raises(DataError, match="不是年份"):
        batch.years(text, [2020, 2021, 2022])


@pytest.mark.parametrize(
    "args, word",
    [
        (["A4-county", "--years", "去年"], "去年"),
        (["A4-county", "--years", "1999"], "1999"),
        (["A9", "--years", "2022"], "A9"),
        (["A4-county", "--counties", "桃花源", "--years", "2022"], "桃花源"),
        (["A4-county", "--counties", "all", "--years", "2024"], "县级资料"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(args, word, capsys, tmp_path):
    assert cli.main(["batch", *args, "--into", str(tmp_path)]) == 2
    err = capsys.readouterr().err
    assert err.startswith("错误：") and word in err and err.count("\n") == 1


@pytest.mark.parametrize(
    "into, word",
    [
        ("data", "data"),
        ("data/observations/x", "data"),
        ("notebooks", "notebooks"),
        ("book/../book", "book"),
        ("_config.yml", "文件夹"),
        ("nix://bucket/x", "nix"),
        ("https://example.org/x", "https"),
    ],
)
def test_where_a_batch_cannot_go_is_said_before_anything_is_executed(into, word, capsys, monkeypatch):
    monkeypatch.setattr(batch, "run", lambda *args: pytest.fail("executed"))
    place = into if "://" in into else str(ROOT / into)
    assert cli.main(["batch", "01-pension", "--into", place]) == 2
    err = capsys.readouterr().err
    assert word in err and err.count("\n") == 1


def test_where_a_batch_goes():
    edition = Edition.open(None)
    assert batch.place_of(edition, None) == str(edition.place / "batch")
    assert batch.place_of(edition, "s3://bucket/x/") == "s3://bucket/x"
    assert batch.place_of(edition, "out/") == "out"


def test_each_county_of_each_year_is_a_notebook(invented):
    tasks = batch.plan(Edition.open(None, invented), ["A4-county"], "all", "2021-2022", "out")
    made = [(task.year, task.region, task.job.parameters["county"], str(task.job.target)) for task in tasks]
    assert len(made) == 2 * (3 + 1)  # the invented ones and the real one
    assert (2021, "649002", "649002", "out/2021/A4-county-649002.ipynb") in made


@pytest.mark.long
def test_counties_and_years_and_a_failure_set_apart(invented, tmp_path, capsys):
    path = invented / "observations" / "2022" / "counties" / "649001.csv"
    good = path.read_text("utf-8")
    path.write_text(good.replace("county.enterprise.insured,", "county.enterprise.nothing,", 1), "utf-8")
    try:
        code = cli.main(
            [
                "batch",
                "A4-county",
                "--counties",
                TWO_COUNTIES,
                "--years",
                "2021-2022",
                "--data",
                str(invented),
                "--into",
                str(tmp_path),
            ]
        )
    finally:
        path.write_text(good, "utf-8")
    found = rows(tmp_path / "summary.csv")
    assert code == 1 and [row["region"] for row in found] == ["649000", "649001"] * 2
    failed = rows(tmp_path / "failures.csv")
    assert [(row["region"], row["year"]) for row in failed] == [("649001", "2022")]
    assert "county.enterprise.nothing" in failed[0]["error"]
    assert len(list(tmp_path.rglob("A4-county-*.ipynb"))) == 3
    assert "[4/4]" in capsys.readouterr().out


class Elsewhere:
    """A place where notebooks are said to be executed: for one year it fails, and one worker dies."""

    def submit(self, job: Job) -> Future[float]:
        """Done at once, or failed."""
        future: Future[float] = Future()
        if job.parameters["year"] == 2024:
            future.set_exception(DataError("不对"))
        elif job.name == "A5-audit":
            future.set_exception(ConnectionError("the worker is gone"))
        else:
            future.set_result(1.5)
        return future

    def explain(self, job: Job, error: Exception) -> DataError | None:
        """What an editor is told of a worker that died."""
        return DataError(f"{job.name}：{error}")

    def abandon(self) -> None:
        """Nothing runs here."""


def test_another_place_is_given_the_same_work(tmp_path):
    """A cluster differs from this machine by its place only."""
    tasks = batch.plan(Edition.open(), ["07-documents", "A5-audit"], "", "2024-2025", str(tmp_path))
    said: list[str] = []
    assert batch.carry_out(tasks, Elsewhere(), tmp_path, said.append) == 3
    found = {(row["notebook"], row["year"]): row for row in rows(tmp_path / "summary.csv")}
    assert found["07-documents", "2025"]["status"] == "done" and found["07-documents", "2025"]["seconds"] == "1.50"
    assert found["07-documents", "2024"]["error"] == "不对" and "is gone" in found["A5-audit", "2025"]["error"]
    assert len(said) == 4 and len(rows(tmp_path / "failures.csv")) == 3


@pytest.mark.long
def test_a_worker_that_dies_is_survived(invented, tmp_path):
    pytest.importorskip("distributed", reason="没有安装 requirements-cluster.txt")
    edition = Edition.open(None, invented)
    address, found = benchmark.cluster(HERE, 2, tmp_path)
    into = tmp_path / "made"
    todo = batch.plan(edition, ["07-documents"], "", "2025", str(into))
    todo += batch.plan(edition, ["A4-county"], "649000,649001,649002", "2021-2022", str(into))
    way = Way(workers=1, scheduler=address)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(batch.run, edition, todo, str(into), print, way)
        while not list(into.rglob("*.ipynb")):
            time.sleep(0.1)
            assert not running.done()
        found[-1].kill()
        failed = running.result(timeout=120)
    for each in reversed(found):
        each.kill()
        each.wait()
    assert failed == 0 and len(list(into.rglob("*.ipynb"))) == 7


def test_object_storage_goes_through_papermill():
    kept = {}

    class Handler:
        """A store of texts."""

        def write(self, text, path):
            kept[path] = text

    papermill_io.register("mem://", Handler())
    save(nbformat.v4.new_notebook(), "mem://bucket/2022/a.ipynb")
    assert "nbformat" in kept["mem://bucket/2022/a.ipynb"] and not os.path.exists("mem:")
