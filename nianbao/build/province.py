"""`nianbao init`: a repository for another province, which depends on this program instead of containing it.

What it is made from stands in `starter/`; `${…}` in a file there is filled in.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

import yaml

from nianbao import __version__
from nianbao.data import package
from nianbao.data.csvfiles import Row, read_csv
from nianbao.errors import DataError

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


def fill(folder: Path, province: Province, schemes: Sequence[Mapping[str, str]], regions: Sequence[Region]) -> None:
    """Everything a new repository holds."""
    for path in sorted(STARTER.rglob("*")):
        name = path.relative_to(STARTER)
        if path.is_file() and name.parts[0] not in MADE and "__pycache__" not in name.parts:
            target = name.with_name(".gitignore") if name.name == "gitignore" else name
            put(folder / target, filled(path, province.words))
    write_catalogue(folder / "data" / "catalogue", province, schemes, regions)
    write_notebooks(folder, province, schemes)
    put(folder / "data" / "datapackage.json", package.descriptor(folder / "data", __version__))


def chosen_schemes(wanted: str) -> list[dict[str, str]]:
    """The schemes of a province by name, short name, code or another usual name; DataError for one unknown."""
    rows = read_csv(STARTER / "data" / "catalogue" / "schemes.csv")
    known: dict[str, dict[str, str]] = {}
    for row in rows:
        for word in (row["item"], row["name"], row["short"], *SEPARATORS.split(row["also"])):
            known[word] = {column: row[column] for column in SCHEME_COLUMNS}
    names = [each.strip() for each in SEPARATORS.split(wanted) if each.strip()] or [row["name"] for row in rows[:5]]
    found: dict[str, dict[str, str]] = {}
    for name in names:
        own = OWN_SCHEME.fullmatch(name)
        if own:
            scheme = {
                "item": own[2],
                "name": own[1],
                "short": own[1],
                "level": "scheme",
                "parent": "all",
                "note": "",
                "prefix": own[2],
            }
        elif name in known:
            scheme = known[name]
        else:
            choice = "、".join(row["name"] for row in rows)
            raise DataError(f"没有名为“{name}”的险种，可选：{choice}；另设的写作 名称=代码")
        found[scheme["item"]] = scheme
    return list(found.values())


def read_regions(wanted: str, province: Province) -> list[Region]:
    """The regions below the province, from names or from a CSV; levels follow from who is whose parent."""
    if wanted.lower().endswith(".csv"):
        listed = [region_of(row, at, province) for at, row in enumerate(read_csv(Path(wanted), ("name",)), 1)]
    else:
        names = [each.strip() for each in SEPARATORS.split(wanted) if each.strip()]
        listed = [Region(own_code(province, at), name, name, province.code) for at, name in enumerate(names, 1)]
    listed = [region for region in listed if region.code != province.code]
    codes = {region.code for region in listed} | {province.code}
    by_name = {region.name: region.code for region in listed}
    parents = {by_name.get(region.parent, region.parent) or province.code for region in listed}
    found = []
    for region in listed:
        parent = by_name.get(region.parent, region.parent) or province.code
        if parent not in codes:
            raise DataError(f"“{region.name}”的上级“{region.parent}”不在表内", wanted, column="parent")
        level = region.level or ("prefecture" if region.code in parents else "unit")
        found.append(Region(region.code, region.name, region.short, parent, level, region.note, region.tile))
    return found


def region_of(row: Row, at: int, province: Province) -> Region:
    """A region from its row; one without a code of its own gets one."""
    code = row.get("region") or row.get("code") or own_code(province, at)
    row.check(row["name"], "name", "地区没有名称")
    return Region(
        code,
        row["name"],
        row.get("short") or row["name"],
        row.get("parent", ""),
        row.get("level", ""),
        row.get("note", ""),
        row.get("tile", ""),
    )


def own_code(province: Province, at: int) -> str:
    """A code for the region in place `at`, where the national one is not given: up to 99 prefectures."""
    return f"{province.code[:2]}{at:02}00" if at < 100 else f"{province.code[:2]}{at:04}"


def put(path: Path, text: str) -> None:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


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
    ]
    write_table(folder / "documents.csv", ["document", "title", "year", "publisher", "published"], [report])
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
