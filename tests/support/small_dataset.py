"""A dataset in memory whose levels and claims a test can choose."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from copy import copy
from decimal import Decimal
from functools import cache
from pathlib import Path

from nianbao.audit.audit import Audit
from nianbao.chapter.figure import Figure, Figures
from nianbao.data.dataset import Dataset
from nianbao.data.documents import Claim
from nianbao.data.keys import Key, Source
from nianbao.data.observations import Observation

#: The whole of the regions below.
WHOLE = "640000"
SOURCE = Source("r", "表1")
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
FILES = {
    "catalogue/codelists/regions.csv": REGIONS,
    "catalogue/documents.csv": "document,title\nr,报告\n",
    "catalogue/indicators/x.csv": INDICATORS,
    "catalogue/identities.csv": "identity,title,indicator,item,weight,lag\n",
    **{f"observations/{year}/.keep": "" for year in range(2020, 2026)},
}

#: The text of a level, or text, status and margin.
Printed = str | tuple[str, str, str | None]


@cache
def folder() -> Path:
    """A data folder with a small catalogue and six empty years."""
    root = Path(tempfile.mkdtemp(prefix="nianbao-test-")) / "data"
    atexit.register(shutil.rmtree, root.parent, ignore_errors=True)
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root


@cache
def empty() -> Dataset:
    """The dataset of that folder, read once."""
    return Dataset(folder())


def dataset(levels: Mapping[tuple[str, str, int], Printed], claims: Sequence[tuple] = ()) -> Dataset:
    """A dataset of `levels`, (indicator, item, year) -> what is printed, and `claims`.

    A claim is (measure, indicator, year, base, value, unit), for the whole.
    """
    data = copy(empty())
    data.observations = {Key(*where): observation(Key(*where), printed) for where, printed in levels.items()}
    data.claims = [
        Claim(
            measure, Key(indicator, WHOLE, year), str(base), value, unit, SOURCE, f"data/documents/r/claims.csv:{line}"
        )
        for line, (measure, indicator, year, base, value, unit) in enumerate(claims, 2)
    ]
    return data


def observation(key: Key, printed: Printed) -> Observation:
    """What is printed for a key; a blank or a dash is status M."""
    text, status, margin = printed if isinstance(printed, tuple) else (printed, "A", None)
    if text in {"", "-", "—"}:
        return Observation(key, None, text, "M", SOURCE, None, f"data/observations/{key.year}/x.csv:2")
    half = None if margin is None else Decimal(margin)
    return Observation(key, Decimal(text), text, status, SOURCE, half, f"data/observations/{key.year}/x.csv:2")


def figure(
    levels: Mapping[tuple[str, str, int], Printed],
    indicator: str = "x.stock",
    year: int = 2025,
    claims: Sequence[tuple] = (),
) -> Figure:
    """The figure of `indicator` for the whole."""
    return Figures(Audit(dataset(levels, claims)), year)(indicator)
