"""One year's book: which chapters it has, how they are executed, assembled and compiled."""

from __future__ import annotations

import logging
import multiprocessing
import shutil
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path

import yaml

from nianbao import settings
from nianbao.audit import audit
from nianbao.audit.findings import Finding
from nianbao.audit.report import write_csv, write_html
from nianbao.build import cache as increments
from nianbao.build.cache import Cache
from nianbao.build.kernels import Job, beside, cluster, end_with_parent, execute_all, prepare, tell
from nianbao.data.dataset import Dataset
from nianbao.errors import DataError
from nianbao.output import imprint, manifest, publish
from nianbao.output.web import extension as web


def default_year(data: Path) -> int:
    """The latest edition there is: the last year that has a report of its own."""
    dataset = Dataset(data, lazy=True)
    if not dataset.years:
        raise DataError("还没有任何一年的数据，请先运行 nianbao new-year")
    return max(dataset.editions or dataset.years)


class Edition:
    """The book of `year`, made in `_build/<year>/`.

    `data` is another data folder than the repository's. Raises DataError for a year without data.
    """

    def __init__(self, year: int | None = None, data: str | Path | None = None, root: Path | None = None):
        root = root or settings.content_root()
        self.root = root
        self.data_folder = Path(data).resolve() if data else root / "data"
        self.settings = settings.load(root)
        dataset = Dataset(self.data_folder, lazy=True)
        self.years, self.all_years = dataset.editions, dataset.all_years
        self.year = year or max(self.years, default=0)
        if self.year not in self.years:
            known = f"可选：{'、'.join(map(str, self.years))}" if self.years else "请先运行 nianbao new-year 和 nianbao intake"
            raise DataError(f"没有{self.year or '任何一'}年的年报数据，{known}")
        self.target = root / "_build" / str(self.year)
        self.title = f"{self.settings.title}（{self.year}年）"
        publish.restore(self.target)

    @cached_property
    def cache(self) -> Cache:
        """What is still good of earlier builds."""
        return Cache(self.root / "_build" / ".cache" / str(self.year), self.data_folder, f"marks {self.public_audit}")

    @cached_property
    def program(self) -> str:
        """Hash of the package."""
        return increments.program(self.root)

    @property
    def public_audit(self) -> bool:
        """Whether marks and the chapter of the audit are in this edition (`book/edition.yml`)."""
        return self.settings.shows_audit

    def contents(self) -> dict:
        """`_toc.yml`, without the audit where that is for the editor only."""
        toc = yaml.safe_load((self.root / "_toc.yml").read_text("utf-8"))
        if not self.public_audit:
            for part in toc["parts"]:
                part["chapters"] = [each for each in part["chapters"] if not each["file"].endswith("-audit")]
        return toc

    def environment(self, log: Path | None = None) -> None:
        """What kernels are to know; what they write beside their outputs goes to `log`. Called before there are threads."""
        tell({"NIANBAO_DATA": str(self.data_folder), "NIANBAO_MARKS": "1" if self.public_audit else "0",
              **{f"NIANBAO_{name.upper()}": str(limit) for name, limit in vars(self.settings.limits).items() if limit}})
        prepare(log or self.cache.folder / "kernels.log")

    def chapters(self) -> list[str]:
        """Names of the notebooks, in the order of `_toc.yml`."""
        toc = self.contents()
        files = [toc["root"]] + [each["file"] for part in toc.get("parts", []) for each in part["chapters"]]
        return [Path(name).name for name in files if name.startswith("notebooks/")]

    def parameters(self, chapter: str) -> dict:
        """Parameters of a chapter in this edition; which year it takes is decided in `book/edition.yml`."""
        rule = self.settings.chapters.get(chapter, settings.ChapterRule())
        years = [each for each in self.all_years
                 if not rule.needs or (self.data_folder / "observations" / str(each) / rule.needs).exists()]
        if rule.year == "next":
            year = self.year + 1 if self.year + 1 in years else None
        elif rule.year == "latest":
            year = max((each for each in years if each <= self.year), default=None)
        else:
            year = self.year
        return {"year": year or self.year, **rule.parameters}

    def jobs(self, into: Path, only: str | None = None) -> list[Job]:
        """The notebooks to execute."""
        names = self.chapters()
        if only and only not in names:
            raise DataError(f"没有名为“{only}”的章，可选：{'、'.join(names)}")
        return [Job(self.root / "notebooks" / f"{name}.ipynb", into / "notebooks" / f"{name}.ipynb",
                    self.parameters(name)) for name in names if not only or name == only]

    def execute(self, workers: int, only: str | None = None, explain: bool = False, scheduler: str = "") -> None:
        """Execute the chapters that are not good any more, in the cache; DataError lists those that failed.

        The workers of a Dask `scheduler` must see the project's folder under the same path.
        """
        self.environment()
        jobs, finished = self.jobs(self.cache.folder / "executing", only), []
        reasons = {job: self.cache.reason(job, self.program) for job in jobs}
        stale = sorted((job for job in jobs if reasons[job]), key=lambda job: -job.source.stat().st_size)  # long ones first
        say(f"执行{len(stale)}章" + (f"，其余{len(jobs) - len(stale)}章没有变化" if len(stale) < len(jobs) else ""))
        for job in jobs if explain else ():
            say(f"  {job.name}　{reasons[job] or '没有变化'}")

        def done(job, result):
            finished.append(job)
            state = f"{result:.1f} 秒" if isinstance(result, float) else f"失败：{result}"
            if isinstance(result, float):
                self.cache.keep(job, self.program)
            say(f"  [{len(finished)}/{len(stale)}] {job.name}　{state}")

        if stale:
            with cluster(scheduler) as executor:
                errors = execute_all(stale, workers, done, executor)
            if errors:
                raise DataError("；".join(map(str, errors)))

    def run(self, into: Path, workers: int, only: str | None = None, explain: bool = False, fresh: bool = False) -> None:
        """Execute notebooks into `into/notebooks`, or copy them where nothing changed."""
        with self.cache.locked(fresh):
            self.execute(workers, only, explain)
            for job in self.jobs(into, only):
                increments.put(Path(job.target), self.cache.executed(job).read_bytes())

    def build(self, formats: tuple[str, ...], workers: int, explain: bool = False, fresh: bool = False, scheduler: str = "") -> None:
        """The whole edition, made aside and swapped in when it is complete."""
        start = time.monotonic()
        self.environment()  # before there are threads
        for name in ("jupyter_book.sphinx", "myst_nb.sphinx_"):
            import_module(name)  # now, while the process that kernels are forked from does its imports
        say(f"{self.title}：核对数据，执行笔记本")
        Dataset(self.data_folder, max(each for each in self.all_years if each <= self.year + 1))  # fails early where data are bad
        self.cache.before = self.cache.look()
        with self.cache.locked(fresh) as cache, ProcessPoolExecutor(1, beside(), end_with_parent) as other:
            checking = other.submit(checked, self.data_folder, self.year)  # while the chapters are executed
            other.submit(tabled, self.data_folder, self.year, self.title, cache.folder / "whole")  # what fails is tried again by `filed`
            try:
                self.execute(workers, None, explain, scheduler)
            except DataError:
                checking.result()  # if it is the data, this says it better
                raise
            self.assemble()
            say("编成网页")
            aside = self.target.with_name(f".{self.year}.new")
            shutil.rmtree(aside, ignore_errors=True)
            aside.mkdir(parents=True)
            with (aside / "build.log").open("w", encoding="utf-8") as log:
                files = self.pages(log, other)
            shutil.copytree(cache.source, aside / "src")
            write_csv(checking.result(), aside / "audit.csv")
            write_html(checking.result(), aside / "audit.html", f"{self.title}　核对结果")
            about = self.about()
            files()
            other.shutdown()
            shutil.copy(cache.folder / "html" / "downloads" / f"nianbao-{self.year}-facts.csv", aside / "facts.csv")
            for path in self.prints([each for each in formats if each != "html"]):
                shutil.copy(path, aside)
            cache.steady()
            shutil.copytree(cache.folder / "html", aside / "html", ignore=shutil.ignore_patterns(".*"))
            for folder in (aside / "html", aside):
                manifest.write(folder, about)
            publish.swap(aside, self.target)
        say(f"完成：{self.target.relative_to(self.root)}（{time.monotonic() - start:.0f} 秒）")

    def assemble(self) -> None:
        """Bring the sources for Sphinx up to date; files that did not change keep their times."""
        source = self.cache.source
        increments.mirror(self.root / "book", source / "book")
        for path in (source / "notebooks").glob("*.ipynb"):
            if path.stem not in self.chapters():
                path.unlink()
        increments.put(source / "_toc.yml", yaml.safe_dump(self.contents(), allow_unicode=True, sort_keys=False).encode())
        increments.put(source / "_config.yml", self.config().encode())

    def pages(self, log, other: ProcessPoolExecutor) -> Callable[[], None]:
        """Write the pages that changed; all of them where program, theme, settings or contents did.

        The files beside the pages are made in the `other` process meanwhile; returns what waits for them.
        """
        cache, source, html = self.cache, self.cache.source, self.cache.folder / "html"
        made_of = increments.digest(self.program, increments.tree(web.THEME), (source / "_toc.yml").read_bytes(),
                                    (source / "_config.yml").read_bytes())
        if cache.made.get("html") != made_of:
            for name in ("html", ".doctrees", "jupyter_execute"):
                shutil.rmtree(cache.folder / name, ignore_errors=True)
        cache.note("html", "")
        html.mkdir(exist_ok=True)
        files = other.submit(filed, source / "notebooks", self.chapters(), self.data_folder, self.year, self.title, html, cache.folder / "whole")
        sphinx(source, html, "html", self.data_folder, log)

        def finish():
            files.result()
            cache.note("html", made_of)

        return finish

    def prints(self, formats: list[str], only: str | None = None) -> list[Path]:
        """PDF, Word and EPUB of the book or of one chapter, made again only where what they are made of changed."""
        made_of = increments.digest(self.program, increments.tree(self.cache.source), str(manifest.commit(self.root)))
        paths = {kind: self.cache.folder / "print" / f"{only or f'nianbao-{self.year}'}.{kind}" for kind in formats}
        wanted = [kind for kind, path in paths.items() if not path.exists() or self.cache.made.get(path.name) != made_of]
        if wanted:
            say(f"导出{'、'.join(wanted)}")
            paths[wanted[0]].parent.mkdir(exist_ok=True)
            # Each format in a process of its own, so that their memory does not add up.
            with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), end_with_parent, max_tasks_per_child=1) as pool:
                for kind in wanted:
                    self.cache.note(paths[kind].name, "")  # whatever happens now, half a file is not taken for a good one
                    place = paths[kind].parent, [kind], self.cache.source, only
                    pool.submit(exported, self.root, self.data_folder, self.year, *place).result()
                    self.cache.note(paths[kind].name, made_of)
        return list(paths.values())

    def booklet(self, chapter: str, formats: tuple[str, ...], workers: int, explain: bool = False, fresh: bool = False) -> None:
        """One chapter as a booklet of its own, `_build/<year>/<chapter>.pdf|docx|epub`."""
        if "html" in formats:
            raise DataError("单独一章只能编成 pdf、docx 或 epub；网页请编成全书")
        with self.cache.locked(fresh):
            self.execute(workers, chapter, explain)
            self.assemble()
            made = self.prints(list(formats), chapter)
            self.cache.steady()
            aside = self.target.with_name(f".{self.year}.new")
            shutil.rmtree(aside, ignore_errors=True)
            if self.target.exists():
                shutil.copytree(self.target, aside, symlinks=True)
            aside.mkdir(parents=True, exist_ok=True)
            for path in made:
                shutil.copy(path, aside)
            manifest.add(aside, [path.name for path in made], self.about())
            publish.swap(aside, self.target)
        for path in made:
            say(f"完成：{(self.target / path.name).relative_to(self.root)}")

    def config(self) -> str:
        """`_config.yml` with the year in the title and execution off."""
        config = yaml.safe_load((self.root / "_config.yml").read_text("utf-8"))
        config["title"] = self.title
        config["execute"] = {"execute_notebooks": "off"}
        config["sphinx"]["config"] |= {"nianbao_year": self.year, "nianbao_files": False}
        return yaml.safe_dump(config, allow_unicode=True)

    def about(self) -> dict:
        """What the manifest says of the edition."""
        return {"title": self.title, "year": self.year, "data": imprint.version(Dataset(self.data_folder, self.year))} | manifest.origin(self.root)


@cache
def checked(data: Path, year: int) -> list[Finding]:
    """The audit of an edition; runs in a process of its own, which keeps it for `filed`."""
    return audit.of_edition(data, year).findings


def tabled(data: Path, year: int, title: str, folder: Path) -> None:
    """Write the downloads that need no notebook into `folder`; runs beside the chapters."""
    from nianbao.output import downloads

    downloads.of_data(Dataset(data, year), title, folder)


def filed(executed: Path, chapters: list[str], data: Path, year: int, title: str, html: Path, ready: Path) -> None:
    """Write facts and downloads of an edition; runs in the process that has audited it."""
    from nianbao.output import downloads

    downloads.write(executed, chapters, checked(data, year), Dataset(data, year), title, html, ready)


def exported(root: Path, data: Path, year: int, *place) -> None:
    """Write one format of an edition; runs in a process of its own."""
    from nianbao.output.print import export

    export.export(Edition(year, data, root), *place)


def say(line: str) -> None:
    """Progress for the person who waits."""
    print(line, flush=True)


def sphinx(source: Path, target: Path, builder: str, data: Path, log) -> None:
    """Jupyter Book's own way from notebooks to pages; its words go to the log."""
    from jupyter_book.sphinx import build_sphinx

    logging.getLogger("sphinx").handlers.clear()
    with redirect_stdout(log), redirect_stderr(log):
        result = build_sphinx(
            str(source), str(target), path_config=str(source / "_config.yml"), builder=builder, noconfig=True,
            doctreedir=str(target.parent / ".doctrees"), confoverrides={"latex_individualpages": False, "nianbao_data": str(data)})
    log.flush()
    if isinstance(result, BaseException) or result:
        raise DataError(f"Sphinx 未能编成{builder}，详见 build.log：{result}")
    sys.stdout.flush()
