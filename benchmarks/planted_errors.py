"""Plant one error at a time in the printed figures and count how many `nianbao check` notices.

    .venv/bin/python benchmarks/planted_errors.py [--sample N] [--seed S] [--missed FILE.csv] [--beside FOLDER]

Six kinds of error: the last digit wrong by ten units; two digits swapped; the decimal point moved; another unit; a
minus sign lost; last year's figure in this year's place. An error is noticed when some check fails that did not fail
before, and warned of when a finding becomes suspect (possible, but beyond four standard deviations of rounding, or a
jump against the year before). Levels derived from printed changes are derived anew from the wrong figure, as they
would be had it been transcribed from the page. Only checks that read the changed figure are carried out again.

With `--beside` the same is asked of an older version, which plants in its own data.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import subprocess
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import partial
from pathlib import Path

from programs import ROOT

from nianbao.audit.audit import Audit
from nianbao.audit.checks import Check, CheckId
from nianbao.audit.context import Context
from nianbao.audit.findings import FAILS, Finding
from nianbao.audit.rules import claims
from nianbao.data.dataset import Dataset
from nianbao.data.documents import Claim
from nianbao.data.keys import Key, Source
from nianbao.data.observations import Observation
from nianbao.figures.derivation import Deriver
from nianbao.figures.units import decimals_of, factor, round_half_up

KINDS = ("末位差十", "两位互换", "小数点移位", "单位错", "负号丢失", "误用上年数")
UNITS = {"万元": "亿元", "亿元": "万元", "元": "万元", "万人": "人", "人": "万人", "万人次": "人次", "%": None}


NOTICED = "noticed"
WARNED = "warned"
MISSED = "missed"
#: Kinds of checks that say little of a figure: that it is like others, or as it was.
LOOSE = {"plausibility", "copy"}

#: What a check reads: the key of a level, or measure, key and base of what documents print of one.
Read = Hashable
Printing = tuple[str, Key, str]


class Notes:
    """What is read while somebody listens."""

    def __init__(self) -> None:
        self.read: set[Read] | None = None

    def add(self, what: Read) -> None:
        """Somebody reads this."""
        if self.read is not None:
            self.read.add(what)


class Levels(dict[Key, Observation]):
    """Observations whose reading is noted."""

    def __init__(self, known: dict[Key, Observation], notes: Notes):
        super().__init__(known)
        self.notes = notes

    def get(self, key, default=None):
        """As of a mapping."""
        self.notes.add(key)
        return super().get(key, default)

    def __getitem__(self, key):
        self.notes.add(key)
        return super().__getitem__(key)


class NotingDeriver(Deriver):
    """What follows from the data, where the reading of what documents print is noted; `planted` stands in its place."""

    def __init__(self, data: Dataset, notes: Notes):
        super().__init__(data)
        self.notes = notes
        self.planted: dict[Printing, list[Claim]] = {}

    def claims(self, measure: str, key: Key, base: str | int = "") -> list[Claim]:
        """What documents print, the planted figure included."""
        name = (measure, key, str(base))
        self.notes.add(name)
        return self.planted.get(name) or super().claims(*name)


def errors(literal: str, unit: str, before: str | None, dice: random.Random) -> dict[str, tuple[str, str]]:
    """The figure with each kind of error that can be made in it: kind -> (digits, unit)."""
    value = Decimal(literal)
    digits = decimals_of(value)
    made = {}
    step = Decimal(10).scaleb(-digits) * dice.choice((1, -1))
    if value and abs(value + step) < abs(value) / 10:
        step = abs(step) * (1 if value > 0 else -1)
    made["末位差十"] = f"{value + step:f}", unit
    pairs = [at for at in range(len(literal) - 1) if literal[at : at + 2].isdigit() and literal[at] != literal[at + 1]]
    if pairs:
        at = dice.choice(pairs)
        made["两位互换"] = literal[:at] + literal[at + 1] + literal[at] + literal[at + 2 :], unit
    if value:
        moved = value.scaleb(1) if dice.random() < 0.5 else value.scaleb(-1)
        made["小数点移位"] = f"{moved:f}", unit
    if value and unit in UNITS and UNITS[unit]:
        made["单位错"] = literal, UNITS[unit]
    if value < 0:
        made["负号丢失"] = f"{-value:f}", unit
    if before is not None and Decimal(before) != value:
        made["误用上年数"] = before, unit
    return {kind: each for kind, each in made.items() if each != (literal, unit)}


@dataclass(frozen=True)
class Derivation:
    """How a level that is not printed follows from what is: `compute` it, from what it `reads`."""

    compute: Callable[[], Fraction | None]
    reads: tuple[Read, ...]


class Bench:
    """An audit whose data can be changed for a moment."""

    def __init__(self, root: Path):
        self.notes = Notes()
        self.data = Dataset(root)
        self.seen = Levels(dict(self.data.observations), self.notes)
        self.data.observations = self.seen
        self.derive = NotingDeriver(self.data, self.notes)
        audit = Audit(self.data)
        self.context = audit.context = Context(self.data, self.derive)
        self.own = {str(name): claim for name, claim in claims.named(self.data.claims)}
        self.names = {str(name): name for name, _ in claims.named(self.data.claims)}
        self.checks: dict[str, Check] = {}
        self.base: dict[str, Finding | None] = {}
        self.readers: dict[Read, set[str]] = defaultdict(set)
        for check in audit.checks():
            self.carry_out(check)
        self.sources = {key: found for key in list(self.seen) if (found := self.derivation(key))}
        self.derived: dict[Read, list[Key]] = defaultdict(list)
        for key, source in self.sources.items():
            for read in source.reads:
                self.derived[read].append(key)

    def carry_out(self, check: Check) -> None:
        """Carry out a check of the data as they are, and note what it reads."""
        name = str(check.id)
        self.notes.read = set()
        self.checks[name] = check
        self.base[name] = check.run()
        read = self.notes.read
        self.notes.read = None
        if name in self.own:
            read.add(printing(self.own[name]))
        for each in read:
            self.readers[each].add(name)

    def level(self, key: Key) -> Observation | None:
        """An observation, read by nobody."""
        return dict.get(self.seen, key)

    # -- levels that follow from a later one -----------------------------------------------------------------------
    def derivation(self, key: Key) -> Derivation | None:
        """How a derived level follows from what is printed; None for one that is printed, and where nothing says so."""
        seen = self.level(key)
        if seen is None or seen.status != "E":
            return None
        if self.derive.claims("level", key):
            return Derivation(partial(self.reprinted, key), (("level", key, ""),))
        for later in range(key.year + 1, key.year + 6):
            now = key.at(later)
            if dict.__contains__(self.seen, now):
                for measure in ("change", "growth"):
                    if self.derive.claims(measure, now, key.year):
                        reads = (now, (measure, now, str(key.year)))
                        return Derivation(partial(self.before, measure, now, key.year), reads)
        return None

    def unit(self, key: Key) -> str:
        """The unit of a level."""
        return self.data.catalogue.unit(self.data.catalogue.indicators[key.indicator], key.item)

    def reprinted(self, key: Key) -> Fraction:
        """A level that a document prints in another unit."""
        claim = self.derive.claims("level", key)[0]
        return Fraction(claim.value) * (factor(claim.unit, self.unit(key)) or 1)

    def before(self, measure: str, now: Key, year: int) -> Fraction | None:
        """The level of an earlier year, from that of `now` and the printed change or growth since."""
        claim = self.derive.claims(measure, now, year)[0]
        level = self.level(now)
        if level is None or level.value is None:
            return None
        if measure == "change":
            return Fraction(level.value) - Fraction(claim.value) * (factor(claim.unit, self.unit(now)) or 1)
        rate = 1 + Fraction(claim.value) / 100
        return Fraction(level.value) / rate if rate else None

    def rederived(self, read: Read) -> dict[Key, Observation]:
        """The derived levels that change with what is read, as they are now."""
        changed = {}
        for key in self.derived.get(read, []):
            value = self.sources[key].compute()
            old = self.level(key)
            if value is not None and old is not None and old.value is not None:
                new = round_half_up(value, decimals_of(old.value))
                changed[key] = replace(old, value=new, literal=f"{new:f}")
        return changed

    # -- planting --------------------------------------------------------------------------------------------------
    def after(self, read: Read, instead: dict[str, Check]) -> str:
        """What the checks say that read something, and levels that follow from it; `instead` holds checks anew."""
        changed = self.rederived(read)
        before = {key: self.seen[key] for key in changed}
        self.seen.update(changed)
        try:
            names = set().union(*(self.readers.get(each, ()) for each in (read, *changed)))
            return self.said([instead.get(name) or self.checks[name] for name in sorted(names)])
        finally:
            self.seen.update(before)

    def said(self, checks: list[Check]) -> str:
        """The worst that some checks say and did not say before."""
        result = MISSED
        for check in checks:
            found = check.run()
            before = self.base[str(check.id)]
            if found is None:
                continue
            if found.status == FAILS and (before is None or before.status != FAILS):
                return NOTICED
            if found.suspect and not (before and before.suspect):
                result = WARNED
        return result

    def plant_level(self, key: Key, literal: str, unit: str) -> str:
        """What is noticed when a level is printed as `literal` in `unit`."""
        old = self.seen[key]
        value = Decimal(literal)
        by = factor(unit, self.unit(key))
        if by is not None and by != 1:  # the row has no unit of its own: a figure read in another one is off by that
            value = value.scaleb(len(str(int(by))) - 1 if by >= 1 else 1 - len(str(int(1 / by))))
        self.seen[key] = replace(old, value=value, literal=f"{value:f}")
        try:
            return self.after(key, {})
        finally:
            self.seen[key] = old

    def plant_claim(self, name: str, literal: str, unit: str) -> str:
        """What is noticed when a derived figure is printed as `literal` in `unit`."""
        claim = self.own[name]
        wrong = replace(claim, literal=literal, unit=unit)
        read = printing(claim)
        self.derive.planted[read] = [wrong if each is claim else each for each in self.derive.claims(*read)]
        check_id: CheckId = self.names[name]
        try:
            return self.after(read, {name: Check(check_id, partial(claims.check_claim, self.context, check_id, wrong))})
        finally:
            del self.derive.planted[read]


def printing(claim: Claim) -> Printing:
    """What tells printings of the same figure from others."""
    return claim.measure, claim.key, claim.base


@dataclass(frozen=True)
class PrintedFigure:
    """A printed figure: what kind of place it stands in, what checks read of it, and how to plant an error in it."""

    group: str
    read: Read
    name: str
    source: Source
    literal: str
    unit: str
    before: str | None
    plant: Callable[[str, str], str]


def printed_before(bench: Bench, key: Key, statuses: str) -> str | None:
    """What is printed of the year before."""
    seen = bench.level(key.at(key.year - 1))
    return seen.literal if seen and seen.status in statuses and seen.value is not None else None


def figures(bench: Bench) -> Iterator[PrintedFigure]:
    """Every printed figure of the documents."""
    for key, seen in list(bench.seen.items()):
        if seen.status != "A" or seen.value is None:
            continue
        place = seen.source.place
        in_table = "表" in place or "（三）" in place and seen.source.document.startswith("yongning")
        yield PrintedFigure(
            group="表格" if in_table else "正文",
            read=key,
            name=str(key),
            source=seen.source,
            literal=seen.literal,
            unit=bench.unit(key),
            before=printed_before(bench, key, "A"),
            plant=partial(bench.plant_level, key),
        )
    for name, claim in bench.own.items():
        if claim.measure in {"highest", "lowest"}:
            continue
        yield PrintedFigure(
            group="重印与派生",
            read=printing(claim),
            name=name,
            source=claim.source,
            literal=claim.literal,
            unit=claim.unit,
            before=printed_before(bench, claim.key, "AEP") if claim.measure == "level" else None,
            plant=partial(bench.plant_claim, name),
        )


def print_shares(table: dict[str, Counter[str]], order: Callable[[str], object]) -> None:
    """A line a group: how many errors were made, noticed, warned of and missed, and the shares of the first two."""
    for name in sorted(table, key=order):
        count = table[name]
        total = sum(count.values())
        noticed = 100 * count[NOTICED] / total
        told = 100 * (count[NOTICED] + count[WARNED]) / total
        print(
            f"{name:　<8}{total:10}{count[NOTICED]:10}{count[WARNED]:10}{count[MISSED]:10}{noticed:10.1f}{told:12.1f}"
        )
    print()


def main(argv=None) -> dict[str, Counter[str]]:
    """Run and print; returns the counts by group."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--sample", type=int, help="plant in so many figures only")
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--data", type=Path, default=ROOT / "data")
    options.add_argument("--missed", type=Path, help="CSV for what was not noticed")
    options.add_argument("--beside", type=Path, help="a checkout of an older version with its .venv, asked the same")
    args = options.parse_args(argv)
    start = time.monotonic()
    dice = random.Random(args.seed)
    bench = Bench(args.data)
    chosen = list(figures(bench))
    if args.sample and args.sample < len(chosen):
        chosen = dice.sample(chosen, args.sample)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    missed = []
    lonely = 0
    for figure in chosen:
        related = any(name.split(":")[0] not in LOOSE for name in bench.readers.get(figure.read, ()))
        lonely += not related
        groups = [figure.group, "全部"]
        groups += ["有勾稽关系的"] if related else []
        groups += ["表格（非零）"] if figure.group == "表格" and Decimal(figure.literal) else []
        for kind, (digits, unit) in errors(figure.literal, figure.unit, figure.before, dice).items():
            result = figure.plant(digits, unit)
            for group in groups:
                counts[group][result] += 1
            kinds[kind][result] += 1
            if result != NOTICED:
                place = f"{figure.source.document} {figure.source.place}"
                about = [figure.name, place, figure.literal, figure.unit, kind, digits, unit]
                missed.append([*about, result, "有" if related else "无"])
    print(f"{len(chosen)}个印出的数，其中{lonely}个不在任何关系之中；{time.monotonic() - start:.0f}秒")
    print(f"{'':14}{'错误':>8}{'报错':>8}{'警示':>8}{'未察':>8}{'报错%':>9}{'报错或警示%':>10}")
    print_shares(counts, str)
    print_shares(kinds, KINDS.index)
    if args.missed:
        with args.missed.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow("figure,source,printed,unit,error,wrong,wrong_unit,result,related".split(","))
            writer.writerows(missed)
        print(f"未报错的{len(missed)}处见 {args.missed}")
    if args.beside:
        print("before:")
        words = ["--seed", str(args.seed), *(["--sample", str(args.sample)] if args.sample else [])]
        command = [args.beside / ".venv" / "bin" / "python", args.beside / "benchmarks" / "planted_errors.py", *words]
        subprocess.run(command, cwd=args.beside, env=os.environ | {"PYTHONPATH": str(args.beside)}, check=True)
    return counts


if __name__ == "__main__":
    main()
