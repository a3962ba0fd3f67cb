"""A dataset in memory whose levels and claims a test can choose."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from decimal import Decimal
from functools import cache
from pathlib import Path

from nianbao.audit.audit import Audit
from nianbao.chapter.figure import Figure, Figures
from nianbao.data.dataset import Claim, Dataset, Observation

INDICATORS = """\
indicator,name,unit,decimals,kind,dimension,parent,formula,definition
x.stock,参保人数,万人,2,stock,region,,,
x.flow,基金收入,亿元,2,flow,region,,,
x.other,基金支出,亿元,2,flow,region,,,
x.money,缴费基数,元,0,flow,region,,,
x.rate,替代率,%,2,ratio,region,,,
x.ratio,抚养比,比,2,ratio,region,,,
x.quotient,人均收入,亿元,2,ratio,region,,x.flow / x.stock,
x.growth,增加,亿元,2,flow,region,,x.flow - x.flow{-1},
x.pinned,占比,%,2,ratio,region,,x.flow / x.flow[640000] * 100,
"""
REGIONS = """\
region,name,short,level,parent,note
640000,全区,全区,province,,
640100,甲市,甲市,unit,640000,
640200,乙市,乙市,unit,640000,
640300,丙市,丙市,unit,640000,
"""


@cache
def folder() -> Path:
    """A data folder with a small catalogue and four empty years."""
    root = Path(tempfile.mkdtemp(prefix="nianbao-test-")) / "data"
    atexit.register(shutil.rmtree, root.parent, ignore_errors=True)
    for name, text in {"codelists/regions.csv": REGIONS, "codelists/documents.csv": "document,title\nr,报告\n",
                       "indicators/x.csv": INDICATORS, "identities.csv": "identity,title,indicator,region,weight,lag\n"
                       }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    for year in range(2020, 2026):
        (root / str(year)).mkdir()
        (root / str(year) / "x.csv").write_text("indicator,region,value,status,source,margin\n", "utf-8")
    return root


def dataset(levels: dict, claims=()) -> Dataset:
    """A dataset of `levels` (indicator, region, year) -> text, or (text, status, margin), and `claims`.

    A claim is (measure, indicator, year, base, value, unit), for the whole region.
    """
    data = Dataset(folder())
    for (indicator, region, year), value in levels.items():
        text, status, margin = value if isinstance(value, tuple) else (value, "A", None)
        missing = text in {"", "-", "—"}
        data.observations[indicator, region, year] = Observation(
            indicator, region, year, None if missing else Decimal(text), text, "M" if missing else status, "r 表1",
            None if margin is None else Decimal(margin), f"data/{year}/x.csv:2")
    data.__dict__["claims"] = [
        Claim(measure, indicator, "640000", year, str(base), value, unit, "r 表1", f"data/{year}/claims.csv:2")
        for measure, indicator, year, base, value, unit in claims]
    return data


def figure(levels: dict, indicator: str = "x.stock", year: int = 2025, claims=()) -> Figure:
    """The figure of `indicator` for the whole region."""
    return Figures(Audit(dataset(levels, claims)), year)(indicator)
