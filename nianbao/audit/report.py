"""The findings of a check as files, and the words and columns of tables for the terminal."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Collection, Sequence
from decimal import Decimal
from hashlib import sha256
from html import escape
from pathlib import Path
from unicodedata import east_asian_width

from nianbao.audit.findings import AGREES, ERRATUM, EXPLAINED, FAILS, NOT_CHECKED, ROUNDING, Finding
from nianbao.data import csvfiles
from nianbao.figures.units import show

#: Statuses in the editor's words, in the order of the tables.
STATUS_WORDS = {
    FAILS: "不符",
    ERRATUM: "勘误",
    EXPLAINED: "已说明",
    ROUNDING: "尾差",
    NOT_CHECKED: "未核",
    AGREES: "相符",
}
#: What a check compares, in the editor's words.
KIND_WORDS = {
    "level": "重印",
    "change": "增减量",
    "growth": "增长率",
    "avg_growth": "年均增长",
    "points": "百分点",
    "share": "比重",
    "highest": "最高名单",
    "lowest": "最低名单",
    "formula": "公式",
    "total": "合计",
    "identity": "勾稽",
    "part": "部分不大于总体",
    "label": "文字",
    "copy": "照抄",
    "possible": "推得数不为负",
    "double": "同名指标",
    "plausibility": "合理性",
    "erratum": "勘误表",
    "explained": "已说明的差异",
}
#: What is compared, by kind: numbers with what follows from others, two printings of one, sizes, words.
ARITHMETIC = "算术"
PRINTINGS = "重印"
ORDERS = "次序"
WORDS = "文字"
OTHERS = "其他"
GROUPS = {
    **dict.fromkeys(("change", "growth", "avg_growth", "points", "share", "formula", "total", "identity"), ARITHMETIC),
    **dict.fromkeys(("level", "double"), PRINTINGS),
    **dict.fromkeys(("highest", "lowest", "part", "possible"), ORDERS),
    "label": WORDS,
    **dict.fromkeys(("copy", "plausibility", "erratum", "explained"), OTHERS),
}
#: How the note of a finding says that two printings of a derived figure agree, which says nothing of their arithmetic.
AS_BEFORE = "与前文所印相同"
#: How it begins where a change and a rate whose base is printed nowhere prove each other, and nothing else does.
EACH_OTHER = "与所印"
#: Columns of `audit.csv`, and what they hold.
MEANINGS = {
    "check": "核对项的名称，勘误表以此指它",
    "kind": "核对的种类",
    "chapter": "指标代码的第一段",
    "indicator": "指标代码",
    "region": "地区或项目代码",
    "year": "数所属的年份",
    "printed": "印作；勾稽关系为 0",
    "recomputed": "由其余的数算得",
    "low": "舍入所容的范围：下限",
    "high": "上限",
    "status": "agrees 相符，rounding 尾差，erratum 勘误，explained 已说明的差异，fails 不符，not checked 未核",
    "note": "说明",
}
COLUMNS = tuple(MEANINGS)
STYLE = (
    "body{font:15px/1.5 sans-serif;margin:1rem}table{border-collapse:collapse}"
    "th,td{border-bottom:1px solid gray;padding:.2rem .6rem;text-align:start;vertical-align:top;min-width:4.5em}"
    "td:nth-child(6){min-width:22em}td:last-child{overflow-wrap:anywhere}"
)
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def words_of(findings: Sequence[Finding]) -> dict[str, str]:
    """The statuses in the editor's words; explained differences only where there are any."""
    explained = any(each.status == EXPLAINED for each in findings)
    return {status: word for status, word in STATUS_WORDS.items() if status != EXPLAINED or explained}


def kind_word(finding: Finding) -> str:
    """The kind of a finding as the editor knows it."""
    return KIND_WORDS.get(finding.kind, finding.kind)


def group(finding: Finding) -> str:
    """What a finding compares: one of `GROUPS`; a derived figure that is only printed again counts as that."""
    return PRINTINGS if finding.note == AS_BEFORE else GROUPS[finding.kind]


def shown(text: str) -> str:
    """A number, or two of a range, as readers see them; any other text as it is, nothing as a dash."""
    parts = text.split("～")
    if all(NUMBER.fullmatch(part) for part in parts):
        return "～".join(show(Decimal(part)) for part in parts)
    return text or "—"


def row(finding: Finding) -> dict[str, object]:
    """A finding by the columns of `audit.csv`."""
    key = finding.key
    return {
        **vars(finding),
        "chapter": finding.chapter,
        "indicator": key.indicator,
        "region": key.item,
        "year": key.year,
    }


def write_csv(findings: Sequence[Finding], path: Path) -> None:
    """`audit.csv`: a row a finding."""
    csvfiles.write_csv(path, map(row, findings), COLUMNS)


def write_html(findings: Sequence[Finding], path: Path, title: str) -> None:
    """`audit.html`: what does not simply agree, for a look without Excel."""
    heads = "".join(
        f'<th scope="col">{each}</th>' for each in ("结果", "类别", "印作", "算得", "舍入所容", "说明", "检查")
    )
    rows = []
    for each in findings:
        if each.status != AGREES:
            allowed = shown(f"{each.low}～{each.high}") if each.low else ""
            rows.append(
                (
                    STATUS_WORDS[each.status],
                    kind_word(each),
                    shown(each.printed),
                    shown(each.recomputed),
                    allowed,
                    each.note,
                    each.check,
                )
            )
    digest = b64encode(sha256(STYLE.encode()).digest()).decode()
    body = "\n".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>" for cells in rows)
    path.write_text(
        f'<!doctype html>\n<html lang="zh-CN"><meta charset="utf-8">\n'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{digest}'\">\n"
        f'<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n<h1>{escape(title)}</h1>\n"
        f"<p>共核{len(findings)}项，下列{len(rows)}项不是直接相符。</p>\n"
        f"<table><thead><tr>{heads}</tr></thead>\n<tbody>\n"
        f"{body}\n</tbody></table></html>\n",
        "utf-8",
        newline="\n",
    )


def width(text: str) -> int:
    """Columns a text takes in a terminal."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def aligned(rows: Sequence[Sequence[str]], right: Collection[int] = ()) -> list[str]:
    """Rows as lines with their columns under each other; the columns in `right` end under each other."""
    rooms = [max(map(width, column)) for column in zip(*rows, strict=True)]

    def cell(at: int, text: str) -> str:
        gap = " " * (rooms[at] - width(text))
        return gap + text if at in right else text + gap

    return ["  ".join(cell(at, text) for at, text in enumerate(row)).rstrip() for row in rows]
