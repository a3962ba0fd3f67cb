"""`nianbao init`: a repository for another province, from copies of this program and the templates in `starter/`."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from string import Template

import yaml

from nianbao.data.catalogue import read_csv
from nianbao.errors import DataError
from nianbao.intake.layout import NUMERALS
from nianbao.settings import PACKAGE

ROOT = PACKAGE.parent
STARTER = Path(__file__).resolve().parent / "starter"
#: What every province shares; what is not there in this repository is left out.
PROGRAM = ("nianbao", "starter", "book", "deploy", ".ci", ".github", ".gitignore", ".pre-commit-config.yaml", "_config.yml", "CITATION.cff",
           "CONTRIBUTING.md", "LICENSE", "Makefile", "pyproject.toml", "requirements.txt", "requirements.lock", "requirements-cluster.txt",
           *(f"docs/{name}" for name in ("developers.md", "images/house.svg", "licences.md", "licences.py", "make.py", "performance.md", "rap.md",
                                         "reference.md", "release.md", "新年度.md", "新省份.md")))
KINDS = {"自治区": "全区", "市": "全市", "兵团": "全兵团"}  # what the end of a name makes of the whole; otherwise 全省


def init(folder: Path, name: str, code: str, bureau: str, title: str, year: int, schemes: str = "", regions: str = "") -> list[str]:
    """Make the repository; returns the names of its schemes.

    `schemes` and `regions` are names separated by commas; without them all schemes of this repository, and no regions
    below the province. A scheme that this repository lacks is written 名称=代码. Raises DataError, and makes nothing, for
    a folder that is not empty, a code or scheme unknown.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DataError("文件夹不是空的，未作任何改动；请换一个名字，或先把里面的东西移走", str(folder))
    if not re.fullmatch(r"\d{2}0000", code):
        raise DataError(f"省份代码“{code}”应为六位行政区划代码，后四位为 0，如 990000")
    if odd := [text for text in (name, bureau, title) if re.search(r'["\\$\n]', text) or not text.strip()]:
        raise DataError(f"名称“{odd[0]}”不应为空，也不应有引号、反斜线、$ 或换行")
    rows = read_csv(ROOT / "data" / "codelists" / "schemes.csv")
    known: dict[str, dict] = {word: row for row in rows if row["prefix"] for word in (row["item"], row["name"], row["short"])}
    wanted = list(filter(None, re.split("[,，、]", schemes)))
    for each in wanted:
        if own := re.fullmatch(r"([^=\"\\$]+)=([a-z]\w*)", each, re.A):
            known[each] = {"item": own[2], "name": own[1], "short": own[1], "level": "scheme", "parent": "all", "note": "", "prefix": own[2]}
    if lost := [each for each in wanted if each not in known]:
        raise DataError(f"没有名为“{'、'.join(lost)}”的险种，可选：{'、'.join(row['name'] for row in rows if row['prefix'])}；另设的写作 名称=代码")
    chosen = list({known[each]["item"]: known[each] for each in wanted or known}.values())
    about = {"name": name, "code": code, "bureau": bureau, "title": title, "year": str(year)}
    for each in PROGRAM:
        copy(ROOT / each, folder / each)
    steps = folder / "docs" / "新年度.md"  # the rehearsal at its end belongs to the tests of this repository
    put(steps, steps.read_text("utf-8").partition("\n## 演练")[0])
    for path in STARTER.rglob("*.*"):
        if path.parent.name not in {"data", "notebooks"}:
            put(folder / path.relative_to(STARTER), fill(path, about))
    config = folder / "_config.yml"
    for key, text in (("title", title), ("author", bureau)):
        config.write_text(re.sub(rf"(?m)^{key}:.*$", lambda _, key=key, text=text: f'{key}: "{text}"', config.read_text("utf-8")), "utf-8")
    catalogue(folder / "data", about, [row for row in rows if not row["prefix"]] + chosen, regions)
    notebooks(folder, about, chosen)
    return [row["name"] for row in chosen]


def copy(source: Path, target: Path) -> None:
    """A file or a folder, where there is one."""
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
    elif source.exists():
        put(target, source.read_text("utf-8"))


def put(path: Path, text: str) -> None:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def fill(path: Path, about: dict[str, str]) -> str:
    """A template with its `${…}` filled in."""
    return Template(path.read_text("utf-8")).safe_substitute(about)


def table(path: Path, heads: list[str], rows: list[list]) -> None:
    """Write a CSV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([heads, *rows])


def catalogue(data: Path, about: dict[str, str], schemes: Sequence[dict], regions: str) -> None:
    """Codelists, indicators and identities: no figure, and nothing of this province."""
    code, year = about["code"], int(about["year"])
    whole = next((word for end, word in KINDS.items() if about["name"].endswith(end)), "全省")
    units = [[f"{code[:2]}{at:02}00", each, each, "unit", code, "", ""]
             for at, each in enumerate(filter(None, re.split("[,，、]", regions)), 1)]
    table(data / "codelists" / "regions.csv", ["region", "name", "short", "level", "parent", "note", "tile"],
          [[code, whole, whole, "province", "", f"{about['name']}合计", ""], *units])
    heads = [head for head in schemes[0] if head != "_row"]
    table(data / "codelists" / "schemes.csv", heads, [[row.get(head, "") for head in heads] for row in schemes])
    table(data / "codelists" / "documents.csv", ["document", "title", "year", "publisher", "published"],
          [[f"report-{year}", f"{about['title']}（{year}年）", year, about["bureau"], year + 1]])
    made: dict[Path, list[str]] = {}
    for row in filter(lambda each: each["prefix"], schemes):
        for name, path in (("indicators", data / "indicators" / f"{row['prefix'].split('.')[0]}.csv"), ("identities", data / "identities.csv")):
            lines = fill(STARTER / "data" / f"{name}.csv", about | {"prefix": row["prefix"], "scheme": row["name"]}).splitlines()
            made.setdefault(path, lines[:1]).extend(lines[1:])
    for path, lines in made.items():
        put(path, "\n".join(lines) + "\n")


def notebooks(folder: Path, about: dict[str, str], schemes: Sequence[dict]) -> None:
    """An overview, a chapter a scheme, the audit and the comparison with last year, and the list of chapters."""
    chapters = []
    put(folder / "notebooks" / "00-overview.ipynb", fill(STARTER / "notebooks" / "00-overview.ipynb", about))
    for number, row in enumerate(schemes, 1):
        more = {"number": str(number), "chinese": NUMERALS[number - 1 : number] or str(number), "prefix": row["prefix"], "scheme": row["name"]}
        chapters.append(f"notebooks/{number:02}-{row['item']}")
        put(folder / f"{chapters[-1]}.ipynb", fill(STARTER / "notebooks" / "scheme.ipynb", about | more))
    annexes = []
    for number, name in enumerate(("audit", "revisions"), 1):
        (source,) = (ROOT / "notebooks").glob(f"A?-{name}.ipynb")
        text = re.sub(r"# 附[一二三四五六七八九]　", f"# 附{NUMERALS[number - 1]}　", source.read_text("utf-8"))
        text = re.sub(r"year = \d{4}", f"year = {about['year']}", text.replace(f'\\"{source.name[:2]}\\"', f'\\"A{number}\\"'))
        annexes.append(f"notebooks/A{number}-{name}")
        put(folder / f"{annexes[-1]}.ipynb", text)
    parts = {"卷首": ["book/preface", "book/methods"], "年度报告": chapters, "附编": annexes, "数据": ["book/data", "book/dictionary"]}
    toc = {"format": "jb-book", "root": "notebooks/00-overview",
           "parts": [{"caption": caption, "chapters": [{"file": file} for file in files]} for caption, files in parts.items()]}
    put(folder / "_toc.yml", yaml.safe_dump(toc, allow_unicode=True, sort_keys=False))

