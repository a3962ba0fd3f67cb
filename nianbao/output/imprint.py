"""What an edition says of itself: the version of its data, licence, citation and the list of its downloads."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from nianbao.data.dataset import Dataset

LICENCE = "数据取自公开发布的政府信息，可自由使用，请注明出处。程序以 MIT 许可发布。"
FILES = {"-datapackage.zip": "Frictionless 数据包：全部数据、指标、代码表、核对用的数和勘误", ".xlsx": "Excel 工作簿",
         ".parquet": "Parquet，供分析程序使用", "-sdmx.csv": "SDMX-CSV 2.0", "-facts.csv": "书中印出的每个数：值、单位、算法、所用的数和出处"}


@lru_cache(2)
def version(data: Dataset) -> str:
    """Short fingerprint of all data files an edition reads."""
    digest = hashlib.sha256()
    for path in sorted(data.root.rglob("*.csv")):
        name = path.relative_to(data.root)
        years = [int(part) for part in name.parts[:-1] if part.isdecimal()]
        if all(year <= data.years[-1] for year in years):
            digest.update(name.as_posix().encode() + path.read_bytes())
    return f"{data.years[-1]}-{digest.hexdigest()[:8]}"


def citation(title: str, data: Dataset) -> str:
    """How to cite the edition."""
    reports = [about for code, about in data.catalogue.documents.items() if code.startswith("report")]
    publisher = reports[0].publisher if reports else ""
    return f"{publisher}：《{title}》，数据版本 {version(data)}。"


def listing(top: str, data: Dataset, manifest: bool) -> str:
    """The table of downloads on the data page, with the manifest where `nianbao build` writes one."""
    stem = f"nianbao-{data.years[-1]}"
    files = [(f"downloads/{stem}{name}", text) for name, text in FILES.items()]
    files += [("manifest.json", "清单：每个文件的 SHA-256、数据版本、程序版本，可用 nianbao verify 核对")] if manifest else []
    rows = "".join(f'<tr><th scope="row"><a href="{top}{name}" download>{name.rpartition("/")[2]}</a></th><td>{text}</td></tr>'
                   for name, text in files)
    return f'<table class="files"><thead><tr><th scope="col">文件</th><th scope="col">内容</th></tr></thead><tbody>{rows}</tbody></table>'
