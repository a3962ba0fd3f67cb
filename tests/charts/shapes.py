"""Data of all shapes for drawings: negatives, zeros, one value, many items, long names, gaps."""

from __future__ import annotations

import pandas as pd
from hypothesis import strategies as st

LAST = 2025
UNKNOWN = float("nan")
MANY = 40
NAMES = (
    "参保人数",
    "离退休人员",
    "收入",
    "支出",
    "累计结余",
    "一次性伤残补助金",
    "城乡居民基本养老保险个人账户养老金支出",
    "其他",
    "贺兰县",
    "宁东能源化工基地管理委员会社会事务局",
    "社会保险各信息系统及设备维护、等级测评、风险评估、网络攻防演练和延迟退休省级集中系统建设",
    "Transfers (central)",
)
HEADS = ("年初预算", "决算", "收入", "支出", "结余")
UNITS = st.sampled_from(["万人", "亿元", "%", "比", ""])
DECIMALS = st.integers(0, 2)


@st.composite
def values(draw, count: int, low: float = -1000, high: float = 9_999_999, gaps: bool = False) -> list[float]:
    """Numbers of like size, of very unlike sizes, close to each other, or zeros; with `gaps` some are unknown."""
    size = 10 ** draw(st.integers(0, 5))
    kind = draw(st.sampled_from(["alike", "unlike", "close", "zero"]))
    found = []
    for _ in range(count):
        part = draw(st.integers(-10 if low < 0 else 0, 1000)) / 1000
        unlike = part * 10 ** draw(st.integers(0, 5)) if kind == "unlike" else 0.0
        value = {"alike": part * size, "unlike": unlike, "close": size + part, "zero": 0.0}[kind]
        unknown = gaps and draw(st.integers(0, 3)) == 0
        found.append(UNKNOWN if unknown else round(min(max(value, low), high), 3))
    return found


@st.composite
def yearly(draw, series: int | None = None) -> pd.DataFrame:
    """One to four series over one to eight years, some unknown."""
    years = list(range(LAST + 1 - draw(st.integers(1, 8)), LAST + 1))
    count = series or draw(st.integers(1, 4))
    names = draw(st.lists(st.sampled_from(NAMES), min_size=count, max_size=count, unique=True))
    return pd.DataFrame({name: draw(values(len(years), gaps=True)) for name in names}, years)


@st.composite
def itemwise(draw, low: float = -1000, series: int = 1, gaps: bool = False) -> pd.DataFrame:
    """Series over one to forty items."""
    items = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=len(NAMES), unique=True))
    if draw(st.integers(0, 5)) == 0:
        items = [f"{items[at % len(items)]}{at}" for at in range(MANY)]
    heads = draw(st.lists(st.sampled_from(HEADS), min_size=series, max_size=series, unique=True))
    return pd.DataFrame({head: draw(values(len(items), low, gaps=gaps)) for head in heads}, items)
