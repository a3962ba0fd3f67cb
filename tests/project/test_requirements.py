"""What the program is made with: every version is locked with its hash, every licence listed."""

from __future__ import annotations

import re

import licences

from tests.support.projects import ROOT


def plain(name: str) -> str:
    """A package name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_lock_agrees_with_the_requirements():
    pins = {
        plain(name): number
        for name, number in re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "requirements.txt").read_text("utf-8"), re.M)
    }
    text = (ROOT / "requirements.lock").read_text("utf-8")
    entries = re.split(r"^(?=[\w.-]+==)", text, flags=re.M)[1:]
    found: dict[str, set[str]] = {}
    direct = set()
    for entry in entries:
        name, number = re.match(r"([\w.-]+)==([^\s;]+)", entry).groups()
        found.setdefault(plain(name), set()).add(number)
        direct |= {plain(name)} if "-r requirements.txt" in entry else set()
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), name
    assert direct == set(pins)
    assert {name: found[name] for name in pins} == {name: {number} for name, number in pins.items()}
    assert not re.search(r"https?://|file:|index-url|find-links|trusted-host", text)
    assert "--require-hashes -r requirements.lock" in (ROOT / "Makefile").read_text("utf-8")


def test_the_licence_list_is_up_to_date():
    assert (ROOT / "docs" / "licences.md").read_text("utf-8") == licences.page(), "run make docs"
