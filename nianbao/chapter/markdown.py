"""Markdown as typed blocks: prose of chapters, Markdown cells of notebooks, pages of `book/`.

`blocks` reads what markdown-it has parsed; `blocks_of_markdown` parses a text that also holds what a plain page uses of
MyST: labels, roles and directives become their text. HTML in Markdown holds places for what is filled in on the web; it
has no words of its own and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.deflist import deflist_plugin

from nianbao.chapter.record import (
    Block,
    Code,
    CodeBlock,
    Definition,
    Definitions,
    Emphasis,
    Heading,
    Inline,
    LineBreak,
    Link,
    ListBlock,
    Paragraph,
    PlainTable,
    Quote,
    Strong,
    Text,
)

#: Turns a text into inlines; a text that holds no figures is one `Text`.
Words = Callable[[str], tuple[Inline, ...]]

PAGES = MarkdownIt("commonmark", {"html": True}).enable("table").use(deflist_plugin)
#: Directives that stand for something the web makes.
MADE_BY_THE_WEB = {"contents", "tableofcontents", "raw"}
LABEL_OR_COMMENT = re.compile(r"(?m)^\([\w-]+\)=\n|^%.*\n")
ROLE = re.compile(r"\{[\w:-]+\}`([^`<]+?)(?:\s*<[^>`]*>)?`")
DIRECTIVE = re.compile(r"(?ms)^(:{3,}|`{3,})\{([\w-]+)\}[ ]*([^\n]*)\n(.*?)^\1[ ]*$")
OPTIONS = re.compile(r"(?m)\A(?:---\n.*?\n---\n|(?::[\w-]+:.*\n)+)")
GLOSSARY_TERM = re.compile(r"(?m)^(\S.*)\n((?:[ \t]+\S.*\n?)+)")
LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def as_text(text: str) -> tuple[Inline, ...]:
    """A text without figures."""
    return (Text(text),) if text else ()


def blocks_of_markdown(text: str) -> tuple[Block, ...]:
    """The blocks of a Markdown cell or a page of `book/`."""
    return blocks(PAGES.parse(without_myst(text)))


def without_myst(text: str) -> str:
    """The text with labels left out, and roles and directives of MyST as their text."""
    text = LABEL_OR_COMMENT.sub("", text)
    text = ROLE.sub(r"\1", text)
    return DIRECTIVE.sub(directive_text, text)


def directive_text(match: re.Match[str]) -> str:
    """A directive as Markdown: its argument as a paragraph, its body; a glossary as a list of definitions."""
    _, name, argument, content = match.groups()
    body = OPTIONS.sub("", content)
    if name == "glossary":
        return GLOSSARY_TERM.sub(lambda term: f"{term[1]}\n: {term[2].strip()}\n", body)
    if name in MADE_BY_THE_WEB:
        return ""
    return f"\n{argument}\n\n{body}\n"


def blocks(tokens: Sequence[Token], words: Words = as_text) -> tuple[Block, ...]:
    """What markdown-it has parsed as blocks; `words` turns each text into inlines."""
    return Reader(words).blocks(SyntaxTreeNode(tokens).children)


class Reader:
    """Reads the tree of a parsed text."""

    def __init__(self, words: Words):
        self.words = words

    def blocks(self, nodes: Sequence[SyntaxTreeNode]) -> tuple[Block, ...]:
        """The blocks of some nodes; those that have no words of their own are left out."""
        found = []
        for node in nodes:
            block = self.block(node)
            if block is not None:
                found.append(block)
        return tuple(found)

    def block(self, node: SyntaxTreeNode) -> Block | None:
        """A block; None for a rule across the page and for HTML."""
        readers: dict[str, Callable[[SyntaxTreeNode], Block]] = {
            "paragraph": self.paragraph,
            "heading": self.heading,
            "bullet_list": self.list,
            "ordered_list": self.list,
            "dl": self.definitions,
            "blockquote": self.quote,
            "fence": self.code,
            "code_block": self.code,
            "table": self.table,
        }
        return readers[node.type](node) if node.type in readers else None

    def paragraph(self, node: SyntaxTreeNode) -> Paragraph:
        """A paragraph."""
        return Paragraph(self.line(node))

    def heading(self, node: SyntaxTreeNode) -> Heading:
        """A heading; its tag holds its level."""
        return Heading(int(node.tag[1:]), self.line(node))

    def list(self, node: SyntaxTreeNode) -> ListBlock:
        """A list with its items."""
        items = tuple(self.blocks(item.children) for item in node.children)
        ordered = node.type == "ordered_list"
        return ListBlock(items, ordered, int(node.attrs.get("start", 1)))

    def definitions(self, node: SyntaxTreeNode) -> Definitions:
        """A list of terms, each with the explanations that follow it."""
        entries: list[Definition] = []
        for child in node.children:
            if child.type == "dt":
                entries.append(Definition(self.line(child), ()))
            elif entries:
                last = entries[-1]
                entries[-1] = Definition(last.term, (*last.explanations, self.blocks(child.children)))
        return Definitions(tuple(entries))

    def quote(self, node: SyntaxTreeNode) -> Quote:
        """Quoted blocks."""
        return Quote(self.blocks(node.children))

    def code(self, node: SyntaxTreeNode) -> CodeBlock:
        """Lines of code."""
        return CodeBlock(node.content)

    def table(self, node: SyntaxTreeNode) -> PlainTable:
        """A table of texts."""
        rows = [row for part in node.children for row in part.children]
        cells = [tuple(self.line(cell) for cell in row.children) for row in rows]
        right = tuple("right" in str(cell.attrs.get("style", "")) for cell in rows[0].children)
        return PlainTable(cells[0], tuple(cells[1:]), right)

    def line(self, node: SyntaxTreeNode) -> tuple[Inline, ...]:
        """The inlines of a block that holds one line of text."""
        return self.inlines(each for child in node.children for each in child.children)

    def inlines(self, nodes: Iterator[SyntaxTreeNode] | Sequence[SyntaxTreeNode]) -> tuple[Inline, ...]:
        """Inlines, with texts that stand side by side as one."""
        found: list[Inline] = []
        for node in nodes:
            for each in self.inline(node):
                last = found[-1] if found else None
                if isinstance(each, Text) and isinstance(last, Text):
                    found[-1] = Text(last.text + each.text)
                else:
                    found.append(each)
        return tuple(found)

    def inline(self, node: SyntaxTreeNode) -> tuple[Inline, ...]:
        """What stands in a line; of a picture the words that stand for it."""
        if node.type == "text":
            return self.words(node.content)
        if node.type == "image":
            return self.inlines(node.children)
        single = self.single_inline(node)
        return () if single is None else (single,)

    def single_inline(self, node: SyntaxTreeNode) -> Inline | None:
        """An inline that is one whatever is in it; None for HTML that is no end of a line."""
        found: Inline | None = None
        if node.type == "softbreak":
            found = Text("\n")
        elif node.type == "hardbreak" or (node.type == "html_inline" and LINE_BREAK.fullmatch(node.content)):
            found = LineBreak()
        elif node.type == "strong":
            found = Strong(self.inlines(node.children))
        elif node.type == "em":
            found = Emphasis(self.inlines(node.children))
        elif node.type == "code_inline":
            found = Code(node.content)
        elif node.type == "link":
            found = Link(str(node.attrs.get("href", "")), self.inlines(node.children))
        return found
