"""What belongs to one content folder: where it is, and the settings of its report as typed objects.

A content folder holds `_config.yml`, `_toc.yml`, `book/`, `notebooks/` and `data/`; the program stands elsewhere.
Nothing here is remembered: whoever reads settings hands them on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from nianbao.errors import DataError

#: Where the program itself stands.
PACKAGE = Path(__file__).resolve().parent
#: Files by which a content folder is known.
CONFIG = "_config.yml"
CONTENTS = "_toc.yml"
EDITION = "book/edition.yml"

YEAR_RULES = ("same", "next", "latest")
AUDIENCES = ("public", "editor")


@dataclass(frozen=True)
class Limits:
    """What one chapter may use: `seconds` of time, `memory` in MiB; None is no limit."""

    seconds: int | None = None
    memory: int | None = None


@dataclass(frozen=True)
class ChapterRule:
    """Which year a chapter takes, and its further parameters.

    `year` is same (the edition's), next (the year after) or latest (the last year that has the data file `needs`).
    """

    year: str = "same"
    needs: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """A page of the book: `file` without suffix, below the content folder, and the `part` it stands in."""

    file: str
    part: str = ""

    @property
    def name(self) -> str:
        """File name without folder."""
        return Path(self.file).name

    @property
    def is_notebook(self) -> bool:
        """Whether the page is a notebook that is executed."""
        return self.file.startswith("notebooks/")


@dataclass(frozen=True)
class Settings:
    """The settings of a content folder.

    `title` and `author` as in `_config.yml`, the rest as in `book/edition.yml`; `config` and `contents` are the two files
    of Jupyter Book as they were read.
    """

    root: Path
    title: str
    author: str
    province: str
    url: str = ""
    audience: str = "public"
    limits: Limits = Limits()
    chapters: Mapping[str, ChapterRule] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    contents: Mapping[str, Any] = field(default_factory=dict)

    @property
    def authors(self) -> list[str]:
        """The authors one by one."""
        return self.author.split("、")

    @property
    def shows_audit(self) -> bool:
        """Whether marks and the chapter of the audit are in the book, or for the editor only."""
        return self.audience == "public"

    def entries(self) -> list[Entry]:
        """Every page in the order of the contents, the first one in front."""
        found = [Entry(self.contents["root"])]
        for part in self.contents.get("parts", [self.contents]):
            for chapter in part.get("chapters", []):
                for page in (chapter, *chapter.get("sections", [])):
                    found.append(Entry(page["file"], part.get("caption", "")))
        return found


def content_root(start: Path | None = None) -> Path:
    """The content folder that `start` (default: the current folder) stands in, else the one the program stands in.

    A program that is installed on its own stands in no content folder. Raises DataError where there is none.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents, PACKAGE.parent):
        if (folder / CONFIG).is_file() and (folder / EDITION).is_file():
            return folder
    raise DataError(f"这里不是年报的文件夹：从 {here} 往上都没有 {CONFIG} 和 {EDITION}；新建一个可用 nianbao init")


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML file that holds a mapping; DataError for anything else."""
    if not path.is_file():
        raise DataError("缺少此文件", str(path))
    try:
        known = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DataError(f"不是合格的 YAML：{error}", str(path)) from None
    if not isinstance(known, dict):
        raise DataError("应是“名称: 值”的写法", str(path))
    return known


def load(root: Path) -> Settings:
    """The settings of the content folder `root`; DataError names the file and what was expected."""
    config, contents, edition = (read_yaml(root / name) for name in (CONFIG, CONTENTS, EDITION))
    for name in ("title", "author"):
        if not isinstance(config.get(name), str):
            raise DataError(f"缺少“{name}”", str(root / CONFIG))
    if not isinstance(contents.get("root"), str):
        raise DataError("缺少“root”（第一页）", str(root / CONTENTS))
    audience = edition.get("audit", "public")
    if audience not in AUDIENCES:
        raise DataError(f"audit 应为 {' 或 '.join(AUDIENCES)}，现为“{audience}”", str(root / EDITION))
    return Settings(
        root=root,
        title=config["title"],
        author=config["author"],
        province=str(edition.get("province", "")),
        url=edition.get("url") or "",
        audience=audience,
        limits=Limits(**edition.get("limits", {})),
        chapters={name: chapter_rule(rule, root / EDITION) for name, rule in edition.get("chapters", {}).items()},
        config=config,
        contents=contents,
    )


def chapter_rule(rule: Mapping[str, Any], place: Path) -> ChapterRule:
    """The rule of one chapter from `book/edition.yml`."""
    parameters = dict(rule)
    year = parameters.pop("year", "same")
    needs = parameters.pop("needs", "")
    if year not in YEAR_RULES:
        raise DataError(f"year 应为 {'、'.join(YEAR_RULES)} 之一，现为“{year}”", str(place))
    return ChapterRule(year, needs, parameters)
