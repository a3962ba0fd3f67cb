"""Plant one error at a time in the printed figures and count how many `nianbao check` notices.

    python benchmarks/planted_errors.py [--sample N] [--seed S] [--missed FILE.csv]

Six kinds of error: the last digit wrong by ten units; two digits swapped; the decimal point moved; another unit; a
minus sign lost; last year's figure in this year's place. An error is noticed when some check fails that did not fail
before, and warned of when a finding becomes suspect (possible, but beyond four standard deviations of rounding, or a
jump against the year before). Levels derived from printed changes are derived anew from the wrong figure, as they
would be had it been transcribed from the page. Only checks that read the changed figure are carried out again.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
import time
from collections import Counter, defaultdict
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from nianbao.audit.audit import Audit  # noqa: E402
from nianbao.data.dataset import Claim, Dataset, Observation  # noqa: E402
from nianbao.figures.quantity import decimals_of, factor, round_half_up  # noqa: E402

KINDS = ("末位差十", "两位互换", "小数点移位", "单位错", "负号丢失", "误用上年数")
UNITS = {"万元": "亿元", "亿元": "万元", "元": "万元", "万人": "人", "人": "万人", "万人次": "人次", "%": None}


class Reads(dict):
    """A dictionary that notes which keys are read."""

    noted: set | None = None

    def get(self, key, default=None):
        """As of a mapping; the key is remembered."""
        if Reads.noted is not None:
            Reads.noted.add(key)
        return super().get(key, default)

    def __getitem__(self, key):
        if Reads.noted is not None:
            Reads.noted.add(key)
        return super().get(key, []) if len(key) == 5 else super().__getitem__(key)


def errors(literal: str, unit: str, before: str | None, dice: random.Random) -> dict[str, tuple[str, str]]:
    """The figure with each kind of error that can be made in it: kind -> (digits, unit)."""
    value, digits = Decimal(literal), decimals_of(Decimal(literal))
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


class Bench:
    """An audit whose data can be changed for a moment."""

    def __init__(self, root: Path | None):
        self.data = Dataset(root)
        self.data.observations = self.seen = Reads(self.data.observations)
        self.audit = Audit(self.data)
        self.audit.derive.claims = self.claims = Reads(self.audit.derive.claims)
        self.jobs, self.base, self.readers, self.own = {}, {}, defaultdict(set), {}
        for claim in self.data.claims:
            self.own[self.audit.check_of(claim)] = claim
        for check, run in self.audit.jobs():
            Reads.noted = set()
            found = run()
            self.jobs[check], self.base[check] = run, found
            for key in Reads.noted:
                self.readers[key].add(check)
            if check in self.own:
                claim = self.own[check]
                self.readers[self.claim_key(claim)].add(check)
        Reads.noted = None
        self.sources = {key: self.source_of(key) for key, seen in self.seen.items() if seen.status == "E"}
        self.derived = defaultdict(list)
        for key, source in self.sources.items():
            if source:
                for each in source[1]:
                    self.derived[each].append(key)

    @staticmethod
    def claim_key(claim: Claim) -> tuple:
        """What tells printings of the same figure from others."""
        return claim.measure, claim.indicator, claim.region, claim.year, claim.base

    def source_of(self, key):
        """How a derived level follows from what is printed: a function and the keys it reads."""
        code, region, year = key
        unit = self.data.catalogue.indicators[code].unit

        def first(*claim_key):
            claims = super(Reads, self.claims).get(claim_key, [])
            return claims[0] if claims else None

        if first("level", code, region, year, ""):

            def compute():
                claim = first("level", code, region, year, "")
                return Fraction(claim.value) * (factor(claim.unit, unit) or 1)

            return compute, [("level", code, region, year, "")]
        for later in range(year + 1, year + 6):
            now, base = (code, region, later), (code, region, later, str(year))
            if now not in self.seen.keys():
                continue
            for measure in ("change", "growth"):
                if first(measure, *base):

                    def compute(measure=measure, now=now, base=base):
                        claim, level = first(measure, *base), dict.get(self.seen, now)
                        if measure == "change":
                            return Fraction(level.value) - Fraction(claim.value) * (factor(claim.unit, unit) or 1)
                        rate = 1 + Fraction(claim.value) / 100
                        return Fraction(level.value) / rate if rate else None

                    return compute, [now, (measure, *base)]
        return None

    def rederive(self, key) -> dict:
        """The derived levels that change with a figure, as they are now."""
        changed = {}
        for level in self.derived.get(key, []):
            value = self.sources[level][0]()
            old = dict.get(self.seen, level)
            if value is not None:
                new = round_half_up(value, decimals_of(old.value))
                changed[level] = replace(old, value=new, literal=f"{new:f}")
        return changed

    def after(self, keys, changed: dict) -> str:
        """`noticed`, `warned` or empty: what the checks say that read one of `keys`."""
        warned = ""
        for check in set().union(*(self.readers.get(key, ()) for key in keys)):
            run = changed.get(check) or self.jobs[check]
            found, before = run(), self.base[check]
            if found is None:
                continue
            if found.status == "fails" and (before is None or before.status != "fails"):
                return "noticed"
            if found.suspect and not (before and before.suspect):
                warned = "warned"
        return warned

    def observation(self, key, literal: str, unit: str) -> str:
        """What is noticed when an observation is printed as `literal` in `unit`."""
        old: Observation = dict.get(self.seen, key)
        printed = self.data.catalogue.unit(self.data.catalogue.indicators[key[0]], key[1])
        value = Decimal(literal)
        if unit != printed:  # the row has no unit of its own: a figure read in another one is off by the factor
            by = factor(unit, printed)
            value = Decimal(literal).scaleb(len(str(int(by))) - 1 if by >= 1 else 1 - len(str(int(1 / by))))
        dict.__setitem__(self.seen, key, replace(old, value=value, literal=f"{value:f}"))
        changed = self.rederive(key)
        saved = {level: dict.get(self.seen, level) for level in changed}
        self.seen.update(changed)
        result = self.after([key, *changed], {})
        self.seen.update(saved)
        dict.__setitem__(self.seen, key, old)
        return result

    def claim(self, check: str, claim: Claim, literal: str, unit: str) -> str:
        """What is noticed when a derived figure is printed as `literal` in `unit`."""
        key = self.claim_key(claim)
        new, old = replace(claim, literal=literal, unit=unit), dict.get(self.claims, key)
        self.audit._serial[id(new)] = self.audit._serial[id(claim)]
        dict.__setitem__(self.claims, key, [new if each is claim else each for each in old])
        first = old[0] is claim
        changed = self.rederive(key) if first else {}
        saved = {level: dict.get(self.seen, level) for level in changed}
        self.seen.update(changed)
        result = self.after([key, *changed], {check: lambda: self.audit.claim(new)})
        self.seen.update(saved)
        dict.__setitem__(self.claims, key, old)
        return result


def figures(bench: Bench):
    """Every printed figure: group, key, name, place, digits, unit, the figure of the year before, and how to plant."""
    data = bench.data
    for key, seen in list(bench.seen.items()):
        if seen.status != "A" or not seen.value and seen.value != 0:
            continue
        code, region, year = key
        unit = data.catalogue.unit(data.catalogue.indicators[code], region)
        before = dict.get(bench.seen, (code, region, year - 1))
        before = before.literal if before and before.status == "A" and before.value is not None else None
        place = seen.source.split(" ", 1)[-1]
        group = "表格" if "表" in place or "（三）" in place and seen.source.startswith("yongning") else "正文"
        yield (
            group,
            key,
            ":".join(map(str, key)),
            seen.source,
            seen.literal,
            unit,
            before,
            lambda literal, unit, key=key: bench.observation(key, literal, unit),
        )
    for check, claim in bench.own.items():
        if claim.measure in {"highest", "lowest"}:
            continue
        before = (
            dict.get(bench.seen, (claim.indicator, claim.region, claim.year - 1)) if claim.measure == "level" else None
        )
        before = before.literal if before and before.value is not None else None
        yield (
            "重印与派生",
            bench.claim_key(claim),
            check,
            claim.source,
            claim.literal,
            claim.unit,
            before,
            lambda literal, unit, check=check, claim=claim: bench.claim(check, claim, literal, unit),
        )


def main(argv=None) -> dict:
    """Run and print; returns the shares by group."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--sample", type=int, help="plant in so many figures only")
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--data", type=Path)
    options.add_argument("--missed", type=Path, help="CSV for what was not noticed")
    args = options.parse_args(argv)
    start, dice = time.monotonic(), random.Random(args.seed)
    bench = Bench(args.data)
    chosen = list(figures(bench))
    if args.sample and args.sample < len(chosen):
        chosen = dice.sample(chosen, args.sample)
    loose = {"plausibility", "copy"}
    counts, kinds, missed, lonely = defaultdict(Counter), defaultdict(Counter), [], 0
    for group, key, name, source, literal, unit, before, plant in chosen:
        related = any(check.split(":")[0] not in loose for check in bench.readers.get(key, ()))
        lonely += not related
        for kind, (digits, other) in errors(literal, unit, before, dice).items():
            result = plant(digits, other) or "missed"
            groups = [group, "全部"] + (["有勾稽关系的"] if related else [])
            groups += ["表格（非零）"] if group == "表格" and Decimal(literal) else []
            for each in groups:
                counts[each][result] += 1
            kinds[kind][result] += 1
            if result != "noticed":
                missed.append([name, source, literal, unit, kind, digits, other, result, "有" if related else "无"])
    shares = {}
    print(f"{len(chosen)}个印出的数，其中{lonely}个不在任何关系之中；{time.monotonic() - start:.0f}秒")
    print(f"{'':14}{'错误':>8}{'报错':>8}{'警示':>8}{'未察':>8}{'报错%':>9}{'报错或警示%':>10}")
    for table in (counts, kinds):
        for name in sorted(table, key=list(KINDS).index if table is kinds else str):
            count = table[name]
            total = sum(count.values())
            shares[name] = count["noticed"] / total, (count["noticed"] + count["warned"]) / total
            print(
                f"{name:　<8}{total:10}{count['noticed']:10}{count['warned']:10}{count['missed']:10}"
                f"{100 * shares[name][0]:10.1f}{100 * shares[name][1]:12.1f}"
            )
        print()
    if args.missed:
        with args.missed.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow("figure,source,printed,unit,error,wrong,wrong_unit,result,related".split(","))
            writer.writerows(missed)
        print(f"未报错的{len(missed)}处见 {args.missed}")
    return shares


if __name__ == "__main__":
    main()
