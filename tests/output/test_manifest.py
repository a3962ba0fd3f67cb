"""The manifest of a published folder: what changed, is missing or extra is named; a false manifest is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from nianbao import cli
from nianbao.output import manifest
from tests.support.projects import YEAR


@pytest.fixture
def folder(tmp_path) -> Path:
    """A published folder of three files."""
    for name in ("index.html", "downloads/a.csv", "downloads/a.csv.gz"):
        (tmp_path / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / name).write_text(name, "utf-8")
    manifest.write(tmp_path / "site", {"year": YEAR})
    return tmp_path / "site"


def test_verify_names_what_changed_is_missing_and_extra(folder, capsys):
    assert cli.main(["verify", str(folder)]) == 0 and "全部一致" in capsys.readouterr().out
    (folder / "index.html").write_text("index.htmL", "utf-8")
    (folder / "downloads" / "a.csv.gz").unlink()
    (folder / "downloads" / "planted\x1b[2J.html").write_text("", "utf-8")
    assert cli.main(["verify", str(folder)]) == 1
    out = capsys.readouterr().out
    assert (
        "改动　index.html" in out
        and "缺少　downloads/a.csv.gz" in out
        and "多出　downloads/planted\\x1b[2J.html" in out
    )
    assert "不符3处" in out and "\x1b" not in out


def test_a_link_is_no_published_file(folder, tmp_path):
    same = tmp_path / "same.html"
    same.write_text("index.html", "utf-8")
    (folder / "index.html").unlink()
    (folder / "index.html").symlink_to(same)
    (folder / "out").symlink_to(tmp_path)
    assert manifest.verify(folder)[1] == [("改动", "index.html"), ("多出", "out")]


def test_a_folder_that_cannot_be_read_is_said(folder, monkeypatch, capsys):
    scan = os.scandir

    def closed(place):
        if place == folder / "downloads":
            raise PermissionError(13, "Permission denied", str(place))
        return scan(place)

    monkeypatch.setattr(manifest.os, "scandir", closed)
    assert cli.main(["verify", str(folder)]) == 2 and "downloads：文件夹读不出" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name", ["../same.html", "/etc/passwd", "a/../../b", "a//b", "./a", "C:/x", "a\\b", "a\nb", ""]
)
def test_a_manifest_that_leaves_its_folder_is_refused(folder, name, capsys):
    known = manifest.read(folder)
    (folder / manifest.NAME).write_text(
        manifest.text(known["about"], known["files"] | {name: {"sha256": "0", "size": 1}}), "utf-8"
    )
    assert cli.main(["verify", str(folder)]) == 2 and "越出文件夹" in capsys.readouterr().err


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b'{"files": 1}',
        b'{"about": {}, "files": {"a": 1}, "seal": ""}',
        b"[" * 100000,
        b'{"about": {}, "files": {"a": {"sha256": 1, "size": 1}}, "seal": ""}',
        None,
    ],
)
def test_without_a_readable_manifest_the_exit_code_is_two(folder, content, capsys):
    if content is None:
        (folder / manifest.NAME).rename(folder.parent / manifest.NAME)
        (folder / manifest.NAME).symlink_to(folder.parent / manifest.NAME)
    else:
        (folder / manifest.NAME).write_bytes(content)
    assert cli.main(["verify", str(folder)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
