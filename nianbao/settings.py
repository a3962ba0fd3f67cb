"""What belongs to one content folder: where it is, and the settings of its report as typed, validated objects.

A content folder holds `_config.yml`, `_toc.yml`, `book/`, `notebooks/` and `data/`; the program stands elsewhere.
Nothing here is remembered: whoever reads settings hands them on.

Validated by our own code on PyYAML's nodes rather than by pydantic: a book would have to install 5 MB for three files,
and its messages (English, without lines) would have to be written anew all the same.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from nianbao import yamlfile
from nianbao.errors import DataError
from nianbao.yamlfile import CLIP, Value

#: Where the program itself stands.
PACKAGE = Path(__file__).resolve().parent
#: Files by which a content folder is known.
CONFIG = "_config.yml"
CONTENTS = "_toc.yml"
EDITION = "book/edition.yml"
#: The folder of a content folder in which everything made stands.
MADE = "_build"

YEAR_RULES = ("same", "next", "latest")
AUDIENCES = ("public", "editor")
FORKED = "forked"
STOCK = "stock"
#: Where kernels come from: forked from a process that has imported everything (where the system can), or Jupyter's own.
KERNELS = (FORKED, STOCK)

#: Settings of Jupyter Book at the top of `_config.yml`, and of what kind they are.
CONFIG_KINDS = {
    "title": "text",
    "author": "text",
    "copyright": "text",
    "logo": "text",
    "exclude_patterns": "texts",
    "only_build_toc_files": "flag",
    "execute": "mapping",
    "parse": "mapping",
    "html": "mapping",
    "latex": "mapping",
    "bibtex_bibfiles": "texts",
    "launch_buttons": "mapping",
    "repository": "mapping",
    "sphinx": "mapping",
}
#: The extension of Sphinx that brings the theme and all that a page needs.
EXTENSION = "nianbao.output.web.extension"
#: Where the extensions of Markdown are named in `_config.yml`, and those that MyST knows: with any other one among them
#: it takes none, and says so in a log only.
SYNTAX = "myst_enable_extensions"
SYNTAXES = (
    *("amsmath", "attrs_block", "attrs_image", "attrs_inline", "colon_fence", "deflist", "dollarmath", "fieldlist"),
    *("html_admonition", "html_image", "linkify", "replacements", "smartquotes", "strikethrough", "substitution"),
    "tasklist",
)
#: What `_toc.yml` may hold: at its top, in a part, in a page.
CONTENTS_KEYS = ("format", "root", "parts", "chapters", "defaults", "options", "meta", "title")
PART_KEYS = ("caption", "chapters", "numbered", "maxdepth", "hidden", "titlesonly", "reversed")
PAGE_KEYS = ("file", "title", "sections")
BOOK_FORMAT = "jb-book"
EDITION_KEYS = (
    "province",
    "url",
    "audit",
    "outlook",
    "kernels",
    "limits",
    "chapters",
    "terms",
    "contact",
    "published",
    "colophon",
    "regions",
    "indicators",
)
#: What `colophon` in `book/edition.yml` may name.
COLOPHON_KEYS = ("editors", "english", "number")
#: What `contact` in `book/edition.yml` may name.
CONTACT_KEYS = ("office", "phone", "email", "address")
#: What `regions` in `book/edition.yml` may name.
REGION_KEYS = ("notebook", "only")
#: Bounds of the limits of a chapter: a week in seconds, 16 TiB in MiB.
MOST_SECONDS = 7 * 24 * 3600
MOST_MEMORY = 16 << 20
#: The last second an archive can be dated: the end of 2107.
LAST_DATE = 4_354_819_199
#: Protocols by which a Dask scheduler is spoken to.
SCHEDULERS = ("tcp", "tls", "ws", "wss", "ucx")
#: An e-mail address, and the year of an edition, as settings may name them.
EMAIL = re.compile(r"[^\s@\"'<>,;:?&#%]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
YEAR = re.compile(r"\d{4}")
#: What no address and no name of a file in the contents may hold.
UNSAFE = re.compile(r"[\s\"'<>\\^`{|}\x00-\x1f\x7f]")


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
class Contact:
    """Whom a reader turns to who found an error: office, phone, e-mail and postal address; any may be empty."""

    office: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""

    def __bool__(self) -> bool:
        """Whether anything of it is known."""
        return bool(self.office or self.phone or self.email or self.address)


@dataclass(frozen=True)
class Colophon:
    """What the imprint of the printed book says beside what is known anyway; any may be empty.

    `editors` are those who wrote it, `english` its title in English, `number` its ISBN or the permit of printed matter
    for internal use.
    """

    editors: str = ""
    english: str = ""
    number: str = ""


@dataclass(frozen=True)
class RegionPages:
    """The pages of the regions: `notebook` makes each of them; empty: there are none.

    `only` names the regions that get a page, by name or code; empty: all that have figures.
    """

    notebook: str = ""
    only: Sequence[str] = ()


@dataclass(frozen=True)
class Entry:
    """A page of the book: `file` without suffix, below the content folder, and the `part` it stands in."""

    file: str
    part: str = ""

    @property
    def name(self) -> str:
        """File name without folder."""
        return PurePosixPath(self.file).name

    @property
    def is_notebook(self) -> bool:
        """Whether the page is a notebook that is executed."""
        return self.file.startswith("notebooks/")


@dataclass(frozen=True)
class Settings:
    """The settings of a content folder.

    `title` and `author` as in `_config.yml`, `pages` in the order of `_toc.yml`, the rest as in `book/edition.yml`
    (`terms` are words with digits that are no figures, `published` the days on which editions appeared, by year);
    (`terms` are words with digits that are no figures, `indicators` tells whether each indicator has a page);
    `config` and `contents` are the two files of Jupyter Book as they were read.
    """

    root: Path
    title: str
    author: str
    province: str = ""
    url: str = ""
    audience: str = "public"
    outlook: str = "editor"
    kernels: str = FORKED
    limits: Limits = Limits()
    chapters: Mapping[str, ChapterRule] = field(default_factory=dict)
    pages: Sequence[Entry] = ()
    terms: Sequence[str] = ()
    contact: Contact = Contact()
    published: Mapping[int, str] = field(default_factory=dict)
    colophon: Colophon = Colophon()
    regions: RegionPages = RegionPages()
    indicators: bool = False
    config: Mapping[str, Any] = field(default_factory=dict)
    contents: Mapping[str, Any] = field(default_factory=dict)

    @property
    def authors(self) -> list[str]:
        """The authors one by one."""
        return self.author.split("、")

    @property
    def shows_outlook(self) -> bool:
        """Whether the scenarios of the outlook are in the book, or for the editor only."""
        return self.outlook == "public"

    @property
    def shows_audit(self) -> bool:
        """Whether marks and the chapter of the audit are in the book, or for the editor only."""
        return self.audience == "public"

    def entries(self) -> list[Entry]:
        """Every page in the order of the contents, the first one in front."""
        return list(self.pages)


def content_root(start: Path | None = None) -> Path:
    """The content folder that `start` (default: the current folder) stands in, else the one the program stands in.

    A program that is installed on its own stands in no content folder. Raises DataError where there is none, and where
    one lacks a file that it is known by: the book of another folder would be taken for it.
    """
    try:
        here = (start or Path.cwd()).resolve()
    except FileNotFoundError:
        raise DataError("当前所在的文件夹已被删去或移走，请先进入年报的文件夹，再运行一次") from None
    for folder in (here, *here.parents):
        if is_content(folder):
            return folder
        if MADE not in folder.parts:  # the source of a book for Sphinx is no content folder
            refuse_broken(folder)
    if is_content(PACKAGE.parent):
        return PACKAGE.parent
    raise DataError(f"这里不是年报的文件夹：从 {here} 往上都没有 {CONFIG} 和 {EDITION}；新建一个可用 nianbao init")


def is_content(folder: Path) -> bool:
    """Whether a folder has the files by which a content folder is known."""
    return (folder / CONFIG).is_file() and (folder / EDITION).is_file()


def refuse_broken(folder: Path) -> None:
    """DataError for a folder that has some of the files of a content folder and lacks one by which it is known."""
    if not any(os.path.lexists(folder / name) for name in (CONFIG, CONTENTS, EDITION)):
        return
    for name in (CONFIG, EDITION):
        if not os.path.lexists(folder / name):
            raise DataError(f"缺少此文件，{folder} 不是完整的年报文件夹；请从备份或版本库中取回", name)
        if not (folder / name).is_file():
            raise DataError(f"应是普通的文件，{folder} 不是完整的年报文件夹", name)


def load(root: Path) -> Settings:
    """The settings of the content folder `root`.

    DataError, for the first thing that is wrong in the three files, with file, line and what was expected.
    """
    config = yamlfile.read(root / CONFIG, CONFIG)
    contents = yamlfile.read(root / CONTENTS, CONTENTS)
    edition = yamlfile.read(root / EDITION, EDITION)
    written = edition.mapping(EDITION_KEYS)
    known = {name: value for name, value in written.items() if not value.is_empty}
    book = checked_config(config)
    pages = checked_contents(contents)
    return Settings(
        root=root,
        title=book["title"].text(),
        author=book["author"].text(),
        province=written["province"].text() if "province" in written else "",
        url=address(known["url"]) if "url" in known else "",
        audience=known["audit"].chosen(AUDIENCES) if "audit" in known else "public",
        outlook=known["outlook"].chosen(AUDIENCES) if "outlook" in known else "editor",
        kernels=known["kernels"].chosen(KERNELS) if "kernels" in known else FORKED,
        limits=limits(known["limits"]) if "limits" in known else Limits(),
        chapters=chapter_rules(known["chapters"]) if "chapters" in known else {},
        pages=pages,
        terms=[str(each.scalar()) for each in known["terms"].items()] if "terms" in known else [],
        contact=contact(known["contact"]) if "contact" in known else Contact(),
        published=days(known["published"]) if "published" in known else {},
        colophon=colophon(known["colophon"]) if "colophon" in known else Colophon(),
        regions=region_pages(known["regions"]) if "regions" in known else RegionPages(),
        indicators=known["indicators"].flag() if "indicators" in known else False,
        config=config.plain(),
        contents=contents.plain(),
    )


def checked_config(config: Value) -> dict[str, Value]:
    """The settings of `_config.yml` by name; DataError for what is wrong in them."""
    known = config.mapping(CONFIG_KINDS)
    for name in ("title", "author", "sphinx"):
        if name not in known:
            raise DataError(f"缺少“{name}”", config.file)
    for name, value in known.items():
        check_kind(value, CONFIG_KINDS[name])
    sphinx = known["sphinx"].mapping()
    if "config" not in sphinx:
        raise known["sphinx"].error("“sphinx”下缺少“config”")
    extensions = sphinx["config"].mapping().get("extensions")
    if extensions is None or EXTENSION not in [each.text() for each in extensions.items()]:
        raise sphinx["config"].error(f"“sphinx.config.extensions”应是列表，其中有 {EXTENSION}")
    for place in (known.get("parse"), sphinx["config"]):
        syntaxes = place.mapping().get(SYNTAX) if place else None
        for each in syntaxes.items() if syntaxes else []:
            each.chosen(SYNTAXES)
    return known


def check_kind(value: Value, kind: str) -> None:
    """DataError unless a value is of a kind of `CONFIG_KINDS`."""
    if kind == "text":
        value.text(empty=True)
    elif kind == "flag":
        value.flag()
    elif kind == "mapping":
        value.mapping()
    else:
        for each in value.items():
            each.text()


def checked_contents(contents: Value) -> list[Entry]:
    """The pages of `_toc.yml`; DataError for what is wrong in it."""
    known = contents.mapping(CONTENTS_KEYS)
    for name in ("format", "root"):
        if name not in known:
            raise DataError(f"缺少“{name}”", contents.file)
    known["format"].chosen([BOOK_FORMAT])
    found = [Entry(file_name(known["root"]))]
    if "parts" in known and "chapters" in known:
        raise known["chapters"].error("“parts”和“chapters”只能有一个")
    lines = {found[0].file: known["root"].line}
    for place, entry in listed(known):
        if entry.file in lines:
            raise place.error(f"“{entry.file}”已在第{lines[entry.file]}行")
        lines[entry.file] = place.line
        found.append(entry)
    return found


def listed(known: Mapping[str, Value]) -> list[tuple[Value, Entry]]:
    """The pages below the first one, with their places, from the top of `_toc.yml`."""
    if "chapters" in known:
        return pages_of(known["chapters"], "")
    found = []
    for part in filled(known["parts"]) if "parts" in known else []:
        about = part.mapping(PART_KEYS)
        if "chapters" not in about:
            raise part.error("这一部分缺少“chapters”")
        caption = about["caption"].text() if "caption" in about else ""
        found += pages_of(about["chapters"], caption)
    return found


def pages_of(chapters: Value, part: str) -> list[tuple[Value, Entry]]:
    """The pages of a list and the sections below them, with their places."""
    found = []
    for page in filled(chapters):
        about = page.mapping(PAGE_KEYS)
        if "file" not in about:
            raise page.error("这一页缺少“file”")
        if "title" in about:
            about["title"].text()
        found.append((about["file"], Entry(file_name(about["file"]), part)))
        if "sections" in about:
            found += pages_of(about["sections"], part)
    return found


def filled(value: Value) -> list[Value]:
    """The values of a list that must not be empty."""
    found = value.items()
    if not found:
        raise value.error(f"“{value.name}”是空的，应至少有一项")
    return found


def file_name(value: Value) -> str:
    """A page of the contents: a path below the content folder, without suffix; DataError for anything else."""
    text = value.text()
    parts = text.split("/")
    if UNSAFE.search(text) or ":" in text or not all(parts) or {".", ".."} & set(parts):
        raise value.wrong("文件夹内的路径，不写后缀，如 notebooks/01-pension")
    return text


def limits(value: Value) -> Limits:
    """The limits of a chapter; a limit that is left empty is none."""
    known = value.mapping(("seconds", "memory"))
    most = {"seconds": MOST_SECONDS, "memory": MOST_MEMORY}
    return Limits(**{name: each.whole(1, most[name]) for name, each in known.items() if not each.is_empty})


def chapter_rules(value: Value) -> dict[str, ChapterRule]:
    """The rules of the chapters by name."""
    return {name: chapter_rule(rule) for name, rule in value.mapping().items()}


def chapter_rule(value: Value) -> ChapterRule:
    """The rule of one chapter."""
    known = value.mapping()
    year = known.pop("year").chosen(YEAR_RULES) if "year" in known else "same"
    needs = file_name(known.pop("needs")) if "needs" in known else ""
    for name, each in known.items():
        if not name.isidentifier():
            raise each.error(f"参数名“{name}”应由字母、数字和下划线组成")
    return ChapterRule(year, needs, {name: each.scalar() for name, each in known.items()})


def region_pages(value: Value) -> RegionPages:
    """The pages of the regions."""
    known = {name: each for name, each in value.mapping(REGION_KEYS).items() if not each.is_empty}
    if "notebook" not in known:
        return RegionPages()
    only = [str(each.scalar()) for each in known["only"].items()] if "only" in known else []
    return RegionPages(file_name(known["notebook"]), only)


def address(value: Value) -> str:
    """The address of the online edition; DataError unless it is a web address or empty."""
    text = value.text(empty=True)
    if text and not is_web_address(text):
        raise value.wrong("网址，如 https://example.org/2025/")
    return text


def contact(value: Value) -> Contact:
    """Whom a reader turns to; DataError for an e-mail address that is none."""
    known = {name: each for name, each in value.mapping(CONTACT_KEYS).items() if not each.is_empty}
    texts = {name: each.text(empty=True).strip() for name, each in known.items()}
    if texts.get("email") and not EMAIL.fullmatch(texts["email"]):
        raise known["email"].wrong("电子邮箱，如 nianbao@example.org")
    return Contact(**texts)


def colophon(value: Value) -> Colophon:
    """What the imprint of the printed book says."""
    known = {name: each for name, each in value.mapping(COLOPHON_KEYS).items() if not each.is_empty}
    return Colophon(**{name: each.text(empty=True).strip() for name, each in known.items()})


def days(value: Value) -> dict[int, str]:
    """The days on which editions appeared, `2026-05-20`, by year; DataError for what is no year or no day."""
    found = {}
    for name, each in value.mapping().items():
        if not YEAR.fullmatch(name):
            raise each.error(f'“{name[:CLIP]}”应为年份，加引号，如 "2025"')
        if not each.is_empty:
            found[int(name)] = day(each)
    return found


def day(value: Value) -> str:
    """A day as ISO 8601 writes it; DataError for anything else."""
    text = value.text()
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise value.wrong('日期，加引号，如 "2026-05-20"') from None


def check_environment(environment: Mapping[str, str]) -> None:
    """DataError for a variable of the user's that is obeyed but cannot be: SOURCE_DATE_EPOCH, seconds since 1970."""
    text = environment.get("SOURCE_DATE_EPOCH", "0")
    if not re.fullmatch("[0-9]{1,10}", text) or int(text) > LAST_DATE:
        raise DataError(f"环境变量 SOURCE_DATE_EPOCH 应为 1970 年以来的秒数，至 2107 年底，现为“{text[:CLIP]}”")


def is_scheduler(text: str) -> bool:
    """Whether a text is the address of a Dask scheduler: a protocol of Dask's, a host and a port."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme in SCHEDULERS and bool(host and port) and not UNSAFE.search(text)


def is_web_address(text: str) -> bool:
    """Whether a text is the address of a web page: http or https, a host, and nothing that would end an attribute."""
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(host) and not UNSAFE.search(text)
