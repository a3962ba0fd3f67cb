"""The command line: `nianbao build`, `run`, `check`, `serve` and so on. Messages are in Chinese.

Here arguments are read and results printed; what a command does is a function of its room, imported when it is wanted.
"""

from __future__ import annotations

from nianbao import interrupt  # isort: skip: before what takes its time

import argparse
import gc
import io
import os
import re
import select
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from nianbao import settings
from nianbao.build import garbage
from nianbao.errors import DataError, explained

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

    from nianbao.build.building import Way
    from nianbao.build.counts import Following
    from nianbao.build.edition import Edition
    from nianbao.intake.documents import Asked

SCHEDULER = "Dask 调度器的地址，如 tcp://10.0.0.1:8786；缺省在本机执行"
FORMATS = ("html", "pdf", "docx", "epub")
#: Exit codes: done and sound; something does not add up or has failed; it cannot be done; interrupted.
SOUND, UNSOUND, REFUSED, INTERRUPTED = 0, 1, 2, interrupt.INTERRUPTED
#: Exit code where the reader of the output has gone: that of a process ended by SIGPIPE, as a shell says it.
UNREAD = 141


# -- arguments ---------------------------------------------------------------------------------------------------------
class Filled(argparse.Action):
    """Keeps the value of an argument, which must not be blank: what is blank is no wish, and not to be guessed at."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Keep it; ArgumentError for a blank one, and for a list (of `--year=--`) where one value is wanted."""
        several = isinstance(values, list) and self.nargs is not None
        each = values if several else [values]
        if any(isinstance(value, list) or isinstance(value, str) and not value.strip() for value in each):
            raise argparse.ArgumentError(self, self._expected())
        setattr(namespace, self.dest, values)

    def _expected(self) -> str:
        """What should stand there."""
        try:
            if callable(self.type):
                self.type("")
        except argparse.ArgumentTypeError as error:
            return str(error)
        return "应写明，不应空着"


class Parser(argparse.ArgumentParser):
    """argparse with its mistakes on one line, introduced in Chinese; no argument may be blank."""

    def __init__(self, *args: Any, **more: Any):
        super().__init__(*args, **more)
        self.register("action", None, Filled)

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        """The help; OSError where it cannot be written, of which argparse says nothing."""
        (file or sys.stdout).write(self.format_help())

    def error(self, message: str) -> NoReturn:
        """One line and exit code 2."""
        self.exit(REFUSED, f"错误：命令的写法有误（{message}），用法见 {self.prog} --help\n")


def whole_of(text: str, least: int, most: int, what: str) -> int:
    """A whole number from an argument, in plain digits; ArgumentTypeError says what is expected."""
    if not re.fullmatch("[0-9]{1,6}", text) or not least <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"“{text[:20]}”应为{what}")
    return int(text)


def year_of(text: str) -> int:
    """A year from an argument."""
    return whole_of(text, 1900, 2099, "四位的年份，1900 到 2099")


def jobs_of(text: str) -> int:
    """A number of notebooks from an argument."""
    return whole_of(text, 1, 1024, "1 到 1024 的整数")


def port_of(text: str) -> int:
    """A port from an argument."""
    return whole_of(text, 0, 65535, "0 到 65535 的整数，0 为任一空闲的端口")


def folder_of(text: str) -> str:
    """The name of a folder from an argument."""
    if not text.strip():
        raise argparse.ArgumentTypeError("应为文件夹的名称，不应空着")
    return text


def address_of(text: str) -> str:
    """The address of a scheduler from an argument: a protocol, a host and a port; empty for none."""
    if text and not settings.is_scheduler(text):
        raise argparse.ArgumentTypeError(f"“{text[:40]}”应为调度器的地址，如 tcp://10.0.0.1:8786")
    return text


class Commands:
    """The commands of a parser, as they are added to it."""

    def __init__(self, top: argparse.ArgumentParser):
        self._all = top.add_subparsers(dest="command", required=True, metavar="命令")

    def add(self, name: str, help: str, year: bool = False, data: bool = False) -> argparse.ArgumentParser:
        """A command; where it has a `year` and a `data` folder to work on, with the options for them."""
        command = self._all.add_parser(name, help=help, description=help)
        command.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        if year:
            command.add_argument("--year", type=year_of, help="年份，缺省为最近一年")
        if data:
            command.add_argument("--data", type=folder_of, help="数据文件夹，缺省为 data")
        return command


def parser() -> argparse.ArgumentParser:
    """All commands and options."""
    top = Parser("nianbao", description="年报：由数据算出的社会保险年度报告")
    top.add_argument("--debug", action="store_true", help="出错时显示完整的调用过程")
    commands = Commands(top)
    add_building(commands)
    add_batch(commands)
    add_data(commands)
    add_publishing(commands)
    add_proof(commands)
    return top


def add_jobs(command: argparse.ArgumentParser, default: int | None) -> None:
    """The options of commands that execute notebooks."""
    command.add_argument("--jobs", type=jobs_of, default=default, help="同时执行的笔记本数")
    command.add_argument("--kernels", choices=settings.KERNELS, default="", help=argparse.SUPPRESS)


def add_building(commands: Commands) -> None:
    """`build`, `run` and `watch`."""
    build = commands.add("build", "编成一年的年报", year=True, data=True)
    build.add_argument("--formats", help=f"逗号分隔：{','.join(FORMATS)}，缺省为 html（单独一章为 pdf）")
    build.add_argument("--chapter", help="只把一章编成小册子，如 A4-county")
    build.add_argument("--county", default="", help="小册子讲哪个县：县名或代码，缺省照 book/edition.yml")
    add_jobs(build, os.cpu_count())
    build.add_argument("--scheduler", type=address_of, default="", help=SCHEDULER)
    run = commands.add("run", "只执行笔记本", year=True, data=True)
    run.add_argument("--chapter", help="只执行一章，如 01-pension")
    add_jobs(run, os.cpu_count())
    for command in (build, run):
        command.add_argument("--explain", action="store_true", help="说明每章为什么执行或不执行")
        command.add_argument("--fresh", action="store_true", help="不用上次的结果，全部重做")
    watch = commands.add("watch", "改了数据或笔记本就重编，打开的网页随之更新", year=True, data=True)
    watch.add_argument("--port", type=port_of, default=8000, help="端口")
    add_jobs(watch, os.cpu_count())


def add_batch(commands: Commands) -> None:
    """`batch`."""
    batch = commands.add("batch", "许多笔记本乘许多县、许多年", year=True, data=True)
    batch.add_argument("notebooks", nargs="+", help="章名，如 A4-county，或 all")
    batch.add_argument("--counties", default="", help="县名或代码，逗号分隔，或 all；缺省为不分县")
    batch.add_argument("--years", default="", help="2022、2020,2022、2015-2024 或 all，缺省为 --year")
    batch.add_argument("--into", help="放到哪里，缺省为 _build/batch；也可以是对象存储的地址，如 s3://…")
    add_jobs(batch, (os.cpu_count() or 1) + 1)  # kernel and client wait for each other in turn
    batch.add_argument("--scheduler", type=address_of, default="", help=SCHEDULER)


def add_document(command: argparse.ArgumentParser) -> None:
    """The options that name a document other than the yearly report; a workbook says itself what it is for."""
    command.add_argument(
        "--document", default="", help="年报以外的文件：budget 部门预算，accounts 决算，performance 绩效目标"
    )
    command.add_argument("--county", default="", help="一个县的基金运行分析：县名或代码")


def add_data(commands: Commands) -> None:
    """`check`, `new-year`, `intake`, `diff`, `start` and `init`."""
    check = commands.add("check", "核对勾稽关系，指出最可能出错的数", year=True, data=True)
    check.add_argument("--all", action="store_true", help="已知勘误、以前各年、核对项的名称和各文件的项数也都列出")
    check.add_argument("--accept", action="store_true", help="文件里的行比上次少，是有意删去的")
    fill = commands.add("new-year", "新的一年：建文件夹和填报用的 Excel 工作簿", data=True)
    fill.add_argument("year", type=year_of, help="新的年份")
    fill.add_argument("--out", help="工作簿存到哪里，缺省为 data/observations/<年份>/填报-<年份>.xlsx")
    add_document(fill)
    take = commands.add("intake", "读入填好的工作簿（.xlsx）或 CSV，与已读入的合并", data=True)
    take.add_argument("files", nargs="*", metavar="文件", help="一个或几个文件；几位编者各填一部分的，可以一起读")
    take.add_argument("--year", type=year_of, required=True, help="数据的年份")
    take.add_argument("--preview", action="store_true", help="只看会添加、改动、删除什么，不写入")
    take.add_argument("--undo", action="store_true", help="撤销最近一次读入，数据恢复原样")
    take.add_argument("--prefer-file", action="store_true", help="文件里是已被改正的旧数时，仍以文件为准")
    add_document(take)
    diff = commands.add("diff", "两年之间的变化和修订", data=True)
    diff.add_argument("years", type=year_of, nargs=2, help="前后两个年份", metavar="年份")
    commands.add("start", "逐项带着做：生成工作簿、读入、核对、编书、看书")
    begin = commands.add("init", "为另一个省份新建一个仓库")
    begin.add_argument("folder", help="新的或空的文件夹")
    begin.add_argument("--name", default="示例省", help="省份全称，如 示例省")
    begin.add_argument("--code", default="990000", help="省份的行政区划代码，六位")
    begin.add_argument("--bureau", help="编者，几家之间用、隔开；缺省为“<省份>社会保险经办机构”")
    begin.add_argument("--title", help="书名，缺省为“<省份>社会保险年度报告”")
    begin.add_argument(
        "--schemes",
        default="",
        help="险种，逗号或顿号分隔，缺省为五项社会保险；医疗、生育、长护等写名称即可，"
        "另设的险种写作 名称=代码，如 渔民养老补助=fishers",
    )
    begin.add_argument(
        "--regions",
        default="",
        help="各统计地区的名称，逗号或顿号分隔，或一个 CSV（name、parent 等栏，级别由 parent 得出）；也可以以后填",
    )
    begin.add_argument("--year", type=year_of, help="第一本年报的年份，缺省为去年")


def add_publishing(commands: Commands) -> None:
    """`site`, `verify` and `serve`."""
    site = commands.add("site", "把编成的各年汇成一个网站")
    site.add_argument("--url", default="", help="网站的地址，缺省取 book/edition.yml 的 url")
    verify = commands.add("verify", "核对编成的年报或网站与清单是否一致", year=True, data=True)
    verify.add_argument("path", nargs="?", help="有 manifest.json 的文件夹，如 _build/site；缺省为一年的年报")
    serve = commands.add("serve", "在本机预览", year=True, data=True)
    serve.add_argument("--port", type=port_of, default=8000, help="端口")
    bench = commands.add("workbench", "编成工作台：在浏览器里核对、读入、校对的网页，要用 npm")
    bench.add_argument("--into", type=folder_of, help="放到哪里，缺省为 _build/workbench")
    bench.add_argument("--wheels", type=folder_of, help="另有部件的文件夹，网上取不到的从这里取")


def add_proof(commands: Commands) -> None:
    """`proof` and `compare-docx`."""
    proof = commands.add("proof", "校对任何一份报告：不录入数据，查出文中合不上的数")
    proof.add_argument(
        "files",
        nargs="+",
        metavar="文件",
        help=".docx、.pdf、.txt、.html 或 .xlsx；两份一起写，本年的在前，去年的在后，互相核对",
    )
    proof.add_argument("--html", metavar="文件", help="全文一页，可疑处可点")
    proof.add_argument("--docx", metavar="文件", help="Word 文件的副本，批注在可疑的数上；原文件不动")
    proof.add_argument("--csv", metavar="文件", help="每处一行的表")
    proof.add_argument("--extract", metavar="文件夹", help="把读懂的数写成 data/ 的格式，并附一个供确认的工作簿")
    proof.add_argument(
        "--data",
        dest="catalogue",
        metavar="文件夹",
        help="--extract 从哪里取指标的名称和单位，缺省为 data；校对时不看任何数据",
    )
    compare = commands.add(
        "compare-docx", "领导改过的 Word 与导出的原稿逐句比较：改了什么，出自哪里，核对怎么说", year=True, data=True
    )
    compare.add_argument("edited", metavar="文件", help="改过的 Word 文件（.docx），不会被改动")
    compare.add_argument(
        "--original", metavar="文件", help="当时送出的原稿，缺省为编成的 _build/<年份>/nianbao-<年份>.docx"
    )
    compare.add_argument("--csv", metavar="文件", help="每个数、每处一行的表")


# -- what the commands work on -----------------------------------------------------------------------------------------
def say(line: str) -> None:
    """Progress for the person who waits."""
    print(line, flush=True)


def data_folder(args: argparse.Namespace) -> Path:
    """The data folder a command works on: `--data`, else that of the content folder."""
    return Path(args.data) if args.data else settings.content_root() / "data"


def edition_of(args: argparse.Namespace) -> Edition:
    """The edition a command works on."""
    from nianbao.build.edition import Edition

    return Edition.open(args.year, args.data)


def way_of(args: argparse.Namespace) -> Way:
    """How a command goes about executing notebooks."""
    from nianbao.build.building import Way

    known = vars(args)
    return Way(
        workers=args.jobs,
        kernels=args.kernels,
        explain=known.get("explain", False),
        fresh=known.get("fresh", False),
        scheduler=known.get("scheduler", ""),
    )


def finish_intake(args: argparse.Namespace) -> None:
    """Finish an intake that was killed while it wrote, so that no command sees half of it."""
    if "data" not in args or not (data_folder(args).absolute().parent / "_intake" / "unfinished").is_dir():
        return
    from nianbao.intake.journal import Journal

    with Journal(data_folder(args)).at_work():
        say("上次读入没有做完就中断了，已接着做完")


# -- commands ----------------------------------------------------------------------------------------------------------
def build(args: argparse.Namespace) -> int:
    """`nianbao build`"""
    wanted = args.formats or ("pdf" if args.chapter else "html")
    formats = [name for name in wanted.split(",") if name]
    for name in formats:
        if name not in FORMATS:
            raise DataError(f"没有“{name}”格式，可选：{'、'.join(FORMATS)}")
    from nianbao.build.building import Builder

    edition = edition_of(args)
    if args.county and not args.chapter:
        raise DataError("--county 只用于一章的小册子，请一并写 --chapter，如 --chapter A4-county")
    if args.county:
        edition = edition.of_county(args.chapter, args.county)
    builder = Builder(edition, say, way_of(args))
    if args.chapter:
        builder.booklet(args.chapter, formats, edition.parameters(args.chapter)["county"] if args.county else "")
    else:
        builder.build(formats)
    gc.freeze()  # the program ends: looking through all that Sphinx leaves would take half a second
    return SOUND


def run(args: argparse.Namespace) -> int:
    """`nianbao run`"""
    from nianbao.build.building import Builder

    edition = edition_of(args)
    Builder(edition, say, way_of(args)).run(edition.target.with_name(f"{edition.year}-run"), args.chapter)
    return SOUND


def watch(args: argparse.Namespace) -> int:
    """`nianbao watch`: until interrupted."""
    from nianbao.build.watch import watch

    watch(lambda: edition_of(args), args.port, say, way_of(args))
    return SOUND


def batch(args: argparse.Namespace) -> int:
    """`nianbao batch`: 0 all done, 1 some failed."""
    from nianbao.build import batch

    edition = edition_of(args)
    into = batch.place_of(edition, args.into)
    tasks = batch.plan(edition, args.notebooks, args.counties, args.years or str(edition.year), into)
    failed = batch.run(edition, tasks, into, say, way_of(args))
    more = f"；失败{failed}本，见 {batch.FAILURES}" if failed else ""
    print(f"完成{len(tasks) - failed}本，见 {into}/{batch.SUMMARY}{more}")
    return UNSOUND if failed else SOUND


def check(args: argparse.Namespace) -> int:
    """`nianbao check`: 0 sound, 1 something does not add up."""
    from nianbao.build.check import check

    checked = check(data_folder(args), settings.content_root(), args.year, args.all, args.accept)
    for line in checked.lines:
        print(line)
    print(f"逐项结果见 {checked.audit}，可疑的数见 {checked.diagnosis.name}")
    return SOUND if checked.sound else UNSOUND


def new_year(args: argparse.Namespace) -> int:
    """`nianbao new-year`: the folder and the workbook of a new year."""
    from nianbao.data.dataset import Dataset
    from nianbao.intake.documents import asked
    from nianbao.intake.workbook import new_year

    wanted = asked(Dataset(data_folder(args)), args.year, args.document, args.county)
    path = new_year(args.year, data_folder(args), Path(args.out) if args.out else None, wanted)
    print(f"已建好：{path}\n填好后运行：nianbao intake {path} --year {args.year}")
    if wanted:
        print("读入后会说明这份文件编入哪一年的年报，还缺什么")
    return SOUND


def intake(args: argparse.Namespace) -> int:
    """`nianbao intake`: 0 read (or taken back), 2 rejected (nothing changed)."""
    from nianbao.data.dataset import Dataset
    from nianbao.intake.documents import asked
    from nianbao.intake.reading import Told, preview, read, undo

    root = data_folder(args)
    if args.undo == bool(args.files):
        raise DataError("请写要读入的文件；撤销最近一次读入只写 --undo，不写文件")
    if args.undo and args.preview:
        raise DataError("--undo 撤销时立即恢复数据，没有预览；--preview 只与要读入的文件一起写")
    following = None if args.preview else following_of(root)
    if args.undo:
        told = Told(undo(args.year, root), True)
    else:
        wanted = asked(Dataset(root), args.year, args.document, args.county)
        take = preview if args.preview else read
        told = take([Path(name) for name in args.files], args.year, root, args.prefer_file, wanted)
    written = told.done and not args.preview
    appearing = where_it_appears(root, told.wanted) if written and told.wanted else []
    for line in [*told.lines, *appearing]:
        print(line)
    for line in following.done() if told.done and following else []:
        print(line)
    return SOUND if told.done else REFUSED


def where_it_appears(root: Path, wanted: Asked) -> list[str]:
    """In which book a document appears that was read into the data `root`."""
    from nianbao.build import appearing

    return appearing.of_folder(root, wanted)


def following_of(root: Path) -> Following | None:
    """What an intake takes out of the data is asked for, and need not be asked about; None outside a content folder."""
    from nianbao.build.counts import Following

    try:
        return Following(settings.content_root(), root)
    except DataError:
        return None


def init(args: argparse.Namespace) -> int:
    """`nianbao init`: a repository for another province."""
    from nianbao.build.province import Province, init

    year = args.year or date.today().year - 1
    folder = Path(args.folder)
    bureau = args.bureau or f"{args.name}社会保险经办机构"
    title = args.title or f"{args.name}社会保险年度报告"
    schemes = init(folder, Province(args.name, args.code, bureau, title, year), args.schemes, args.regions)
    print(f"已建好：{folder}（{'、'.join(schemes)}）")
    print(
        f"先核对 data/catalogue/codelists/regions.csv 里的地区，再在新文件夹里运行：nianbao new-year {year}。"
        "下面的步骤见 README.md"
    )
    return SOUND


def start(args: argparse.Namespace) -> int:
    """`nianbao start`: what an editor does, one after another, until the editor leaves."""
    from nianbao.build.start import Menu

    Menu(settings.content_root()).begin()
    return SOUND


def diff(args: argparse.Namespace) -> int:
    """`nianbao diff`: what changed between two editions."""
    from nianbao.chapter.changes import compare, report

    for line in report(compare(data_folder(args), *args.years)):
        print(line)
    return SOUND


def site(args: argparse.Namespace) -> int:
    """`nianbao site`: all editions built so far under one root."""
    if args.url and not settings.is_web_address(args.url):
        raise DataError(f"--url 应为网址，如 https://example.org/，现为“{args.url}”")
    from nianbao.output.web.site import Site

    print(f"完成：{Site(settings.load(settings.content_root()), url=args.url).make()}")
    return SOUND


def verify(args: argparse.Namespace) -> int:
    """`nianbao verify`: 0 all as published, 1 files changed, missing or extra, 2 no manifest."""
    from nianbao.output import manifest, publish

    folder = Path(args.path) if args.path else edition_of(args).target
    if not args.path:
        publish.restore(folder)
    known, wrong = manifest.verify(folder)
    for kind, name in wrong:
        print(f"{kind}　{manifest.shown(name)}")
    result = f"不符{len(wrong)}处" if wrong else f"全部一致，清单指纹 {known['seal']}"
    print(f"{folder}：清单{len(known['files'])}个文件，{result}")
    return UNSOUND if wrong else SOUND


def serve(args: argparse.Namespace) -> int:
    """`nianbao serve`: the built pages on this machine, until interrupted."""
    from nianbao.build.serve import serve

    serve(edition_of(args), args.port, say)
    return SOUND


def workbench(args: argparse.Namespace) -> int:
    """`nianbao workbench`: the page for the browser, gathered from the registries."""
    from nianbao.workbench.gathering import gather

    build = Path("_build")
    into = Path(args.into) if args.into else build / "workbench"
    gather(into, build / ".workbench", Path(args.wheels) if args.wheels else None, say)
    print(f"完成：{into}，可放到网站上，或在里面运行 python -m http.server 8000 --bind 127.0.0.1")
    return SOUND


def proof(args: argparse.Namespace) -> int:
    """`nianbao proof`: 0 nothing found, 1 something does not fit, 2 it cannot be read."""
    from nianbao.proof.proof import run

    said, found = run(
        [Path(name) for name in args.files],
        html=Path(args.html) if args.html else None,
        docx=Path(args.docx) if args.docx else None,
        table=Path(args.csv) if args.csv else None,
        extract=Path(args.extract) if args.extract else None,
        catalogue=Path(args.catalogue) if args.catalogue else None,
    )
    for line in said:
        print(line)
    return UNSOUND if found else SOUND


def compare_docx(args: argparse.Namespace) -> int:
    """`nianbao compare-docx`: 0 nothing differs, 1 something does, 2 a file cannot be read."""
    from nianbao.build import returned

    original = Path(args.original) if args.original else None
    table = Path(args.csv) if args.csv else None
    found = returned.compare(edition_of(args), Path(args.edited), original, table)
    for line in returned.lines(found):
        print(line)
    if table:
        returned.write_csv(found, table)
    return SOUND if found.sound else UNSOUND


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "build": build,
    "run": run,
    "check": check,
    "serve": serve,
    "site": site,
    "workbench": workbench,
    "watch": watch,
    "batch": batch,
    "new-year": new_year,
    "intake": intake,
    "diff": diff,
    "init": init,
    "start": start,
    "verify": verify,
    "proof": proof,
    "compare-docx": compare_docx,
}


def all_is_said() -> bool:
    """Hand on what is left to be said; False where the reader of standard output has gone (`nianbao check | head -1`).

    It is dropped then, so that the interpreter finds nothing to complain of when it ends; likewise where it cannot be
    written, which is raised as OSError.
    """
    try:
        sys.stdout.flush()
    except OSError as error:
        drop(sys.stdout)
        if isinstance(error, BrokenPipeError):
            return False
        raise
    return True


def drop(stream: TextIO) -> None:
    """Let what was not written of a stream, and all that follows, go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def complain(words: str) -> None:
    """Say what is wrong, as far as there is anywhere to say it."""
    try:
        print(words, file=sys.stderr, flush=True)
    except OSError:
        drop(sys.stderr)


def finished(code: int) -> int:
    """The exit code of a command that ended with `code`, once all of it is said."""
    try:
        return code if all_is_said() else UNREAD
    except OSError as error:
        return unsaid(error)


def unsaid(error: OSError) -> int:
    """The exit code where what there was to say could not be written."""
    drop(sys.stdout)
    if isinstance(error, BrokenPipeError):
        return UNREAD
    complain(f"错误：要说的话写不出去：{explained(error)}")
    return REFUSED


def nobody_reads() -> bool:
    """Whether standard output is the pipe that is broken, and not one to another process."""
    if not all_is_said():
        return True
    if not hasattr(select, "poll"):
        return False
    watched = select.poll()
    watched.register(sys.stdout.fileno(), 0)  # what went wrong is told in any case
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in watched.poll(0))


def open_what_is_closed() -> None:
    """Give a program that was started without them its three streams (`nianbao check >&-`); what it says goes nowhere.

    Else the next file that is opened would take their place, and what is said would be written into it.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free: this one
        if getattr(sys, name) is None:
            mode = "w" if number else "r"
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115


def say_whatever_can_be() -> None:
    """Signs that the terminal cannot show (a locale of ASCII, an old code page) are shown by their codes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; what an editor can mend becomes one message and exit code 2."""
    try:
        interrupt.over()
        open_what_is_closed()
        say_whatever_can_be()
        args = parsed(argv)
        return finished(carried_out(args))
    except KeyboardInterrupt:
        complain(interrupt.WORDS)
        return INTERRUPTED


def parsed(argv: Sequence[str] | None) -> argparse.Namespace:
    """The arguments of a command; SystemExit where help was asked for, and where they are mistaken."""
    try:
        return parser().parse_args(argv)
    except SystemExit as ended:
        raise SystemExit(finished(int(ended.code or SOUND))) from None
    except OSError as error:
        raise SystemExit(unsaid(error)) from None


def carried_out(args: argparse.Namespace) -> int:
    """The exit code of a command, after it was carried out."""
    garbage.look_seldom()
    try:
        settings.check_environment(os.environ)
        finish_intake(args)
        return COMMANDS[args.command](args)
    except (DataError, OSError, MemoryError, BrokenExecutor) as error:
        if isinstance(error, BrokenPipeError) and nobody_reads():
            return UNREAD
        if args.debug:
            raise
        complain(f"错误：{error if isinstance(error, DataError) else explained(error)}")
        with suppress(OSError):
            all_is_said()
        return REFUSED


if __name__ == "__main__":
    sys.exit(main())
