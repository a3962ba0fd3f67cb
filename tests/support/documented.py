"""The pages that document the project, and the commands in their blocks of shell."""

from __future__ import annotations

from pathlib import Path

from markdown_it import MarkdownIt

from tests.support.projects import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
#: This page is walked from its first command to its last by the tests of provinces.
OTHER_PROVINCE = "新省份.md"


def commands(path: Path) -> list[str]:
    """Lines of the shell blocks of a page, without comments."""
    tokens = MarkdownIt().parse(path.read_text("utf-8"))
    blocks = "".join(each.content for each in tokens if each.type == "fence" and each.info.strip() == "sh")
    lines = blocks.replace("\\\n", "").splitlines()
    return [line.partition("  #")[0].strip() for line in lines if line.strip() and not line.startswith("#")]
