"""One year's book: which chapters it has, how they are executed, assembled and compiled."""

from __future__ import annotations

import logging
import os
import shutil
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import yaml

from . import audit, facts
from .dataset import REQUIRED, Dataset
from .errors import DataError
from .findings import write_html
from .kernels import Job, execute_all

ROOT = Path(__file__).resolve().parent.parent


def default_year(data: Path | None = None) -> int:
    """The latest edition there is: the last year that has a report of its own."""
    dataset = Dataset(data)
    return max(dataset.editions or dataset.years)


class Edition:
    """The book of `year`, made in `_build/<year>/`.

    `data` is another data folder than the repository's. Raises DataError for a year without data.
    """

    def __init__(self, year: int | None = None, data: str | Path | None = None, root: Path = ROOT):
        self.root = root
        self.data_folder = Path(data).resolve() if data else root / "data"
        self.settings = yaml.safe_load((root / "book" / "edition.yml").read_text("utf-8"))
        self.years = Dataset(self.data_folder).editions
        self.year = year or max(self.years, default=0)
        if self.year not in self.years:
            lacking, known = f"{self.year}/{REQUIRED}", "、".join(map(str, self.years))
            raise DataError(f"没有{self.year}年的年报数据（缺少 {lacking}），可选：{known}")
        self.target = root / "_build" / str(self.year)
        self.title = f"{self.settings['title']}（{self.year}年）"

    @property
    def public_audit(self) -> bool:
        """Whether marks and the chapter of the audit are in this edition (`book/edition.yml`)."""
        return self.settings.get("audit", "public") == "public"

    def contents(self) -> dict:
        """`_toc.yml`, without the audit where that is for the editor only."""
        toc = yaml.safe_load((self.root / "_toc.yml").read_text("utf-8"))
        if not self.public_audit:
            for part in toc["parts"]:
                part["chapters"] = [each for each in part["chapters"] if not each["file"].endswith("A5-audit")]
        return toc

    def chapters(self) -> list[str]:
        """Names of the notebooks, in the order of `_toc.yml`."""
        toc = self.contents()
        files = [toc["root"]] + [each["file"] for part in toc.get("parts", []) for each in part["chapters"]]
        return [Path(name).name for name in files if name.startswith("notebooks/")]

    def parameters(self, chapter: str) -> dict:
        """Parameters of a chapter in this edition; which year it takes is decided in `book/edition.yml`."""
        rule = dict(self.settings["chapters"].get(chapter, {}))
        when, needs = rule.pop("year", "same"), rule.pop("needs", "")
        years = [each for each in Dataset(self.data_folder).all_years
                 if not needs or (self.data_folder / str(each) / needs).exists()]
        if when == "next":
            year = self.year + 1 if self.year + 1 in years else None
        elif when == "latest":
            year = max((each for each in years if each <= self.year), default=None)
        else:
            year = self.year
        return {"year": year or self.year} | rule

    def jobs(self, into: Path, only: str | None = None) -> list[Job]:
        """The notebooks to execute."""
        names = self.chapters()
        if only and only not in names:
            raise DataError(f"没有名为“{only}”的章，可选：{'、'.join(names)}")
        return [Job(self.root / "notebooks" / f"{name}.ipynb", into / "notebooks" / f"{name}.ipynb",
                    self.parameters(name)) for name in names if not only or name == only]

    def run(self, into: Path, workers: int, only: str | None = None) -> None:
        """Execute the notebooks into `into/notebooks`; DataError lists the chapters that failed."""
        os.environ["NIANBAO_DATA"] = str(self.data_folder)
        os.environ["NIANBAO_MARKS"] = "1" if self.public_audit else "0"
        jobs = self.jobs(into, only)
        into.mkdir(parents=True, exist_ok=True)
        finished = []

        def done(job, result):
            finished.append(job)
            state = f"{result:.1f} 秒" if isinstance(result, float) else f"失败：{result}"
            say(f"  [{len(finished)}/{len(jobs)}] {job.name}　{state}")

        errors = execute_all(jobs, workers, done, into / "kernels.log")
        if errors:
            raise DataError("；".join(map(str, errors)))

    def build(self, formats: tuple[str, ...], workers: int) -> None:
        """The whole edition, made aside and swapped in when it is complete."""
        start = time.monotonic()
        say(f"{self.title}：核对数据")
        _, findings = audit.of_edition(self.data_folder, self.year)
        aside = self.target.with_name(f".{self.year}.new")
        shutil.rmtree(aside, ignore_errors=True)
        source = aside / "src"
        source.mkdir(parents=True)
        shutil.copytree(self.root / "book", source / "book")
        (source / "_toc.yml").write_text(yaml.safe_dump(self.contents(), allow_unicode=True, sort_keys=False), "utf-8")
        self.write_config(source)
        say(f"执行{len(self.chapters())}章")
        self.run(source, workers)
        say("编成网页")
        with (aside / "build.log").open("w", encoding="utf-8") as log:
            sphinx(source, aside / "html", "html", log)
            facts.write_csv(facts.by_chapter(source / "notebooks", self.chapters(), findings), aside / "facts.csv")
            audit.write_csv(findings, aside / "audit.csv")
            write_html(findings, aside / "audit.html", f"{self.title}　核对结果")
            others = [each for each in formats if each != "html"]
            if others:
                from . import export

                say(f"导出{'、'.join(others)}")
                export.export(self, aside, others)
        shutil.rmtree(aside / ".doctrees", ignore_errors=True)
        self.swap(aside)
        say(f"完成：{self.target.relative_to(self.root)}（{time.monotonic() - start:.0f} 秒）")

    def booklet(self, chapter: str, formats: tuple[str, ...], workers: int) -> None:
        """One chapter as a booklet of its own, `_build/<year>/<chapter>.pdf|docx|epub`."""
        from . import export

        if "html" in formats:
            raise DataError("单独一章只能编成 pdf、docx 或 epub；网页请编成全书")
        source = self.target.with_name(f".{self.year}.{chapter}") / "src"
        shutil.rmtree(source.parent, ignore_errors=True)
        self.run(source, workers, chapter)
        self.target.mkdir(parents=True, exist_ok=True)
        for path in export.export(self, source.parent, list(formats), only=chapter):
            made = self.target / path.name
            path.replace(made)
            say(f"完成：{made.relative_to(self.root)}")
        shutil.rmtree(source.parent)

    def write_config(self, source: Path) -> None:
        """`_config.yml` with the year in the title and execution off."""
        config = yaml.safe_load((self.root / "_config.yml").read_text("utf-8"))
        config["title"] = self.title
        config["execute"] = {"execute_notebooks": "off"}
        config["sphinx"]["config"]["nianbao_year"] = self.year
        (source / "_config.yml").write_text(yaml.safe_dump(config, allow_unicode=True), "utf-8")

    def swap(self, aside: Path) -> None:
        """Put the finished edition in the place of the last one."""
        old = self.target.with_name(f".{self.year}.old")
        shutil.rmtree(old, ignore_errors=True)
        if self.target.exists():
            self.target.rename(old)
        aside.rename(self.target)
        shutil.rmtree(old, ignore_errors=True)


def say(line: str) -> None:
    """Progress for the person who waits."""
    print(line, flush=True)


def sphinx(source: Path, target: Path, builder: str, log) -> None:
    """Jupyter Book's own way from notebooks to pages; its words go to the log."""
    from jupyter_book.sphinx import build_sphinx

    logging.getLogger("sphinx").handlers.clear()
    with redirect_stdout(log), redirect_stderr(log):
        result = build_sphinx(
            str(source), str(target), path_config=str(source / "_config.yml"), builder=builder, noconfig=True,
            doctreedir=str(target.parent / ".doctrees"), confoverrides={"latex_individualpages": False})
    log.flush()
    if isinstance(result, BaseException) or result:
        raise DataError(f"Sphinx 未能编成{builder}，详见 build.log：{result}")
    sys.stdout.flush()
