"""The command line: `nianbao build`, `run`, `check`, `serve` and so on. Messages are in Chinese."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from concurrent.futures import BrokenExecutor
from pathlib import Path

from nianbao.errors import DataError, explained
from nianbao.settings import content_root

SCHEDULER = "Dask 调度器的地址，如 tcp://10.0.0.1:8786；缺省在本机执行"
FORMATS = ("html", "pdf", "docx", "epub")


class Parser(argparse.ArgumentParser):
    """argparse with its mistakes on one line, introduced in Chinese."""

    def error(self, message):
        """One line and exit code 2."""
        self.exit(2, f"错误：命令的写法有误（{message}），用法见 {self.prog} --help\n")


def parser() -> argparse.ArgumentParser:
    """All commands and options."""
    top = Parser("nianbao", description="年报：由数据算出的社会保险年度报告")
    top.add_argument("--debug", action="store_true", help="出错时显示完整的调用过程")
    commands = top.add_subparsers(dest="command", required=True, metavar="命令")

    def command(name, help):
        each = commands.add_parser(name, help=help, description=help)
        each.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        each.add_argument("--year", type=int, help="年份，缺省为最近一年")
        each.add_argument("--data", help="数据文件夹，缺省为 data")
        return each

    build = command("build", "编成一年的年报")
    build.add_argument("--formats", help=f"逗号分隔：{','.join(FORMATS)}，缺省为 html（单独一章为 pdf）")
    build.add_argument("--chapter", help="只把一章编成小册子，如 A4-county")
    build.add_argument("--jobs", type=int, default=os.cpu_count(), help="同时执行的笔记本数")
    build.add_argument("--scheduler", default="", help=SCHEDULER)
    run = command("run", "只执行笔记本")
    run.add_argument("--chapter", help="只执行一章，如 01-pension")
    run.add_argument("--jobs", type=int, default=os.cpu_count(), help="同时执行的笔记本数")
    for each in (build, run):
        each.add_argument("--explain", action="store_true", help="说明每章为什么执行或不执行")
        each.add_argument("--fresh", action="store_true", help="不用上次的结果，全部重做")
    follow = command("watch", "改了数据或笔记本就重编，打开的网页随之更新")
    follow.add_argument("--port", type=int, default=8000, help="端口")
    follow.add_argument("--jobs", type=int, default=os.cpu_count(), help="同时执行的笔记本数")
    many = command("batch", "许多笔记本乘许多县、许多年")
    many.add_argument("notebooks", nargs="+", help="章名，如 A4-county，或 all")
    many.add_argument("--counties", default="", help="县名或代码，逗号分隔，或 all；缺省为不分县")
    many.add_argument("--years", default="", help="2022、2020,2022、2015-2024 或 all，缺省为 --year")
    many.add_argument("--into", help="放到哪里，缺省为 _build/batch；也可以是对象存储的地址，如 s3://…")
    many.add_argument("--jobs", type=int, default=(os.cpu_count() or 1) + 1, help="同时执行的笔记本数")  # kernel and client wait for each other in turn
    many.add_argument("--scheduler", default="", help=SCHEDULER)
    command("check", "核对勾稽关系")
    fill = commands.add_parser("new-year", help="新的一年：建文件夹和填报用的 Excel 工作簿")
    fill.add_argument("year", type=int, help="新的年份")
    fill.add_argument("--out", help="工作簿存到哪里，缺省为 data/<年份>/填报-<年份>.xlsx")
    take = commands.add_parser("intake", help="读入填好的工作簿（.xlsx）或 CSV")
    take.add_argument("file", help="文件")
    take.add_argument("--year", type=int, required=True, help="数据的年份")
    diff = commands.add_parser("diff", help="两年之间的变化和修订")
    diff.add_argument("years", type=int, nargs=2, help="前后两个年份", metavar="年份")
    for each in (fill, take, diff):
        each.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        each.add_argument("--data", help="数据文件夹，缺省为 data")
    begin = commands.add_parser("init", help="为另一个省份新建一个仓库")
    begin.add_argument("folder", help="新的或空的文件夹")
    begin.add_argument("--name", default="示例省", help="省份全称，如 示例省")
    begin.add_argument("--code", default="990000", help="省份的行政区划代码，六位")
    begin.add_argument("--bureau", help="编者，几家之间用、隔开；缺省为“<省份>社会保险经办机构”")
    begin.add_argument("--title", help="书名，缺省为“<省份>社会保险年度报告”")
    begin.add_argument("--schemes", default="", help="险种，逗号分隔，缺省为五项社会保险；另设的险种写作 名称=代码，如 渔民养老补助=fishers")
    begin.add_argument("--regions", default="", help="各统计地区的名称，逗号分隔，或一个 CSV（name、parent 等栏）；也可以以后填")
    begin.add_argument("--year", type=int, help="第一本年报的年份，缺省为去年")
    begin.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    gather = commands.add_parser("site", help="把编成的各年汇成一个网站")
    gather.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    gather.add_argument("--url", default="", help="网站的地址，缺省取 book/edition.yml 的 url")
    proof = command("verify", "核对编成的年报或网站与清单是否一致")
    proof.add_argument("path", nargs="?", help="有 manifest.json 的文件夹，如 _build/site；缺省为一年的年报")
    serve = command("serve", "在本机预览")
    serve.add_argument("--port", type=int, default=8000, help="端口")
    return top


def data_folder(args) -> Path:
    """The data folder a command works on: `--data`, else that of the content folder."""
    return Path(args.data) if args.data else content_root() / "data"


def build(args) -> int:
    """`nianbao build`"""
    from nianbao.build.edition import Edition

    formats = tuple(filter(None, (args.formats or ("pdf" if args.chapter else "html")).split(",")))
    for name in formats:
        if name not in FORMATS:
            raise DataError(f"没有“{name}”格式，可选：{'、'.join(FORMATS)}")
    edition = Edition(args.year, args.data)
    if args.chapter:
        edition.booklet(args.chapter, formats, args.jobs, args.explain, args.fresh)
    else:
        edition.build(formats, args.jobs, args.explain, args.fresh, args.scheduler)
    gc.freeze()  # the program ends: looking through all that Sphinx leaves would take half a second
    return 0


def run(args) -> int:
    """`nianbao run`"""
    from nianbao.build.edition import Edition

    edition = Edition(args.year, args.data)
    edition.run(edition.target.with_name(f"{edition.year}-run"), args.jobs, args.chapter, args.explain, args.fresh)
    return 0


def follow(args) -> int:
    """`nianbao watch`: until interrupted."""
    from nianbao.build.watch import watch

    try:
        watch(args.year, args.data, args.port, args.jobs)
    except OSError as error:
        raise DataError(f"端口{args.port}不能用：{error}") from None
    return 0


def many(args) -> int:
    """`nianbao batch`: 0 all done, 1 some failed."""
    from nianbao.build import batch
    from nianbao.build.edition import Edition

    edition = Edition(args.year, args.data)
    into = (args.into or str(edition.root / "_build" / "batch")).rstrip("/")
    found = batch.jobs(edition, args.notebooks, args.counties, args.years or str(edition.year), into)
    failed = batch.run(edition, found, into, args.jobs, args.scheduler)
    print(f"完成{len(found) - failed}本，见 {into}/summary.csv" + (f"；失败{failed}本，见 failures.csv" if failed else ""))
    return 1 if failed else 0


def check(args) -> int:
    """`nianbao check`: 0 sound, 1 something does not add up."""
    from nianbao.audit import report
    from nianbao.audit.audit import of_edition
    from nianbao.build.edition import default_year

    folder = data_folder(args)
    year = args.year or default_year(folder)
    audited = of_edition(folder, year)
    findings = audited.findings
    titles = {code: about.title for code, about in audited.data.catalogue.documents.items()}
    target = content_root() / "_build" / str(year)
    target.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".audit.{os.getpid()}")
    report.write_csv(findings, aside)
    aside.replace(target / "audit.csv")
    for line in report.report(findings, titles):
        print(line)
    print(f"共核{len(findings)}项，逐项结果见 {target / 'audit.csv'}")
    return 1 if any(each.status == "fails" for each in findings) else 0


def new_year(args) -> int:
    """`nianbao new-year`: the folder and the workbook of a new year."""
    from nianbao.intake.workbook import new_year

    path = new_year(args.year, data_folder(args), args.out and Path(args.out))
    print(f"已建好：{path}\n填好后运行：nianbao intake {path} --year {args.year}")
    return 0


def intake(args) -> int:
    """`nianbao intake`: 0 read, 2 rejected (nothing changed)."""
    from nianbao.intake.reading import intake, report

    remarks, changed = intake(Path(args.file), args.year, data_folder(args))
    for line in report(remarks, changed):
        print(line)
    return 2 if any(remark.fatal for remark in remarks) else 0


def init(args) -> int:
    """`nianbao init`: a repository for another province."""
    from datetime import date

    from nianbao.build.province import Province, init

    year = args.year or date.today().year - 1
    folder = Path(args.folder)
    bureau = args.bureau or f"{args.name}社会保险经办机构"
    title = args.title or f"{args.name}社会保险年度报告"
    schemes = init(folder, Province(args.name, args.code, bureau, title, year), args.schemes, args.regions)
    print(f"已建好：{folder}（{'、'.join(schemes)}）\n"
          f"先核对 data/catalogue/codelists/regions.csv 里的地区，再在新文件夹里运行：nianbao new-year {year}。下面的步骤见 README.md")
    return 0


def diff(args) -> int:
    """`nianbao diff`: what changed between two editions."""
    from nianbao.chapter.changes import compare, report

    for line in report(compare(data_folder(args), *args.years)):
        print(line)
    return 0


def site(args) -> int:
    """`nianbao site`: all editions built so far under one root."""
    from nianbao import settings
    from nianbao.output.web.site import Site

    print(f"完成：{Site(settings.load(content_root()), url=args.url).make()}")
    return 0


def verify(args) -> int:
    """`nianbao verify`: 0 all as published, 1 files changed, missing or extra, 2 no manifest."""
    from nianbao.build.edition import Edition
    from nianbao.output import manifest

    folder = Path(args.path) if args.path else Edition(args.year, args.data).target
    known, wrong = manifest.verify(folder)
    for kind, name in wrong:
        print(f"{kind}　{manifest.shown(name)}")
    print(f"{folder}：清单{len(known['files'])}个文件，" + (f"不符{len(wrong)}处" if wrong else f"全部一致，清单指纹 {known['seal']}"))
    return 1 if wrong else 0


def serve(args) -> int:
    """`nianbao serve`: the built pages on 127.0.0.1."""
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    from nianbao.build.edition import Edition

    folder = Edition(args.year, args.data).target / "html"
    if not folder.exists():
        raise DataError("还没有编成网页，请先运行 nianbao build")
    with ThreadingHTTPServer(("127.0.0.1", args.port), partial(SimpleHTTPRequestHandler, directory=folder)) as server:
        print(f"http://127.0.0.1:{server.server_port}/　按 Ctrl+C 结束")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass
    return 0


def main(argv: list[str] | None = None) -> int:
    """Run a command; a DataError becomes one message and exit code 2."""
    args = parser().parse_args(argv)
    try:
        known = {"build": build, "run": run, "check": check, "serve": serve, "site": site, "watch": follow, "batch": many,
                 "new-year": new_year, "intake": intake, "diff": diff, "init": init, "verify": verify}
        return known[args.command](args)
    except DataError as error:
        if args.debug:
            raise
        print(f"错误：{error}", file=sys.stderr)
        return 2
    except (OSError, MemoryError, BrokenExecutor) as error:
        if args.debug:
            raise
        print(f"错误：{explained(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("已中断", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
