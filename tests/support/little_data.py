"""A data folder of a few files, for tests of single rules of the audit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from nianbao.audit.audit import Audit
from nianbao.audit.findings import Finding
from nianbao.data.dataset import Dataset

HEADS = {
    "catalogue/indicators/x.csv": "indicator,name,unit,decimals,kind,dimension,parent,formula,definition",
    "catalogue/identities.csv": "identity,title,indicator,item,weight,lag",
    "catalogue/orders.csv": "order,title,indicator,item,weight",
    "documents/r/claims.csv": "measure,indicator,item,year,base,value,unit,place",
    "documents/r/relations.csv": "relation,year,indicator,item,formula,title,place",
    "documents/r/means.csv": "year,mean,note",
}
LEVELS = "indicator,item,value,status,source,margin"
REGIONS = """\
region,name,short,level,parent,note
1,全省,全省,province,,
2,甲市,甲市,unit,1,
3,乙市,乙市,unit,1,
4,丙市,丙市,unit,1,
"""


def little(root: Path, levels: Mapping[int, Iterable[str]], **tables: Iterable[str]) -> Dataset:
    """A dataset in `root` with the observations of some years and rows of `tables`, called by the name of their file.

    An observation is written `indicator,item,value`, or with its status and margin: `x.a,1,12.5,E,0.01`.
    """
    files = {name: [head] for name, head in HEADS.items()}
    for name, rows in tables.items():
        path = next(each for each in files if Path(each).stem == ("x" if name == "indicators" else name))
        files[path] += rows
    files["catalogue/codelists/regions.csv"] = [REGIONS.strip()]
    files["catalogue/documents.csv"] = ["document,title", "r,报告"]
    for year, rows in levels.items():
        lines = [LEVELS, *map(observation, rows)]
        files[f"observations/{year}/{'x.csv' if len(lines) > 1 else '.keep'}"] = lines
    for name, lines in files.items():
        if len(lines) == 1 and name.startswith("documents/"):
            continue
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("\n".join(lines) + "\n", "utf-8")
    return Dataset(root)


def observation(text: str) -> str:
    """The row of an observation."""
    indicator, item, value, *rest = text.split(",")
    status, margin = rest or ("A", "")
    return f"{indicator},{item},{value},{status},r 表1,{margin}"


def found(data: Dataset) -> dict[str, Finding]:
    """What the audit finds, by name of the check."""
    return {each.check: each for each in Audit(data).findings()}
