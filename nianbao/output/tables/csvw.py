"""CSV on the Web: what the columns of a CSV are, in a file beside it that programs find by its name.

Source: W3C, Metadata Vocabulary for Tabular Data (2015): `<name>.csv-metadata.json`, for a folder `csv-metadata.json`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nianbao.data.dataset import Dataset
from nianbao.output.imprint import citation, licence, version

CONTEXT = ["http://www.w3.org/ns/csvw", {"@language": "zh-CN"}]
#: How the name of a description ends, behind that of its CSV; and that of a whole folder.
SUFFIX = "-metadata.json"
OF_FOLDER = "csv-metadata.json"
#: Types of columns that are no text, and what the columns say, by the files they stand in.
TYPES = {
    "year": "gYear",
    "TIME_PERIOD": "gYear",
    "OBS_VALUE": "decimal",
    "DECIMALS": "integer",
    "decimals": "integer",
    "low": "decimal",
    "high": "decimal",
}
SDMX = {
    "STRUCTURE": "结构的种类",
    "STRUCTURE_ID": "数据流",
    "ACTION": "操作，I 为新增",
    "FREQ": "频度，A 为年",
    "INDICATOR": "指标代码，点写作连字号",
    "REF_AREA": "地区代码",
    "ITEM": "分项代码，前为代码表名；_T 为不分项",
    "TIME_PERIOD": "年份",
    "OBS_VALUE": "照印的数",
    "OBS_STATUS": "A 照印，E 推算，P 初步，M 未公布",
    "UNIT_MEASURE": "单位",
    "DECIMALS": "照印的小数位数",
    "SOURCE": "出处",
    "COMMENT_OBS": "疑点，空着的没有",
}
FACTS = {
    "id": "数的名称：指标:项目:年份，推算数另有算法",
    "chapter": "所在的章",
    "value": "印出的数",
    "unit": "单位",
    "formula": "算法",
    "inputs": "所用的数，以空格分开",
    "sources": "出处",
    "name": "名称",
    "low": "误差范围的下限",
    "high": "误差范围的上限",
    "status": "A 照印，E 推算或计算，P 初步，M 未公布",
    "place": "数据文件和行",
    "note": "说明；印出的数有疑问的，说明缘由",
    "expression": "算式，$1、$2 依次为所用的数",
    "computed": "有疑问的数照其余各数应为",
    "check": "核对结果",
    "printed": "原件印作",
    "doubt": "存疑、涉及存疑数据、另一处印法有误；空着的没有疑点",
}


@dataclass(frozen=True)
class Column:
    """A column: its name, its type as CSV on the Web names it, what it says (may be empty)."""

    name: str
    type: str = "string"
    about: str = ""


def columns(heads: Iterable[str], abouts: Mapping[str, str]) -> list[Column]:
    """The columns of a CSV by its heads, with what is known of them."""
    return [Column(head, TYPES.get(head, "string"), abouts.get(head, "")) for head in heads]


def table(url: str, found: Iterable[Column], keys: Sequence[str] = ()) -> dict[str, Any]:
    """The description of one CSV; `keys` are the columns that together name a row."""
    schema: dict[str, Any] = {"columns": [column(each) for each in found]}
    if keys:
        schema["primaryKey"] = [*keys]
    return {"url": url, "tableSchema": schema}


def column(each: Column) -> dict[str, Any]:
    """The description of a column."""
    about = {"name": each.name, "titles": each.name, "datatype": each.type}
    return about | ({"dc:description": each.about} if each.about else {})


def described(what: Mapping[str, Any], data: Dataset, title: str) -> str:
    """A description as it is written, with title, version, terms and citation of the edition."""
    about = {
        "@context": CONTEXT,
        "dc:title": title,
        "dc:identifier": version(data),
        "dc:rights": licence(data),
        "dc:bibliographicCitation": citation(title, data),
        "dc:language": "zh-CN",
        **what,
    }
    return json.dumps(about, ensure_ascii=False, indent=1) + "\n"


def beside(path: Path, found: Iterable[Column], data: Dataset, title: str, keys: Sequence[str] = ()) -> None:
    """Write the description of the CSV at `path` beside it; `title` is that of the book."""
    text = described(table(path.name, found, keys), data, title)
    path.with_name(f"{path.name}{SUFFIX}").write_text(text, "utf-8", newline="\n")
