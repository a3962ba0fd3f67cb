"""The command line: `nianbao build`, `run`, `check`, `serve` and so on. Messages are in Chinese."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from .errors import DataError

FORMATS = ("html", "pdf", "docx", "epub")


def parser() -> argparse.ArgumentParser:
    """All commands and options."""
    top = argparse.ArgumentParser("nianbao", description="年报：由数据算出的社会保险年度报告")
    top.add_argument("--debug", action="store_true", help="出错时显示完整的调用过程")
    commands = top.add_subparsers(dest="command", required=True, metavar="命令")

    def command(name, help):
        each = commands.add_parser(name, help=help, description=help)
        each.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        each.add_argument("--year", type=int, help="年份，缺省为最近一年")
        each.add_argument("--data", help="数据文件夹，缺省为 data")
        return each

    build = command("build", "编成一年的年报")
    build.add_argument("--formats", default="html", help=f"逗号分隔：{','.join(FORMATS)}")
    build.add_argument("--jobs", type=int, default=os.cpu_count(), help="同时执行的笔记本数")
    run = command("run", "只执行笔记本")
    run.add_argument("--chapter", help="只执行一章，如 01-pension")
    run.add_argument("--jobs", type=int, default=os.cpu_count(), help="同时执行的笔记本数")
    command("check", "核对勾稽关系")
    serve = command("serve", "在本机预览")
    serve.add_argument("--port", type=int, default=8000, help="端口")
    return top


def build(args) -> int:
    """`nianbao build`"""
    from .edition import Edition

    formats = tuple(filter(None, args.formats.split(",")))
    for name in formats:
        if name not in FORMATS:
            raise DataError(f"没有“{name}”格式，可选：{'、'.join(FORMATS)}")
    Edition(args.year, args.data).build(formats, args.jobs)
    return 0


def run(args) -> int:
    """`nianbao run`"""
    from .edition import Edition

    edition = Edition(args.year, args.data)
    edition.run(edition.target.with_name(f"{edition.year}-run"), args.jobs, args.chapter)
    return 0


def check(args) -> int:
    """`nianbao check`: 0 sound, 1 something does not add up."""
    from . import audit
    from .catalogue import read_csv
    from .edition import ROOT, default_year

    folder = Path(args.data) if args.data else None
    year = args.year or default_year(folder)
    checked, findings = audit.of_edition(folder, year)
    documents = checked.data.root / "codelists" / "documents.csv"
    titles = {row["document"]: row["title"] for row in read_csv(documents)} if documents.exists() else {}
    target = ROOT / "_build" / str(year)
    if not target.is_dir():
        target = Path("_build") / str(year)
        target.mkdir(parents=True, exist_ok=True)
    audit.write_csv(findings, target / "audit.csv")
    for line in audit.report(findings, titles):
        print(line)
    print(f"共核{len(findings)}项，逐项结果见 {target / 'audit.csv'}")
    return 1 if any(each.status == "fails" for each in findings) else 0


def serve(args) -> int:
    """`nianbao serve`: the built pages on 127.0.0.1."""
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    from .edition import Edition

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
        return {"build": build, "run": run, "check": check, "serve": serve}[args.command](args)
    except DataError as error:
        if args.debug:
            raise
        print(f"错误：{error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
