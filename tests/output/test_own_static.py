"""A content folder may bring styles and pictures of its own; they go before those of the theme."""

from __future__ import annotations

from nianbao.output.web.frame import OWN_STATIC, STATIC, stamp, static_files


def test_without_files_of_its_own_the_theme_stands(tmp_path):
    assert static_files(tmp_path) == {path.name: path for path in STATIC.iterdir()}
    assert {"nianbao.css", "icon.svg"} <= set(static_files(tmp_path))


def test_a_file_of_its_own_goes_before_that_of_the_theme(tmp_path):
    own = tmp_path / OWN_STATIC
    own.mkdir(parents=True)
    (own / "nianbao.css").write_text("body{color:teal}", "utf-8")
    found = static_files(tmp_path)
    assert found["nianbao.css"] == own / "nianbao.css" and found["icon.svg"] == STATIC / "icon.svg"
    assert stamp(tmp_path) != stamp(tmp_path / "elsewhere")
