"""`nianbao init`: a repository for another province, which depends on this program instead of containing it.

What it is made from stands in `starter/`; `${…}` in a file there is filled in.
"""

from __future__ import annotations

import csv
import itertools
import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from string import Template

import yaml

from nianbao import __version__
from nianbao.data import package
from nianbao.data.catalogue import CODE, TILE
from nianbao.data.csvfiles import Row, read_csv
from nianbao.errors import DataError
from nianbao.settings import CONFIG, EDITION, PACKAGE

STARTER = Path(__file__).resolve().parent / "starter"
#: What the end of a province's name makes of the whole; otherwise 全省.
WHOLES = {"自治区": "全区", "市": "全市", "兵团": "全兵团"}
NUMERALS = "一二三四五六七八九"
SEPARATORS = re.compile("[,，、]")
#: A scheme of the province's own: 名称=代码.
OWN_SCHEME = re.compile(r"([^=\"\\$]+)=([a-z]\w*)", re.ASCII)
SCHEME_COLUMNS = ("item", "name", "short", "level", "parent", "note", "prefix")
REGION_COLUMNS = ("region", "name", "short", "level", "parent", "note", "tile")
#: Files of `starter/` that are not simply copied.
MADE = ("notebooks", "data")
#: What hides in a repository, and would hide in the program.
HIDDEN = ("gitignore", "gitattributes", "github")
#: Files that a double click begins: copied as they are, their ends of lines too, and carried out by a system.
BEGUN = (".bat", ".command")


@dataclass(frozen=True)
class Province:
    """What a new repository is about: names of province, bureau and report, the first year, the six-digit code."""

    name: str
    code: str
    bureau: str
    title: str
    year: int

    @property
    def whole(self) -> str:
        """What the whole province is called in the book."""
        return next((word for end, word in WHOLES.items() if self.name.endswith(end)), "全省")

    @property
    def words(self) -> dict[str, str]:
        """What is filled into the templates."""
        return {
            "name": self.name,
            "code": self.code,
            "bureau": self.bureau,
            "title": self.title,
            "year": str(self.year),
            "whole": self.whole,
            "version": __version__,
        }

    def check(self) -> None:
        """DataError for a code or a name that cannot be."""
        if not re.fullmatch(r"\d{2}0000", self.code):
            raise DataError(f"省份代码“{self.code}”应为六位行政区划代码，后四位为 0，如 990000")
        for text in (self.name, self.bureau, self.title):
            if re.search(r'["\\$\n]', text) or not text.strip():
                raise DataError(f"名称“{text}”不应为空，也不应有引号、反斜线、$ 或换行")


@dataclass(frozen=True)
class Region:
    """A region to be: its code, name and short name, the code of the one above it, its place on the tile map."""

    code: str
    name: str
    short: str
    parent: str
    level: str = ""
    note: str = ""
    tile: str = ""


def init(folder: Path, province: Province, schemes: str = "", regions: str = "") -> list[str]:
    """Make the repository; returns the names of its schemes.

    `schemes` are names separated by commas; without them the five of the Social Insurance Law that a bureau of human
    resources runs. A scheme that is not known by name is written 名称=代码. `regions` are names separated by commas, or
    the path of a CSV (columns name, and where known region, short, parent, level, note, tile).
    Raises DataError, and makes nothing, for a folder that is not empty and for names and codes that cannot be.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DataError("文件夹不是空的，未作任何改动；请换一个名字，或先把里面的东西移走", str(folder))
    check_place(folder)
    province.check()
    chosen = chosen_schemes(schemes)
    listed = read_regions(regions, province)
    aside = folder.absolute().with_name(f".{folder.absolute().name}.new")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        fill(aside, province, chosen, listed)
        if folder.exists():
            folder.rmdir()  # it is empty
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    start_git(folder)
    return [scheme["name"] for scheme in chosen]


def check_place(folder: Path) -> None:
    """DataError for a folder within the program, or within another content folder."""
    place = folder.absolute()
    for above in (place, *place.parents):
        if above == PACKAGE or (above / CONFIG).is_file() and (above / EDITION).is_file():
            raise DataError(f"在 {above} 里面，那里已是程序或另一本年报；请换到别处", str(folder))


def fill(folder: Path, province: Province, schemes: Sequence[Mapping[str, str]], regions: Sequence[Region]) -> None:
    """Everything a new repository holds."""
    for path in sorted(STARTER.rglob("*")):
        name = path.relative_to(STARTER)
        if path.is_file() and name.parts[0] not in MADE and "__pycache__" not in name.parts:
            target = folder / (f".{name.as_posix()}" if name.parts[0] in HIDDEN else name)
            if path.suffix in BEGUN:
                shutil.copyfile(path, target)
                target.chmod(0o755)
            else:
                put(target, filled(path, province.words))
    write_catalogue(folder / "data" / "catalogue", province, schemes, regions)
    write_notebooks(folder, province, schemes)
    put(folder / "data" / "datapackage.json", package.descriptor(folder / "data", __version__))


def chosen_schemes(wanted: str) -> list[dict[str, str]]:
    """The schemes of a province, chosen by name, short name, code or another usual name.

    A name may stand for several schemes: 医疗 for those of employees and of residents. DataError for a name that is not
    known.
    """
    rows = read_csv(STARTER / "data" / "catalogue" / "schemes.csv")
    known: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        scheme = {column: row[column] for column in SCHEME_COLUMNS}
        for word in {row["item"], row["name"], row["short"], *names_in(row["also"])}:
            known.setdefault(word, []).append(scheme)
    found: dict[str, dict[str, str]] = {}
    for name in names_in(wanted) or [row["name"] for row in rows[:5]]:
        own = OWN_SCHEME.fullmatch(name)
        if own:
            meant = [own_scheme(own[1], own[2])]
        elif name in known:
            meant = known[name]
        else:
            choice = "、".join(row["name"] for row in rows)
            raise DataError(f"没有名为“{name}”的险种，可选：{choice}；另设的写作 名称=代码")
        found |= {scheme["item"]: scheme for scheme in meant}
    return list(found.values())


def own_scheme(name: str, code: str) -> dict[str, str]:
    """A scheme that a province has of its own."""
    return {"item": code, "name": name, "short": name, "level": "scheme", "parent": "all", "note": "", "prefix": code}


def names_in(text: str) -> list[str]:
    """The names of a list."""
    return [name.strip() for name in SEPARATORS.split(text) if name.strip()]


def read_regions(wanted: str, province: Province) -> list[Region]:
    """The regions below the province, from names or from a CSV; levels follow from who is whose parent.

    DataError for a CSV that cannot be read, a code or a name given twice, and a parent that is not listed or leads
    round in a circle.
    """
    if wanted.lower().endswith(".csv"):
        rows = read_csv(Path(wanted), ("name",))
        listed = [region_of(row) for row in rows]
    else:
        listed = [Region("", name, name, "") for name in names_in(wanted)]
    whole = {province.code, province.name, province.whole}
    listed = [region for region in listed if not whole & {region.code, region.name}]
    listed = with_codes(listed, province, wanted)
    code_of = {region.short: region.code for region in listed} | {region.name: region.code for region in listed}
    code_of |= {region.code: region.code for region in listed} | dict.fromkeys(["", *whole], province.code)
    for region in listed:
        if region.parent not in code_of:
            raise DataError(f"“{region.name}”的上级“{region.parent}”不在表内", wanted, column="parent")
    placed = [replace(region, parent=code_of[region.parent]) for region in listed]
    check_tree(placed, wanted)
    parents = {region.parent for region in placed}
    levels = {region.code: "prefecture" if region.code in parents else "unit" for region in placed}
    return [replace(region, level=region.level or levels[region.code]) for region in placed]


def region_of(row: Row) -> Region:
    """A region from its row, its parent as it is written there."""
    row.check(row["name"], "name", "地区没有名称")
    code = row.get("region") or row.get("code") or ""
    row.check(not code or CODE.fullmatch(code), "region", "代码“{code}”应由字母和数字组成", code=code)
    tile = row.get("tile", "")
    row.check(not tile or TILE.fullmatch(tile), "tile", "位置“{tile}”应是列和行，如 2 0", tile=tile)
    return Region(
        code=code,
        name=row["name"],
        short=row.get("short") or row["name"],
        parent=row.get("parent", ""),
        level=row.get("level", ""),
        note=row.get("note", ""),
        tile=tile,
    )


def with_codes(regions: Sequence[Region], province: Province, label: str) -> list[Region]:
    """The regions, those without a code of their own with one that is free; DataError for a code or a name twice."""
    for column, words in (
        ("region", [region.code for region in regions if region.code]),
        ("name", [region.name for region in regions]),
        ("short", [region.short for region in regions]),
    ):
        twice = [word for word, count in Counter(words).items() if count > 1]
        if twice:
            raise DataError(f"“{twice[0]}”写了两次，应各不相同（同名的写明在哪里）", label, column=column)
    taken = {region.code for region in regions}
    numbers = itertools.count(1)
    free = (code for code in map(partial(own_code, province), numbers) if code not in taken)
    return [region if region.code else replace(region, code=next(free)) for region in regions]


def own_code(province: Province, at: int) -> str:
    """A code for the region in place `at`, where the national one is not given: up to 99 prefectures."""
    return f"{province.code[:2]}{at:02}00" if at < 100 else f"{province.code[:2]}{at:04}"


def check_tree(regions: Sequence[Region], label: str) -> None:
    """DataError where somebody's parent leads round in a circle."""
    parent_of = {region.code: region.parent for region in regions}
    for region in regions:
        above = region.parent
        for _ in regions:
            above = parent_of.get(above, "")
        if above:
            raise DataError(f"“{region.name}”的上级绕回了自己", label, column="parent")


def put(path: Path, text: str) -> None:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="\n")


def filled(path: Path, words: Mapping[str, str]) -> str:
    """A template with its `${…}` filled in."""
    return Template(path.read_text("utf-8")).safe_substitute(words)


def write_table(path: Path, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Write a CSV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([heads, *rows])


def write_catalogue(
    folder: Path, province: Province, schemes: Sequence[Mapping[str, str]], regions: Sequence[Region]
) -> None:
    """Codelists, documents, indicators and identities: no figure, and nothing of any other province."""
    top = [province.code, province.whole, province.whole, "province", "", f"{province.name}合计", ""]
    rows = [[each.code, each.name, each.short, each.level, each.parent, each.note, each.tile] for each in regions]
    write_table(folder / "codelists" / "regions.csv", REGION_COLUMNS, [top, *rows])
    whole = {"item": "all", "name": "合计", "short": "合计", "level": "total"}
    listed = [[scheme.get(column, "") for column in SCHEME_COLUMNS] for scheme in (whole, *schemes)]
    write_table(folder / "codelists" / "schemes.csv", SCHEME_COLUMNS, listed)
    report = [
        f"report-{province.year}",
        f"{province.title}（{province.year}年）",
        province.year,
        province.bureau,
        province.year + 1,
        "",
    ]
    write_table(folder / "documents.csv", ["document", "title", "year", "publisher", "published", "origin"], [report])
    made: dict[Path, list[str]] = {}
    for scheme in schemes:
        words = {"prefix": scheme["prefix"], "scheme": scheme["name"]}
        part = scheme["prefix"].split(".")[0]
        for template, path in (
            ("indicators", folder / "indicators" / f"{part}.csv"),
            ("identities", folder / "identities.csv"),
        ):
            head, *lines = filled(STARTER / "data" / "catalogue" / f"{template}.csv", words).splitlines()
            made.setdefault(path, [head]).extend(lines)
    for path, lines in made.items():
        put(path, "\n".join(lines) + "\n")


def write_notebooks(folder: Path, province: Province, schemes: Sequence[Mapping[str, str]]) -> None:
    """An overview, a chapter a scheme, the audit and the comparison with last year, and the list of chapters."""
    templates = STARTER / "notebooks"
    put(folder / "notebooks" / "00-overview.ipynb", notebook(templates / "00-overview.ipynb", province.words))
    chapters = []
    for number, scheme in enumerate(schemes, 1):
        words = {
            "number": str(number),
            "chinese": NUMERALS[number - 1 : number] or str(number),
            "prefix": scheme["prefix"],
            "scheme": scheme["name"],
        }
        chapters.append(f"notebooks/{number:02}-{scheme['item']}")
        put(folder / f"{chapters[-1]}.ipynb", notebook(templates / "scheme.ipynb", province.words | words))
    annexes = []
    for number, name in enumerate(("audit", "revisions"), 1):
        words = {"number": f"A{number}", "chinese": NUMERALS[number - 1]}
        annexes.append(f"notebooks/A{number}-{name}")
        put(folder / f"{annexes[-1]}.ipynb", notebook(templates / f"{name}.ipynb", province.words | words))
    parts = {
        "卷首": ["book/preface", "book/methods"],
        "年度报告": chapters,
        "附编": annexes,
        "数据": ["book/data", "book/dictionary"],
    }
    contents = {
        "format": "jb-book",
        "root": "notebooks/00-overview",
        "parts": [
            {"caption": caption, "chapters": [{"file": file} for file in files]} for caption, files in parts.items()
        ],
    }
    put(folder / "_toc.yml", yaml.safe_dump(contents, allow_unicode=True, sort_keys=False))


def notebook(path: Path, words: Mapping[str, str]) -> str:
    """A notebook from its template: what is filled in stands in the cells, as JSON needs it."""
    known = json.loads(path.read_text("utf-8"))
    for cell in known["cells"]:
        cell["source"] = [Template(line).safe_substitute(words) for line in cell["source"]]
    return json.dumps(known, ensure_ascii=False, indent=1) + "\n"


def start_git(folder: Path) -> None:
    """A git repository with all this in it, where git is at hand; without an author's name nothing is committed."""
    if shutil.which("git") is None:
        return
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "-m", "nianbao init"]):
        done = subprocess.run(["git", "-C", str(folder), *command], capture_output=True, text=True)
        if done.returncode:
            return
