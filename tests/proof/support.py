"""Small documents for the tests of the proofreader."""

from __future__ import annotations

from pathlib import Path

from nianbao.proof.checking import Checked, check
from nianbao.proof.findings import Finding, findings
from nianbao.proof.readers.text import read
from nianbao.proof.words import notes


def checked(text: str) -> Checked:
    """A text, checked."""
    result = check(read(Path("测试.txt"), text.encode("utf-8")))
    result.notes = notes(result)
    return result


def found(text: str) -> list[Finding]:
    """What is found in a text."""
    return findings(checked(text))


def only(text: str) -> Finding:
    """The one thing that is found in a text."""
    result = found(text)
    assert len(result) == 1, [each.reason for each in result]
    return result[0]
