"""Hostile and careless input by kind, and what is expected of the program that is given it."""

from __future__ import annotations

import re
from pathlib import Path

import fuzz
import pytest

from nianbao.audit.audit import Audit
from nianbao.data.dataset import Dataset
from nianbao.errors import DataError

RUN = "planted=1"
TEXTS = [
    f"<script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"</title><svg onload={RUN}>",
    f"<iframe srcdoc='<script>{RUN}</script>'>",
    f"</script><script>{RUN}</script>",
    f"<a href=javascript:{RUN}>点</a>",
    f'" onmouseover="{RUN}" x="',
    f"' onfocus='{RUN}' autofocus='",
    f"<style>*{{background:url(javascript:{RUN})}}</style>",
    "<!-- 没有结尾",
    "<![CDATA[",
    "]]>",
    "<?xml version='1.0'?>",
    "<base href=//x.test/>",
    "<meta http-equiv=refresh content=0;url=//x.test>",
    "<object data=x></object>",
    "</td></tr></table>",
    "</p></div></article>",
    "<b>粗</b>",
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    "&#60;b&#62;",
    "&amp;amp;",
    "&nbsp",
    "a & b",
    "一 < 二 > 三",
    f"[点这里](javascript:{RUN})",
    "![图](http://x.test/a.png)",
    "**粗** *斜* `码` ~~删~~",
    "# 标题",
    "## 标题 ##",
    "- 一\n- 二",
    "1. 一\n2. 二",
    "1) 一",
    "> 引",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "标题\n===",
    "标题\n---",
    "***",
    "```\n码\n```",
    "~~~",
    "    四格",
    "\\*",
    "[a]: http://x.test",
    "<http://x.test>",
    "一行  \n二行",
    "{{ 7*7 }}",
    "{{ ''.__class__.__mro__ }}",
    "{% for x in range(9) %}{% endfor %}",
    "{# 注 #}",
    "{%raw%}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    f"{{raw}}`html <script>{RUN}</script>`",
    "```{note}\n内\n```",
    "{ref}`x`",
    ":::{note}\n内\n:::",
    "(label)=",
    "{sub-ref}`wordcount`",
    "%% 注",
    "$x^2$",
    "$$y$$",
    "\\begin{a}",
    "#set page(fill: red)",
    '#eval("1")',
    "@label",
    "/* 注 */",
    "// 注",
    "'; DROP TABLE x; --",
    "`id`",
    "$(id)",
    "=1+1",
    "@SUM(A1)",
    "+1",
    "-1+1",
    "％ｓ％d",
    "%s%n%x",
    "\u05e9\u05dc\u05d5\u05dd",
    "\u0645\u0631\u062d\u0628\u0627",
    "e\u0301\u0301\u0301",
    "🏛️👨‍👩‍👧".replace("\u200d", ""),
    "𠮷𫝆𰻝",
    "长" * 4990,
    "x" * 4990,
]
UNSEEN = [
    "\x00",
    "\x01",
    "\x07",
    "\x08",
    "\x0b",
    "\x0c",
    "\x1b[31m",
    "\x1b]0;x\x07",
    "\x7f",
    "\x85",
    "\x9b",
    "\xad",
    "\u061c",
    "\u200b",
    "\u200c",
    "\u200d",
    "\u200e",
    "\u200f",
    "\u2028",
    "\u2029",
    "\u202a",
    "\u202b",
    "\u202d",
    "\u202e",
    "\u2060",
    "\u2066",
    "\u2067",
    "\u2068",
    "\u2069",
    "\ufeff",
    "\ufffe",
    "\uffff",
    "\ufffd",
    "\ue000",
    "\ue001",
    "\uf8ff",
    "\ufdd0",
    "\U000e0001",
    "\U000f0000",
    "\U0010ffff",
]
FORMULAS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x.test")',
    "+1+1",
    "-1+1",
    "-cmd|x",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1+1",
    "＠x",
    "=1,=2",
    '="a""b"',
    "-2+3+cmd|' /C calc'!D2",
    "+",
    "-",
    "=",
    "--1",
    "-1",
    "-1.50",
    "—",
    "1=1",
    "-1e5",
    '=IMPORTXML("//x.test")',
]
WRONG = [
    "",
    " ",
    "1 +",
    "(((",
    "a.b **2",
    "a.b if 1 else 2",
    "[a.b]",
    "lambda: 1",
    "__import__('os')",
    "a.b; b.c",
    "a.b\nb.c",
    "a.b == 1",
    "a.b and 1",
    "1j",
    "'x'",
    "f'{a.b}'",
    "0x10**2",
    "~a.b",
    "a.b[1][2]",
    "a.b{99999}",
    "(" * 300 + "a.b" + ")" * 300,
    "-" * 600 + "1",
    "9" * 400,
    "1e999",
    "a.b\x00",
    "\ud800",
    "a.b // 2",
    "a.b % 2",
    "a.b @ 2",
    "(a.b:=1)",
    "a.b * 1_000",
    "١ + a.b if",
    "x" * 501,
    "print(1)",
    "{a.b}",
    "a.b,",
]
NAMES = [
    "../../x",
    "..",
    ".",
    "/etc/passwd",
    "a/b",
    "a\\b",
    "a b",
    "a:b",
    'a"b',
    "a'b",
    "<b>",
    "",
    "ａ",
    "a;b",
    "a|b",
    "a*",
    "con?",
    "x" * 9 + "/",
    "%2e%2e",
    "~root",
]


def change(path: Path, old: str, new: str) -> None:
    """Put another text into a file (halves of characters as they are)."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode("utf-8", "surrogatepass"))


def refused(action, *words: str) -> str:
    """What the DataError says: one Chinese line that anybody may print."""
    with pytest.raises(DataError) as caught:
        action()
    text = str(caught.value)
    assert re.search("[一-鿿]", text) and text.isprintable() and all(word in text for word in words), text
    return text


def bare(text: str) -> str:
    """A text without blanks, for comparing."""
    return re.sub(r"\s", "", text)


def read_and_check(root: Path) -> None:
    """Read and check everything in a data folder."""
    Audit(Dataset(root, 2025)).findings()


def audit_of_small_data() -> Audit:
    """The audit of the small data of the fuzzer."""
    return Audit(fuzz.dataset())
