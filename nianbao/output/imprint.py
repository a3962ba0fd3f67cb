"""What an edition says of itself: the version of its data, licence, citation and the list of its downloads."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from nianbao.data.dataset import Dataset

LICENCE = "数据取自公开发布的政府信息，可自由使用，请注明出处。程序以 MIT 许可发布。"
LICENCE_OF_OWN = (
    "本年的数由经办机构填报、公布，以前年度和附编的数取自公开发布的政府信息；"
    "均可自由使用，请注明出处。程序以 MIT 许可发布。"
)
#: Places in the pages of `book/` that say how to cite the edition, and which files there are.
CITATION = "citation"
DOWNLOADS = "downloads"
#: Digits of the fingerprint of the data.
DIGITS = 8
#: The files of a whole edition, by what stands behind `nianbao-<year>` in their names, and what each holds.
FILES = {
    "-datapackage.zip": "Frictionless 数据包：全部数据、指标、代码表、核对用的数和勘误",
    ".xlsx": "Excel 工作簿",
    ".parquet": "Parquet，供分析程序使用",
    "-sdmx.csv": "SDMX-CSV 2.0",
    "-sdmx-structure.json": "SDMX-JSON 2.0 结构：指标、地区、分项等代码表",
    "-facts.csv": "书中印出的每个数：值、单位、算法、所用的数和出处",
}
MANIFEST = "清单：每个文件的 SHA-256、数据版本、程序版本，可用 nianbao verify 核对"


@dataclass(frozen=True)
class Download:
    """A file to take away: its `address` below the pages, and what it holds."""

    address: str
    about: str

    @property
    def name(self) -> str:
        """File name without folder."""
        return self.address.rpartition("/")[2]


def place(name: str) -> str:
    """What holds a place in the Markdown of a page."""
    return f'<div id="{name}"></div>'


@lru_cache(2)
def version(data: Dataset) -> str:
    """Short fingerprint of all data files an edition reads: `2025-0123abcd`."""
    digest = hashlib.sha256()
    for path in sorted(data.root.rglob("*.csv")):
        name = path.relative_to(data.root)
        years = [int(part) for part in name.parts[:-1] if part.isdecimal()]
        if all(year <= data.years[-1] for year in years):
            digest.update(name.as_posix().encode() + path.read_bytes())
    return f"{data.years[-1]}-{digest.hexdigest()[:DIGITS]}"


def named(title: str, data: Dataset) -> str:
    """The edition as a citation begins: its publisher and its `title`."""
    reports = [about for code, about in data.catalogue.documents.items() if code.startswith("report")]
    publisher = reports[0].publisher if reports else ""
    return f"{publisher}：《{title}》"


def citation(title: str, data: Dataset) -> str:
    """How to cite the edition."""
    return f"{named(title, data)}，数据版本 {version(data)}。"


def licence(data: Dataset) -> str:
    """On what terms the data of an edition may be used, and where they are from."""
    return LICENCE_OF_OWN if data.catalogue.is_own(data.years[-1]) else LICENCE


def stem(data: Dataset) -> str:
    """How the names of all files of a whole edition begin."""
    return f"nianbao-{data.years[-1]}"


def downloads(data: Dataset, manifest: bool) -> list[Download]:
    """The files of a whole edition, with its manifest where `nianbao build` writes one."""
    files = [Download(f"downloads/{stem(data)}{ending}", about) for ending, about in FILES.items()]
    if manifest:
        files.append(Download("manifest.json", MANIFEST))
    return files
