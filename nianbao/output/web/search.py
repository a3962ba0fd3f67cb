"""The text of the finished pages for the search that runs in the reader's browser.

Chinese has no spaces, so nothing is cut into words: every passage is shipped as it stands and `search.js` looks for the
reader's words in it (folded: width, case, thousands separators), by pairs of characters where no passage has them all.
That finds every phrase; the whole book takes less than an index of its words would, and one script that is
loaded at the first search works from `file://` too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from lxml import html as parser
from lxml.html import HtmlElement

TITLE, HEADING, CAPTION, TEXT, TABLE = range(5)
BLOCKS = {"h1": TITLE, "h2": HEADING, "h3": HEADING, "h4": HEADING, "h5": HEADING, "caption": CAPTION,
          "figcaption": CAPTION, "p": TEXT, "li": TEXT, "dt": TEXT, "dd": TEXT, "tr": TABLE, "pre": TEXT}
SKIPPED = {"take"}
WIDE = r"[\u2e80-\u9fff\uff00-\uffef\u3000-\u303f“”—…]"


def words(node: HtmlElement) -> str:
    """Text of an element on one line; line ends between Chinese characters are no spaces."""
    text = re.sub(r"[ \t\r\n\xa0]+", " ", node.text_content()).strip()
    return re.sub(rf"(?<={WIDE}) (?={WIDE})", "", text)


def row(node: HtmlElement) -> str:
    """Cells of a table row or spans of a card, set apart."""
    return " ".join(filter(None, map(words, node)))


def anchor(node: HtmlElement) -> str:
    """Where a link to an element leads: the nearest figure or section around it."""
    for each in node.iterancestors("figure", "section"):
        if each.get("id"):
            return each.get("id")
    return ""


def passages(html: str) -> Iterator[tuple[int, str, str]]:
    """(kind, anchor, text) of every block of a page, in order."""
    (article,) = parser.document_fromstring(html).xpath("//article")
    for node in article.iter():
        if not isinstance(node.tag, str) or node.get("class") in SKIPPED:
            continue
        if node.tag == "svg":
            alt = node.findtext("{*}title") or node.findtext("title") or ""
            yield TEXT, anchor(node), alt.partition("。")[2]
        elif node.tag in BLOCKS and not any(each.tag in BLOCKS for each in node.iterdescendants(*BLOCKS)):
            card = node.tag == "li" and node.getparent().get("class") == "cards"
            text = row(node) if card or node.tag in {"tr", "caption"} else words(node)
            if text:
                place = anchor(node)
                again = node.tag == "caption" and place.endswith("-data")  # the caption of the chart again
                yield TABLE if again else BLOCKS[node.tag], place, text


def write(pages: list[tuple[str, str]], path: Path) -> None:
    """`search.data.js`: for each page (address, html) its title and passages; the anchor of the last one is left out."""
    book = []
    for address, html in pages:
        rows, last, title = [], None, ""
        for kind, place, text in passages(html):
            title = title or (text if kind == TITLE else "")
            rows.append([kind, text] if place == last else [kind, text, place])
            last = place
        book.append([address, title, rows])
    path.write_text(f"nianbaoText({json.dumps(book, ensure_ascii=False, separators=(',', ':'))})\n", "utf-8")
