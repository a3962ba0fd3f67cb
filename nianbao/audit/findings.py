"""The result of a check, how it is decided, and how all of them are written and shown."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from html import escape
from pathlib import Path
from unicodedata import east_asian_width

from nianbao.data import catalogue
from nianbao.figures.quantity import Interval, decimals_of, round_half_up, show

STATUSES = ("fails", "erratum", "rounding", "not checked", "agrees")
WORDS = {"fails": "不符", "erratum": "勘误", "rounding": "尾差", "not checked": "未核", "agrees": "相符"}
KINDS = {
    "level": "重印", "change": "增减量", "growth": "增长率", "avg_growth": "年均增长", "points": "百分点", "share": "比重",
    "highest": "最高名单", "lowest": "最低名单", "formula": "公式", "total": "合计", "identity": "勾稽", "part": "部分不大于总体",
    "label": "文字", "copy": "照抄", "plausibility": "合理性", "erratum": "勘误表",
}
COLUMNS = tuple("check kind chapter indicator region year printed recomputed low high status note".split())
STYLE = ("body{font:15px/1.5 sans-serif;margin:1rem}table{border-collapse:collapse}th,td{border-bottom:1px solid gray;padding:.2rem .6rem;"
         "text-align:start;vertical-align:top;min-width:4.5em}td:nth-child(6){min-width:22em}td:last-child{overflow-wrap:anywhere}")
SUSPECT = "可疑"
NUMBER = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True)
class Finding:
    """The result of one check; numbers are strings as shown, `low` and `high` what rounding allows.

    `source` is where the printed figure stands; its first word names the document.
    """

    check: str
    kind: str
    chapter: str
    indicator: str
    region: str
    year: int
    printed: str
    recomputed: str
    low: str
    high: str
    status: str
    note: str
    source: str = ""

    @property
    def document(self) -> str:
        """The document the checked figure stands in."""
        return self.source.split(" ")[0]

    @property
    def suspect(self) -> bool:
        """Within what rounding allows, or not checked, but so unlikely that a person should look at it."""
        return self.note.startswith(SUSPECT)

    @property
    def word(self) -> str:
        """The kind of check as the editor knows it."""
        return KINDS.get(self.kind, self.kind)


def shown(text: str) -> str:
    """A number, or two of a range, as readers see them; any other text as it is, nothing as a dash."""
    parts = text.split("～")
    return "～".join(show(Decimal(part)) for part in parts) if all(NUMBER.fullmatch(part) for part in parts) else text or "—"


def decide(value, exact: Fraction, spread: Interval, printed: Interval | None = None) -> tuple[str, str]:
    """Status and note for a printed `value` (Decimal) against a recomputed point and interval."""
    digits = decimals_of(value)
    if round_half_up(exact, digits) == value:
        return "agrees", ""
    if (printed or Interval.printed(value)).meets(spread):
        return "rounding", ""
    cut = Fraction(int(exact * 10**digits), 10**digits)
    if cut == Fraction(value) and not (printed and printed.low == printed.high):
        return "rounding", "截尾，未四舍五入"
    return "fails", ""


def balance(exact: Fraction, terms: list[Interval]) -> tuple[str, str]:
    """Status and note of a sum of `terms` that should be zero, of which `exact` is the point value.

    A figure rounded half up never reaches the far end of its interval: where all terms are rounded, a sum that
    only touches zero is no agreement. Half units of the last digit add up to a wide interval where there are many
    terms, in which a true sum keeps close to zero: beyond four standard deviations it is called suspect.
    """
    low, high = sum(each.low for each in terms), sum(each.high for each in terms)
    if exact == 0:
        return "agrees", ""
    touching = 0 in (low, high) and all(each.low < each.high for each in terms)
    if touching or not low <= 0 <= high:
        return "fails", "只及舍入区间的端点，而四舍五入的数达不到端点" if touching else ""
    noise = float(sum((each.high - each.low) ** 2 for each in terms) / 12) ** 0.5
    far = abs(float(exact)) / noise
    return "rounding", f"{SUSPECT}：差额在舍入界内，但为舍入误差标准差的{far:.1f}倍" if far > 4 else ""


def write_csv(findings: list[Finding], path: Path) -> None:
    """`audit.csv`: a row a finding."""
    catalogue.write_csv(path, map(vars, findings), COLUMNS)


def write_html(findings: list[Finding], path: Path, title: str) -> None:
    """`audit.html`: what does not simply agree, for a look without Excel."""
    heads = "".join(f'<th scope="col">{each}</th>' for each in ("结果", "类别", "印作", "算得", "舍入所容", "说明", "检查"))
    rows = [(WORDS[each.status], each.word, shown(each.printed), shown(each.recomputed), shown(f"{each.low}～{each.high}") if each.low else "",
             each.note, each.check) for each in findings if each.status != "agrees"]
    digest = b64encode(sha256(STYLE.encode()).digest()).decode()
    body = "\n".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    path.write_text(
        f'<!doctype html>\n<html lang="zh-CN"><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'sha256-{digest}\'">\n'
        f'<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n<h1>{escape(title)}</h1>\n"
        f"<p>共核{len(findings)}项，下列{len(rows)}项不是直接相符。</p>\n<table><thead><tr>{heads}</tr></thead>\n<tbody>\n"
        f"{body}\n</tbody></table></html>\n", "utf-8")


def tally(findings: list[Finding]) -> dict[str, Counter]:
    """Counts of the statuses by document."""
    counts: dict[str, Counter] = {}
    for each in findings:
        counts.setdefault(each.document or "—", Counter())[each.status] += 1
    return dict(sorted(counts.items()))


def width(text: str) -> int:
    """Columns a text takes in a terminal."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def aligned(rows: list[list[str]], right=()) -> list[str]:
    """Rows as lines with their columns under each other; the columns in `right` end under each other."""
    rooms = [max(map(width, column)) for column in zip(*rows, strict=True)]

    def cell(at, text):
        gap = " " * (rooms[at] - width(text))
        return gap + text if at in right else text + gap

    return ["  ".join(cell(at, text) for at, text in enumerate(row)).rstrip() for row in rows]


def block(title: str, findings: list[Finding]) -> list[str]:
    """A titled table in which each finding takes a row and, below it, the check and what there is to say."""
    def clip(text):
        return text if len(text) <= 14 else text[:13] + "…"

    rows = [["类别", "印作", "算得", "舍入所容", "出处"]]
    for each in findings:
        printed = "差额应为零" if each.kind == "identity" else each.printed or "—"
        span = "～".join(dict.fromkeys((each.low, each.high))) or "—"
        rows.append([each.word, clip(printed), clip(each.recomputed or "—"), span, each.source])
    head, *lines = aligned(rows, (1, 2))
    result = [f"{title}：{len(findings)}项", f"  {head}"]
    for line, each in zip(lines, findings, strict=True):
        result += [f"  {line}", f"      {each.note}", f"      〔{each.check}〕"]
    return [*result, ""]


def report(findings: list[Finding], titles: dict[str, str] | None = None) -> list[str]:
    """Lines for the terminal: what needs a person first, then known errata, then counts by document."""
    groups = {
        "须由人处理（不符）": [each for each in findings if each.status == "fails"],
        "请人复核（可疑）": [each for each in findings if each.suspect and each.status != "fails"],
        "已知勘误": [each for each in findings if each.status == "erratum"],
    }
    lines = [line for title, chosen in groups.items() if chosen for line in block(title, chosen)]
    counts = [((titles or {}).get(document, document), count) for document, count in tally(findings).items()]
    counts.append(("合计", Counter(each.status for each in findings)))
    rows = [[name, *(str(count[status]) for status in WORDS), str(count.total())] for name, count in counts]
    lines += aligned([["文件", *WORDS.values(), "合计"], *rows], range(1, 7))
    reasons = Counter(each.note.split("：")[0] for each in findings if each.status == "not checked").most_common()
    return lines + (["", "未核的原因：" + "；".join(f"{reason}（{count}项）" for reason, count in reasons)] if reasons else [])
