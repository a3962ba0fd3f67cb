"""What changed between two editions: indicators, regions, definitions, figures, and revisions of earlier figures.

The log of revisions is `data/<year>/revisions.csv` (indicator, region, of_year, old, new, kind, reason, date): `kind` is
planned, method or error; a row without `of_year` tells of a changed definition, `old` and `new` being its words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from nianbao.audit.audit import Audit
from nianbao.audit.report import aligned
from nianbao.chapter.figure import Figure, Figures
from nianbao.data.dataset import Dataset
from nianbao.data.keys import Key
from nianbao.errors import DataError
from nianbao.figures.units import round_half_up, show

KINDS = {"planned": "例行修订", "method": "方法变化", "error": "差错更正"}


@dataclass
class Changes:
    """The differences of two years. `moved` holds (indicator, figure before, figure now) for the whole."""

    before: int
    now: int
    added: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    regions: dict[str, tuple[list[str], list[str]]] = field(default_factory=dict)
    moved: list[tuple[str, Figure, Figure]] = field(default_factory=list)
    units: int = 0
    log: list[list[str]] = field(default_factory=list)


def name(data: Dataset, code: str, item: str) -> str:
    """An indicator's name, with the item where that is not the whole."""
    about = data.catalogue.indicator(code)
    place = data.catalogue.item(about, item)
    return f"{about.name}（{place.name}）" if place.parent else about.name


def compare(root: Path, before: int, now: int) -> Changes:
    """Compare the editions of two years, as each stands today; DataError where one of them does not exist."""
    data = Dataset(root)
    for year in (before, now):
        if year not in data.editions:
            raise DataError(f"没有{year}年的年报数据，可选：{'、'.join(map(str, data.editions))}")
    if before >= now:
        raise DataError(f"应先写较早的年份：nianbao diff {now} {before}" if before > now else "两个年份相同")
    data = Dataset(root, now)
    changes, places = Changes(before, now), {before: {}, now: {}}
    reports = {f"report-{year}" for year in data.years}
    for (code, item, year), seen in data.observations.items():
        if year in places and seen.source.document in reports and seen.value is not None:
            places[year].setdefault(code, []).append(item)
    order = [code for code in data.catalogue.indicators if code in places[before] or code in places[now]]
    figures = Figures(Audit(data), now)
    for code in order:
        old, new = (places[year].get(code, []) for year in (before, now))
        if not old or not new:
            (changes.added if new else changes.gone).append(code)
            continue
        came, went = ([item for item in one if item not in other] for one, other in ((new, old), (old, new)))
        if (came or went) and len(old) > 1 and len(new) > 1:
            changes.regions[code] = came, went
        figure = figures(code)
        if figure.known and figure.at(before).known:
            changes.moved.append((code, figure.at(before), figure))
        changes.units += sum(figure.published.derive.printed(Key(code, item, before)) is not None for item in new if item in old)
    for year in data.years:
        if before < year <= now:
            for row in data.revisions(year):
                words = [name(data, row["indicator"], row["item"]), row["of_year"] or "含义", row["old"], row["new"]]
                changes.log.append([f"{year}年", *words, KINDS[row["kind"]], row["reason"], row["date"]])
    return changes


def movement(old: Figure, new: Figure) -> list[str]:
    """Before, now, difference and rate as texts; a rate is left out where it has no meaning."""
    derive = new.published.derive
    change = derive.between("change", new.key, old.year)
    rate = derive.between("growth", new.key, old.year)
    meaningful = rate is not None and new.about.unit not in {"%", "比"}
    return [old.quantity.text, new.quantity.text, show(round_half_up(change.exact, new.about.decimals)),
            f"{show(rate.value)}%" if meaningful else ""]


def report(changes: Changes, data: Dataset | None = None) -> list[str]:
    """Lines for the terminal."""
    catalogue = changes.moved[0][2].data.catalogue if changes.moved else data.catalogue if data else None
    lines = [f"{changes.before}年与{changes.now}年：两年都有合计数的指标{len(changes.moved)}项"]
    for words, codes in ((f"{changes.now}年有、{changes.before}年未载的指标", changes.added),
                         (f"{changes.before}年有、{changes.now}年未载的指标", changes.gone)):
        names = "、".join(catalogue.indicator(code).name for code in codes) if catalogue else "、".join(codes)
        lines += ["", f"{words}（{len(codes)}项）：{names or '无'}"]
    lines += ["", f"地区或分项有变化的指标（{len(changes.regions)}项）：" + ("" if changes.regions else "无")]
    for code, both in changes.regions.items():
        about = catalogue.indicator(code)
        for word, items in zip(("新增", "不再有"), both, strict=True):
            if items:
                lines.append(f"  {about.name}　{word}：{'、'.join(catalogue.item(about, item).name for item in items)}")
    rows = [["指标", "单位", f"{changes.before}年", f"{changes.now}年", "增减", "增长"]]
    rows += [[new.about.name, new.about.unit, *movement(old, new)] for _, old, new in changes.moved]
    lines += ["", *aligned(rows, right=(2, 3, 4, 5)), "", f"修订记录（{len(changes.log)}条）：" + ("" if changes.log else "无")]
    if changes.log:
        lines += aligned([["年报", "指标", "年份", "原数", "新数", "种类", "理由", "日期"], *changes.log])
    return lines


__all__ = ["Changes", "compare", "movement", "report"]
