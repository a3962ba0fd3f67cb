"""The page of indicators, codelists and identities: all of it from `data/` and from what the chapters print."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from nianbao.chapter.prose import Printer
from nianbao.chapter.table import Table
from nianbao.data.catalogue import Indicator
from nianbao.data.dataset import Dataset
from nianbao.data.formulas import TERM
from nianbao.figures.ids import FigureId
from nianbao.output import facts

KINDS = {"stock": "年末数", "flow": "全年数", "ratio": "比率"}
TABLES = ("indicators", "codelists", "identities")


def named(data: Dataset, code: str, item: str = "", lag: int = 0) -> str:
    """An indicator as readers know it: name, item and year."""
    about = data.catalogue.indicator(code)
    more = [data.catalogue.item(about, item).name] if item else []
    more += [{-1: "上年", 1: "下年"}.get(lag, f"{lag:+d}年")] if lag else []
    return about.name + (f"（{'，'.join(more)}）" if more else "")


def spelled(data: Dataset, about: Indicator) -> str:
    """The formula in words, with the codes replaced by names."""
    text = TERM.sub(lambda term: named(data, term[1], term[2] or "", int(term[3] or 0)), about.formula)
    for sign, shown in (" * ", " × "), (" / ", " ÷ "), (" + ", " ＋ "), (" - ", " － "):
        text = text.replace(sign, shown)
    return f"{text}（只核对）" if about.check_only else text


def indicators(data: Dataset, executed: Path, titles: dict[str, str]) -> Iterator[str]:
    """A table a part: what each indicator means, how it is computed, where it comes from and which chapters use it."""
    users: dict[str, dict] = defaultdict(dict)
    documents: dict[str, dict] = defaultdict(dict)
    for chapter, about, _ in facts.outputs(executed, titles):
        for identity in about["facts"]:
            users[FigureId.parse(identity).key.indicator][titles[chapter]] = None
    for (code, _, _), seen in data.observations.items():
        documents[code][seen.source.document] = None
    parts: dict[str, list] = defaultdict(list)
    for code, about in data.catalogue.indicators.items():
        parts[about.part].append(code)
    main = {part: Counter(each for code in codes for each in users[code]).most_common(1) for part, codes in parts.items()}
    names = {part: found[0][0] if found else part for part, found in main.items()}
    order = list(titles.values())
    for part, codes in sorted(parts.items(), key=lambda each: order.index(names[each[0]]) if names[each[0]] in order else len(order)):
        rows = []
        for code in codes:
            about = data.catalogue.indicators[code]
            sources = (data.catalogue.documents[each].title for each in documents[code])
            rows.append([about.name, code, about.unit, KINDS[about.kind], about.definition, spelled(data, about), "；".join(sources),
                         "、".join(each.split("　")[0] for each in users[code])])
        heads = ["指标", "代码", "单位", "类别", "含义", "算式", "出处", "用于"]
        yield shown(f"dictionary-{part}", f"指标：{names[part]}", heads, rows, {at: [code] for at, code in enumerate(codes)})


def codelists(data: Dataset, *_) -> Iterator[str]:
    """A table a codelist."""
    for name, items in data.catalogue.codelists.items():
        rows = [[each.name, code, items[each.parent].name if each.parent in items else "", each.note] for code, each in items.items()]
        yield shown(f"codelist-{name}", f"代码表：{name}", ["名称", "代码", "上级", "说明"], rows)


def identities(data: Dataset, *_) -> Iterator[str]:
    """What must be equal: each identity as an equation."""
    titles: dict[str, str] = {}
    sides: dict[str, tuple[list, list]] = defaultdict(lambda: ([], []))
    for row in data.folder.read("catalogue/identities.csv"):
        weight = row["weight"].lstrip("+-")
        term = ("" if weight == "1" else f"{weight} × ") + named(data, row["indicator"], row["item"], int(row["lag"] or 0))
        sides[row["identity"]][row["weight"].startswith("-")].append(term)
        titles[row["identity"]] = row["title"]
    rows = [[titles[name], "　＝　".join(" ＋ ".join(side) or "0" for side in sorted(both, key=len)), name] for name, both in sides.items()]
    yield shown("identities-all", f"勾稽关系（{len(rows)}条）", ["关系", "等式", "代码"], rows)


def shown(identity: str, caption: str, heads: list, rows: list, anchors: dict | None = None) -> str:
    """A table of texts."""
    return Table(heads, rows, text_columns=set(range(len(heads))), anchors=anchors or {}).html(identity, caption, Printer())


def fill(page: Path, data: Dataset, executed: Path, titles: dict[str, str]) -> None:
    """Put the tables in their places on the finished page, where the book has it.

    `executed` is the folder of the executed notebooks, `titles` their names and titles.
    """
    if page.exists():
        text = page.read_text("utf-8")
        for name in TABLES:
            tables = "\n".join(globals()[name](data, executed, titles))
            text = re.sub(f'<div id="{name}"></div>', lambda _, made=tables: made, text)
        page.write_text(text, "utf-8")
