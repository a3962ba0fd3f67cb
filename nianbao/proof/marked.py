"""The whole document as one page with the findings marked, without scripts or anything from outside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from html import escape
from importlib import resources

from nianbao.proof.checking import Checked
from nianbao.proof.findings import WORDS, Finding, coverage
from nianbao.proof.model import CAPTION, HEADING, NOTE, UNIT, Spot, Table

#: What a mark is called in the page.
CLASSES = {"named": "named", "tied": "tied", "undetermined": "open", "note": "note"}


def page(checked: Checked, found: Sequence[Finding], known: Sequence[Finding] = ()) -> str:
    """The page; known: what does not fit, where the document itself says that it is in doubt."""
    took_part, total = coverage(checked)
    style = resources.files("nianbao.proof").joinpath("marked.css").read_text("utf-8")
    name = escape(checked.document.name)
    marks = Marks(checked, found)
    body = "\n".join(marks.body())
    entries = "\n".join(marks.entry(at, each) for at, each in enumerate(found, 1))
    listed = f"<ol>\n{entries}\n</ol>" if found else "<p>没有查出合不上的地方。</p>"
    listed += known_list(known)
    unread = "".join(f"<p>{escape(words)}</p>" for words in checked.document.unread)
    return f"""<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>校对：{name}</title>
<style>
{style}
</style>
</head>
<body>
<a class="skip" href="#findings">跳到所见各处</a>
<header>
<h1>校对：{name}</h1>
<p>可疑之处{len(found)}处。参加核对的数{took_part}个，全文的数{total}个；没有参加核对的数请照旧校对。</p>
{unread}
</header>
<div class="both">
<main>
<h2>全文</h2>
{body}
</main>
<nav id="findings" aria-labelledby="findings-head" tabindex="-1">
<h2 id="findings-head">所见各处</h2>
{listed}
</nav>
</div>
</body>
</html>
"""


def known_list(known: Sequence[Finding]) -> str:
    """The list of what the document itself marks; nothing where there is none."""
    if not known:
        return ""
    entries = "\n".join(
        f'<li class="note"><p>{escape(each.place)}</p><blockquote>{escape(each.quote)}</blockquote></li>'
        for each in known
    )
    head = f"<h2>文件里已标明有疑的{len(known)}处</h2>"
    return f"\n{head}\n<p>也合不上，但文件自己已标明，不算查出。</p>\n<ul>\n{entries}\n</ul>"


class Marks:
    """The text of a document with marks at the figures of findings."""

    def __init__(self, checked: Checked, found: Sequence[Finding]):
        self.checked = checked
        self.found = found
        #: By part, row and column: spots with the number of the finding and whether it is the first of it.
        self.at: dict[tuple[int, int, int], list[tuple[Spot, int, bool]]] = defaultdict(list)
        for number, each in enumerate(found, 1):
            for place, spot in enumerate(each.spots):
                self.at[spot.part, spot.row, spot.column].append((spot, number, place == 0))

    def body(self) -> Iterator[str]:
        """The parts of the document."""
        tables = 0
        for part in self.checked.document.parts:
            if isinstance(part, Table):
                tables += 1
                yield from self._table(part, tables)
                continue
            text = self._marked(part.text, (part.number, -1, -1))
            if part.kind == HEADING:
                yield f"<h3>{text}</h3>"
            else:
                style = {CAPTION: ' class="caption"', UNIT: ' class="unit"', NOTE: ' class="small"'}.get(part.kind, "")
                yield f"<p{style}>{text}</p>"

    def _table(self, table: Table, number: int) -> Iterator[str]:
        """A table, which scrolls where it is wide; number: among all, since several may have one caption or none."""
        label = escape(f"第{number}张表　{table.caption}".rstrip())
        yield f'<div class="wide" role="region" aria-label="{label}" tabindex="0"><table>'
        for at, row in enumerate(table.rows):
            cells = "".join(
                f"<td>{self._marked(text, (table.number, at, column))}</td>" for column, text in enumerate(row)
            )
            yield f"<tr>{cells}</tr>"
        yield "</table></div>"

    def _marked(self, text: str, key: tuple[int, int, int]) -> str:
        """A text with links around its suspected figures."""
        result, before = "", 0
        for spot, number, is_first in sorted(self.at.get(key, ()), key=lambda each: (each[0].start, not each[2])):
            if spot.start < before:
                continue
            finding = self.found[number - 1]
            name = f' id="figure-{number}"' if is_first else ""
            kind = CLASSES[finding.verdict] if is_first else "with"
            words = escape(text[spot.start : spot.end])
            label = f'<span class="hidden">（第{number}处）</span>'
            result += escape(text[before : spot.start])
            result += f'<a class="mark {kind}"{name} href="#finding-{number}"><mark>{words}</mark>{label}</a>'
            before = spot.end
        return result + escape(text[before:])

    def entry(self, number: int, each: Finding) -> str:
        """A finding in the list."""
        likely = f"<p><strong>可能的正数：{escape(each.likely)}</strong></p>" if each.likely else ""
        return (
            f'<li id="finding-{number}" class="{CLASSES[each.verdict]}" tabindex="-1">'
            f'<p><a href="#figure-{number}">{escape(each.place)}</a>　{WORDS[each.verdict]}·{escape(each.kind)}</p>'
            f"<blockquote>{escape(each.quote)}</blockquote>{likely}<p>{escape(each.reason)}</p></li>"
        )
