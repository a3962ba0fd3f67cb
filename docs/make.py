"""Writes what the docs say twice if a person wrote it: commands, data files, and the picture of the package.

`make docs` runs it; `tests/test_docs.py` fails when what it would write differs from what is committed.
"""

from __future__ import annotations

import argparse
import ast
import csv
import inspect
import json
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "docs")]

import licences  # noqa: E402

from nianbao import __version__, catalogue, charts, cli, dataset  # noqa: E402
from nianbao.chapter.chapter import Chapter  # noqa: E402
from nianbao.chapter.figure import Figure  # noqa: E402
from nianbao.chapter.prose import Printer  # noqa: E402

# -- the package as a house ---------------------------------------------------------------------------------------------


def nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes of a module but those that only a type checker sees."""
    for node in ast.iter_child_nodes(tree):
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            yield from (node, *nodes(node))


@cache
def imports() -> dict[str, set[str]]:
    """Module -> modules of the package that it imports, also those it imports only when they are needed."""
    paths = {path.stem: path for path in sorted((ROOT / "nianbao").glob("*.py")) if path.stem != "__init__"}
    found: dict[str, set[str]] = {name: set() for name in paths}
    for name, path in paths.items():
        for node in nodes(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level == 1:
                found[name] |= {node.module} if node.module else {each.name for each in node.names}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("nianbao."):
                found[name].add(node.module.split(".")[1])
    return {name: {each for each in used if each in paths} - {name} for name, used in found.items()}


@cache
def floor(name: str, below: tuple[str, ...] = ()) -> int:
    """The floor a module stands on: one above the highest module it imports. ValueError for a circle."""
    if name in below:
        raise ValueError(f"modules import each other in a circle: {' -> '.join([*below, name])}")
    return 1 + max((floor(each, (*below, name)) for each in imports()[name]), default=-1)


def below(name: str) -> set[str]:
    """All modules that a module needs, near and far."""
    return {far for each in imports()[name] for far in {each, *below(each)}}


def house() -> str:
    """The module graph as SVG: a module imports only from the floors below it; lines that others imply are left out."""
    rows: dict[int, list[str]] = {}
    for name in sorted(imports()):
        rows.setdefault(floor(name), []).append(name)
    wide, high, across, up = 92, 26, 106, 62
    most = max(map(len, rows.values()))
    width, height = most * across + 20, len(rows) * up + 20
    places = {}
    for level, names in sorted(rows.items()):
        # beneath the middle of what it rests on, so that lines stay short
        names.sort(key=lambda each: sum(places[one][0] for one in imports()[each]) / max(len(imports()[each]), 1) if level else 0)
        left = (width - len(names) * across) / 2
        places |= {name: (left + (at + 0.5) * across, height - 10 - level * up - high) for at, name in enumerate(names)}
    lines, boxes = [], []
    for name, (x, y) in places.items():
        for each in sorted(imports()[name] - {far for one in imports()[name] for far in below(one)}):
            to_x, to_y = places[each]
            lines.append(f'<path d="M{x:.0f} {y + high}C{x:.0f} {y + 48} {to_x:.0f} {to_y - 22} {to_x:.0f} {to_y}"/>')
        about = (ast.get_docstring(ast.parse((ROOT / "nianbao" / f"{name}.py").read_text("utf-8"))) or "").split("\n")[0]
        boxes.append(f'<g><title>{escape(about)}</title><rect x="{x - wide / 2:.0f}" y="{y}" width="{wide}" height="{high}" rx="5"/>'
                     f'<text x="{x:.0f}" y="{y + 17}">{name}</text></g>')
    style = ("svg{background:#fff}path{fill:none;stroke:#9aa7b4}rect{fill:#e8f0f8;stroke:#3b6ea5}"
             "text{font:12px sans-serif;text-anchor:middle;fill:#123}")
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
            f'aria-label="Modules of nianbao by floors"><style>{style}</style>\n' + "\n".join(lines + boxes) + "\n</svg>\n")


# -- the data files -----------------------------------------------------------------------------------------------------

NUMBER, INTEGER, NEEDED = {"type": "number"}, {"type": "integer"}, {"constraints": {"required": True}}


def one_of(allowed) -> dict:
    """A column with a few allowed values, some of which may be the empty text."""
    values = sorted(filter(None, allowed))
    return {"constraints": {"enum": values} if "" in allowed else {"required": True, "enum": values}}


INDICATOR = ("指标代码，见 indicators/", NEEDED)
REGION = ("地区代码，或指标所属代码表中的代码", NEEDED)
SOURCE = ("出处：文件代码（见 codelists/documents.csv）、空格、原文的表号或章节", {})
OBSERVATIONS = {
    "indicator": INDICATOR, "region": REGION, "value": ("照印的数，小数位数不变；原表空白的照写空白、- 或 —", NUMBER),
    "status": ("A 照印，E 由公布的增减推算，P 初步，M 原表空白", one_of(dataset.STATUSES)), "source": SOURCE,
    "margin": ("推算数的误差（半宽）；空着为末位的半个单位", NUMBER)}
ITEMS = {
    "item": ("代码", NEEDED), "region": ("代码，国家标准或自编", NEEDED), "document": ("文件代码", NEEDED),
    "name": ("名称", NEEDED), "title": ("标题", NEEDED), "short": ("简称", {}), "level": ("级别", {}),
    "parent": ("上级代码", {}), "unit": ("计量单位，空着随指标", {}), "tile": ("分布图上的列和行，空着不画", {}), "prefix": ("险种指标代码的开头", {}),
    "note": ("说明", {}), "year": ("年份", INTEGER),
    "publisher": ("发布单位", {}), "published": ("发布年月", {})}
LISTS = ITEMS | {
    "item": ("代码或序号", {}), "region": ("地区代码", {}), "document": ("文件代码", {}), "name": ("名称", {}), "title": ("标题", {}),
    "source": SOURCE, "place": ("在书中的位置或原文的章节", {}), "text": ("文字，可含 {{指标代码}}", {}), "reason": ("理由", {}),
    "order": ("次序", INTEGER), "indicator": ("指标代码", {}), "formula": ("算式", {}), "relation": ("关系的名称", {}),
    "label": ("文字勘误的名称", {}), "printed": ("原文印作", {}), "expected": ("应为", {}), "topic": ("主题", {}),
    "kind": ("类别", {}), "part": ("部分", {}), "number": ("号码", {}), "rank": ("机构规格", {}), "nature": ("机构性质", {}),
    "five_in_one": ("是否五险合一", {}), "bank": ("银行", {}), "amount": ("金额", NUMBER), "project": ("项目代码", {}),
    "level1": ("一级指标", {}), "level2": ("二级指标", {}), "level3": ("三级指标", {}), "target": ("目标，照印", {}),
    "value": ("目标中的数", {}), "actual": ("实际完成，照印", {}), "issuer": ("发文机关", {}), "next": ("相连的下一格", {}),
    "table": ("表号", {}), "side": ("收入或支出", {}), "subject": ("科目", {}), "code": ("代码", {}), "no": ("次序", {}),
    "columns": ("各列的名称", {}), "plan": ("计划的主题", {}), "sme": ("是否面向中小企业", {}), "category": ("品目", {}),
    "total": ("合计", {}), "goods": ("货物", {}), "works": ("工程", {}), "services": ("服务", {}), "scheme": ("险种代码", {}),
    "type": ("问题或措施", {}), "seq": ("次序", {})}
YEAR = "[0-9][0-9][0-9][0-9]"
FILES: list[tuple[str, str, dict, list[str]]] = [  # pattern below data/, what it holds, columns, key; the first that matches
    ("indicators/*.csv", "指标", {
        "indicator": ("指标代码，第一段是所属部分", NEEDED), "name": ("名称", NEEDED), "unit": ("单位", {}),
        "decimals": ("印出的小数位数", {"type": "integer", "constraints": {"required": True, "minimum": 0}}),
        "kind": ("stock 年末数，flow 全年数，ratio 比率", one_of(catalogue.KINDS)),
        "dimension": ("所用的代码表，空着为地区", {}), "parent": ("上级指标代码", {}),
        "formula": ("算式；以 ? 开头的只用于核对，不用来补缺", {}), "definition": ("含义", {})}, ["indicator"]),
    ("codelists/*.csv", "代码表", ITEMS, ["item"]),
    ("identities.csv", "勾稽关系：同一 identity 各行的“权数×指标”之和应为零", {
        "identity": ("关系代码", NEEDED), "title": ("名称", NEEDED), "indicator": INDICATOR,
        "region": ("固定的地区或项目；空着为逐一核对", {}), "weight": ("权数", {"type": "number", **NEEDED}),
        "lag": ("年份的偏移，-1 为上年", {"type": "integer", **NEEDED})}, []),
    (f"{YEAR}/claims.csv", "原件印出的推算数和重印的数，供核对", {
        "measure": ("算法", one_of(dataset.MEASURES)), "indicator": INDICATOR, "region": REGION,
        "base": ("比较的年份，或比重的分母", {}), "value": ("照印的数；最高、最低为地区名", {}), "unit": ("照印的单位", {}), "source": SOURCE}, []),
    (f"{YEAR}/errata.csv", "已知的错误", {
        "check": ("核对项，空格分开", NEEDED), "printed": ("原印", {}), "likely": ("可能的正数", {}), "reason": ("理由", NEEDED),
        "show": ("书中印原数或算得的数", one_of({"published", "recomputed", ""})),
        "expect": ("fails，其后可写各项的“印作=>算得”；错误不在了，检查会报出", NEEDED), "source": SOURCE}, []),
    (f"{YEAR}/formulas.csv", "只用于某一项的算式", {
        "indicator": INDICATOR, "region": REGION, "formula": ("算式", NEEDED), "note": ("说明", {})}, ["indicator", "region"]),
    (f"{YEAR}/revisions.csv", "本年年报对以前各年的修订", {
        "indicator": INDICATOR, "region": REGION, "of_year": ("被修订的年份；空着为口径变化", INTEGER), "old": ("原数", {}), "new": ("新数", {}),
        "kind": ("planned 例行修订，method 方法变化，error 差错更正", one_of(dataset.REVISION_KINDS)), "reason": ("理由", NEEDED),
        "date": ("日期", {})}, []),
    (f"{YEAR}/lists/*.csv", "文字和名录", LISTS, []),
    (f"{YEAR}/counties/*-*.csv", "一个县的文字", LISTS, []),
    (f"{YEAR}/counties/*.csv", "一个县的数", OBSERVATIONS, ["indicator", "region"]),
    (f"{YEAR}/*.csv", "一个部分的数，一行一个", OBSERVATIONS, ["indicator", "region"])]


def head(path: Path) -> list[str]:
    """Columns of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return next(csv.reader(stream))


def resource(path: Path) -> dict:
    """What a data package says of one file; KeyError for a file or column of which nothing is known."""
    name = path.relative_to(ROOT / "data").as_posix()
    kind = next((each for each in FILES if fnmatch(name, each[0])), None)
    if kind is None:
        raise KeyError(f"data/{name}: describe this kind of file in FILES of docs/make.py")
    _, title, known, key = kind
    columns = head(path)
    if missing := [each for each in columns if each not in known]:
        raise KeyError(f"data/{name}: describe the columns {missing} in docs/make.py")
    fields = [{"name": each, "type": "string", "description": known[each][0], **known[each][1]} for each in columns]
    key = columns[:1] if key == ["item"] else key
    schema = {"fields": fields, "missingValues": sorted(dataset.BLANKS) if known is OBSERVATIONS else [""]}
    return {"name": name.removesuffix(".csv").replace("/", "-").replace("_", "-").lower(), "path": name, "title": title,
            "profile": "tabular-data-resource", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8",
            "schema": schema | ({"primaryKey": key} if key else {})}


def package() -> str:
    """`data/datapackage.json`: the data folder as a Frictionless data package."""
    paths = sorted((ROOT / "data").rglob("*.csv"))
    about = {"name": "nianbao-data", "title": "年报数据", "version": __version__, "profile": "tabular-data-package",
             "licenses": [{"name": "public-information", "title": "公开发布的政府信息，可自由使用，请注明出处"}],
             "resources": [resource(path) for path in paths]}
    return json.dumps(about, ensure_ascii=False, indent=1) + "\n"


# -- reference ----------------------------------------------------------------------------------------------------------


def commands() -> Iterator[str]:
    """The commands with their options, from the parser itself."""
    (choices,) = [each for each in cli.parser()._actions if isinstance(each, argparse._SubParsersAction)]
    for name, command in choices.choices.items():
        yield f"### nianbao {name}\n\n{command.description or next(each.help for each in choices._choices_actions if each.dest == name)}。\n"
        rows = [(", ".join(each.option_strings) or (each.metavar or each.dest), each.help or "") for each in command._actions
                if each.help not in (argparse.SUPPRESS, "show this help message and exit")]
        yield "| 参数 | 含义 |\n|---|---|\n" + "".join(f"| `{option}` | {said} |\n" for option, said in rows)


def tables() -> Iterator[str]:
    """The kinds of data files and their columns."""
    for pattern, title, known, _ in FILES:
        yield f"### data/{pattern.replace(YEAR, '<年份>')}\n\n{title}。\n"
        rows = []
        for name, (said, rule) in known.items():
            limits = rule.get("constraints", {})
            allowed = "、".join(f"`{each}`" for each in limits.get("enum", ())) or {"number": "数", "integer": "整数"}.get(rule.get("type", ""), "文字")
            rows.append(f"| `{name}` | {said} | {allowed} | {'是' if limits.get('required') else ''} |\n")
        yield "| 列 | 含义 | 取值 | 必填 |\n|---|---|---|---|\n" + "".join(rows)


def methods() -> Iterator[str]:
    """What a notebook can call: methods of a chapter and of a figure, the filters of prose, the drawings of charts."""
    found = {"ch.": Chapter, "f(…).": Figure, "\\| ": Printer, "charts.": charts}
    for before, home in found.items():
        yield f"| `{before}…` | {'模块' if inspect.ismodule(home) else '类'} `{home.__name__}` |\n|---|---|\n" + "".join(
            f"| `{before}{name}` | {(inspect.getdoc(each) or '').splitlines()[0]} |\n" for name, each in sorted(vars_of(home).items()))


def vars_of(home) -> dict[str, object]:
    """Public methods with a docstring of a class; of a module the functions it offers that are its own."""
    names = [name for name in getattr(home, "__all__", dir(home)) if not name.startswith("_")]
    found = {name: getattr(home, name) for name in names if callable(getattr(home, name)) and inspect.getdoc(getattr(home, name))}
    return {name: each for name, each in found.items() if not inspect.ismodule(home) or each.__module__ == home.__name__}


def reference() -> str:
    """`docs/reference.md`."""
    return ("# 参考：命令和数据文件\n\n本页由 `make docs` 从程序生成，不要手改。数据文件的机读说明见 "
            "[data/datapackage.json](../data/datapackage.json)（Frictionless）。指标、代码表和勾稽关系的全文在书的“指标与勾稽关系”一页。\n\n"
            "## 命令\n\n出错时退出码为 2 并用一句话说明；`--debug` 显示完整的调用过程。\n\n" + "\n".join(commands())
            + "\n## 笔记本里能用的\n\n`ch` 是一章，`f(\"代码\")` 是一个数，`|` 后是文字里的写法，`charts` 是画法。\n\n" + "\n".join(methods())
            + "\n## 数据文件\n\nUTF-8 的 CSV，第一行是列名。\n\n" + "\n".join(tables()))


def pages() -> dict[Path, str]:
    """Every generated file with its text."""
    return {ROOT / "docs" / "images" / "house.svg": house(), ROOT / "docs" / "reference.md": reference(),
            ROOT / "docs" / "licences.md": licences.page(),
            ROOT / "data" / "datapackage.json": package()}


if __name__ == "__main__":
    for place, text in pages().items():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
        print(place.relative_to(ROOT))
