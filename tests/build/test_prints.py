"""Print files of formats that a build was not asked for stay, and it is told which of them are older."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from nianbao.build.prints import Prints


def prints(folder: Path, made: dict[str, str]) -> Prints:
    """The print files of an edition of 2025 in a folder that is no clone; `made` is what its cache has noted."""
    (folder / "src").mkdir()
    edition = SimpleNamespace(root=folder, year=2025)
    cache = SimpleNamespace(source=folder / "src", made=made, folder=folder)
    return Prints(edition, cache, "program", lambda said: None)  # type: ignore[arg-type]


def test_files_of_other_formats_are_taken_over_and_older_ones_named(tmp_path):
    made: dict[str, str] = {}
    found = prints(tmp_path, made)
    made |= {"nianbao-2025.docx": found._made_of(), "nianbao-2025.epub": "of something else"}
    published, aside = tmp_path / "2025", tmp_path / "aside"
    published.mkdir()
    aside.mkdir()
    for kind in ("docx", "epub"):
        (published / f"nianbao-2025.{kind}").write_text(kind, "utf-8")
    assert found.keep(["pdf", "docx", "epub"], published, aside) == ["nianbao-2025.epub"]
    assert {path.name: path.read_text("utf-8") for path in aside.iterdir()} == {
        "nianbao-2025.docx": "docx",
        "nianbao-2025.epub": "epub",
    }


def test_an_edition_that_was_not_built_before_has_nothing_to_keep(tmp_path):
    (tmp_path / "aside").mkdir()
    assert prints(tmp_path, {}).keep(["docx"], tmp_path / "2025", tmp_path / "aside") == []
    assert not list((tmp_path / "aside").iterdir())
