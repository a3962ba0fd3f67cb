"""Writes what the docs would otherwise say twice: commands, what notebooks can call, data files, the picture.

`make docs` runs it; a test fails when what it would write differs from what is committed.
"""

from __future__ import annotations

import argparse
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "docs")]

import house  # noqa: E402
import licences  # noqa: E402

from nianbao import __version__, charts, cli  # noqa: E402
from nianbao.audit import report  # noqa: E402
from nianbao.audit.diagnosis import telling  # noqa: E402
from nianbao.audit.diagnosis.slips import KINDS as slip_kinds  # noqa: E402
from nianbao.chapter import Chapter  # noqa: E402
from nianbao.chapter.figure import Figure  # noqa: E402
from nianbao.chapter.phrases import Phrases  # noqa: E402
from nianbao.data import package, schema  # noqa: E402

HIDDEN_OPTIONS = (argparse.SUPPRESS, "show this help message and exit")
TYPE_WORDS = {schema.A_NUMBER: "数", schema.INTEGER: "整数", schema.A_YEAR: "年份", schema.TEXT: "文字"}


def commands() -> Iterator[str]:
    """The commands with their options, from the parser itself."""
    (choices,) = [each for each in cli.parser()._actions if isinstance(each, argparse._SubParsersAction)]
    helps = {each.dest: each.help for each in choices._choices_actions}
    for name, command in choices.choices.items():
        yield f"### nianbao {name}\n\n{command.description or helps[name]}。\n"
        lines = ["| 参数 | 含义 |\n|---|---|\n"]
        for action in command._actions:
            if action.help not in HIDDEN_OPTIONS:
                option = ", ".join(action.option_strings) or action.metavar or action.dest
                lines.append(f"| `{option}` | {action.help or ''} |\n")
        yield "".join(lines) if len(lines) > 1 else ""


def tables() -> Iterator[str]:
    """The kinds of data files and their columns."""
    for table in schema.TABLES:
        yield f"### data/{table.pattern.replace('????', '<年份>')}\n\n{table.title}。\n"
        lines = ["| 列 | 含义 | 取值 | 必填 |\n|---|---|---|---|\n"]
        for column in table.columns:
            allowed = "、".join(f"`{each}`" for each in column.allowed) or TYPE_WORDS[column.type]
            lines.append(f"| `{column.name}` | {column.about} | {allowed} | {'是' if column.required else ''} |\n")
        yield "".join(lines)


def results() -> Iterator[str]:
    """The files that `nianbao check` writes, and their columns."""
    for name, meanings in (("audit.csv", report.MEANINGS), ("diagnosis.csv", telling.MEANINGS)):
        lines = [f"### _build/<年份>/{name}\n\n| 列 | 含义 |\n|---|---|\n"]
        yield "".join([*lines, *(f"| `{column}` | {about} |\n" for column, about in meanings.items())])
    slips = "、".join(f"`{name}` {words}" for name, (_, words) in slip_kinds.items() if words)
    yield f"`slip`：{slips}、`order` 次序有误。\n"


def methods() -> Iterator[str]:
    """What a notebook can call: methods of a chapter and of a figure, the filters of prose, the drawings of charts."""
    homes = {"ch.": Chapter, "f(…).": Figure, "\\| ": Phrases, "charts.": charts}
    for before, home in homes.items():
        kind = "模块" if inspect.ismodule(home) else "类"
        lines = [f"| `{before}…` | {kind} `{home.__name__}` |\n|---|---|\n"]
        for name, each in sorted(offered(home).items()):
            lines.append(f"| `{before}{name}` | {(inspect.getdoc(each) or '').splitlines()[0]} |\n")
        yield "".join(lines)


def offered(home: object) -> dict[str, object]:
    """Public methods with a docstring of a class, public functions of a module."""
    names = [name for name in getattr(home, "__all__", dir(home)) if not name.startswith("_")]
    found = {name: getattr(home, name) for name in names}
    return {name: each for name, each in found.items() if callable(each) and inspect.getdoc(each)}


def reference() -> str:
    """`docs/reference.md`."""
    return (
        "# 参考：命令和数据文件\n\n本页由 `make docs` 从程序生成，不要手改。数据文件的机读说明见 "
        "[data/datapackage.json](../data/datapackage.json)（Frictionless）。"
        "指标、代码表和勾稽关系的全文在书的“指标与勾稽关系”一页。\n\n"
        "## 命令\n\n出错时退出码为 2 并用一句话说明；`--debug` 显示完整的调用过程。\n\n"
        + "\n".join(commands())
        + "\n## 核对的结果\n\n`nianbao check` 写出两个文件，UTF-8（带 BOM）的 CSV。\n\n"
        + "\n".join(results())
        + '\n## 笔记本里能用的\n\n`ch` 是一章，`f("代码")` 是一个数，`|` 后是文字里的写法，`charts` 是画法。\n\n'
        + "\n".join(methods())
        + "\n## 数据文件\n\nUTF-8 的 CSV，第一行是列名。\n\n"
        + "\n".join(tables())
    )


#: Content that every province begins with, and what is filled in there: file -> (template in the starter,
#: replacements).
SHARED = {
    "_config.yml": ("_config.yml", {r"(?m)^title:.*$": 'title: "${title}"', r"(?m)^author:.*$": 'author: "${bureau}"'}),
    "book/data.md": ("book/data.md", {}),
    "book/dictionary.md": ("book/dictionary.md", {}),
    "docs/新年度.md": (
        "docs/新年度.md",
        # The rehearsal belongs to the tests of this repository, budget and accounts to the chapters of its own; the
        # reference stays here.
        {
            r"(?s)\n## 演练.*": "",
            r"(?s)\n## 预算、决算、绩效目标和县级分析\n.*?(?=\n## )": "",
            r"（各栏见\[参考\]\(reference\.md\)）": "",
        },
    ),
}


def starter() -> dict[Path, str]:
    """The files of this repository that a new province begins with, as templates."""
    found = {}
    for name, (template, changes) in SHARED.items():
        text = (ROOT / name).read_text("utf-8")
        for pattern, to in changes.items():
            text, times = re.subn(pattern, to, text)
            if not times:
                raise ValueError(f"{name}: nothing matches {pattern}")
        found[ROOT / "nianbao" / "build" / "starter" / template] = text
    return found


def pages() -> dict[Path, str]:
    """Every generated file with its text."""
    return starter() | {
        ROOT / "docs" / "images" / "house.svg": house.picture(),
        ROOT / "docs" / "reference.md": reference(),
        ROOT / "docs" / "licences.md": licences.page(),
        ROOT / "data" / "datapackage.json": package.descriptor(ROOT / "data", __version__),
    }


if __name__ == "__main__":
    for place, text in pages().items():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
        print(place.relative_to(ROOT))
