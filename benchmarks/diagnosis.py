"""Plant errors in printed figures and count how often the diagnosis finds the figure, and the right value.

    python benchmarks/diagnosis.py [--errors N] [--pairs N] [--editions N] [--seed S] [--data DIR] [--fit]
                                   [--missed FILE.csv]

1. The documents as they are: diagnoses, time and memory.
2. Single errors of all kinds (`PLANTED`), in cells and claims of all documents that take part in an equality: a kind is
   drawn, then a figure in which it can be made. Odd ones may be used to fit the shares of the kinds (`--fit`);
   the table is of the others.
3. Pairs of errors, half of them in figures of one relation.
4. Editions without errors: true values drawn so that every relation holds, figures printed by rounding them, claims
   computed from the unrounded values. There must be no diagnosis.

Nothing is copied: figures are replaced in memory. What is known to be wrong in the documents is put right first where
the diagnosis names a value, and other relations that do not hold are left out together with their figures.
"""

from __future__ import annotations

import argparse
import csv
import random
import resource
import sys
import time
from collections import Counter, defaultdict
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from true_editions import Truth  # noqa: E402

from nianbao.audit.diagnosis import slips  # noqa: E402
from nianbao.audit.diagnosis.building import build  # noqa: E402
from nianbao.audit.diagnosis.diagnosis import Diagnosis, diagnose  # noqa: E402
from nianbao.audit.diagnosis.problem import Figure, Problem  # noqa: E402
from nianbao.audit.diagnosis.propagation import Network  # noqa: E402
from nianbao.audit.diagnosis.search import Search  # noqa: E402
from nianbao.audit.diagnosis.spans import decimals_of, round_half_up, truncated  # noqa: E402
from nianbao.data.dataset import Dataset  # noqa: E402

#: Kinds of planted errors, and how often each is drawn.
PLANTED = {
    "digit": 30,
    "swap": 12,
    "shift": 12,
    "unit": 10,
    "sign": 4,
    "stale": 7,
    "neighbour": 10,
    "denominator": 5,
    "truncation": 5,
    "omission": 5,
}
BOUNDS = {"part", "order"}  # relations that only bound a figure


# -- a clean start ----------------------------------------------------------------------------------------------
def cleaned(problem: Problem, found: list[Diagnosis]) -> tuple[Problem, set[int]]:
    """The problem without its known errors, and the figures that stood in one (nothing is planted there)."""
    values = {each.number: each.value for each in found if each.verdict == "named" and each.value is not None}
    touched = {each.number for each in found}
    problem = problem.replaced(values)
    for number, figure in enumerate(problem.variables):
        if isinstance(figure, Figure) and not figure.legible:
            touched.add(number)
    dropped: set[int] = set()
    while True:
        left = problem.without(dropped) if dropped else problem
        conflicts = Network(left).conflicts()
        if not conflicts:
            return left, touched
        names = {left.relations[at].id for each in conflicts for at in each.relations}
        dropped |= {at for at, relation in enumerate(problem.relations) if relation.id in names}
        touched |= {number for each in conflicts for number in each.figures}


# -- planting ---------------------------------------------------------------------------------------------------
class Planter:
    """Makes errors in a clean problem."""

    def __init__(self, problem: Problem, excluded: set[int], dice: random.Random):
        self.problem, self.dice = problem, dice
        self.network = Network(problem)
        self.search = Search(problem, self.network)
        self.candidates = [
            number
            for number, figure in enumerate(problem.variables)
            if isinstance(figure, Figure)
            and figure.kind != "list"
            and number not in excluded
            and any(problem.relations[at].kind not in BOUNDS for at in problem.touching[number])
            and self.bound(number)
        ]

    def bound(self, number: int) -> bool:
        """Whether the relations of a figure say anything of it: a change from an unknown base alone does not."""
        allowed = self.network.allowed([number])
        return allowed is not None and all(piece.finite for piece in allowed[number])

    def draw(self) -> tuple[int, str, Decimal]:
        """A figure, a kind of error and the wrong value."""
        kind = self.dice.choices(list(PLANTED), list(PLANTED.values()))[0]
        while True:
            number = self.dice.choice(self.candidates)
            made = self.errors(number, kind)
            if kind in made:
                return number, kind, made[kind]

    def errors(self, number: int, only: str = "") -> dict[str, Decimal]:
        """The wrong values of a figure, one for each kind that can be made in it; `only` makes no more than that."""
        figure: Figure = self.problem.variables[number]
        value, decimals = figure.value, figure.printed_decimals
        made: dict[str, Decimal | None] = {"digit": self.digit(value), "swap": self.swap(value)}
        if value:
            made["shift"] = slips._moved(value, self.dice.choice((1, -1)))
        if value and figure.unit not in {"%", "百分点", "比", "分", ""}:
            made["unit"] = slips._moved(value, self.dice.choice((4, -4)))
        if value < 0:
            made["sign"] = -value
        made["stale"] = figure.before
        if figure.beside:
            made["neighbour"] = self.problem.variables[self.problem.numbers[self.dice.choice(figure.beside)]].value
        if figure.mistaken:
            name, node = self.dice.choice(figure.mistaken)
            wrong = self.search.evaluated(node)
            if wrong is not None and name == "denominator":
                made["denominator"] = round_half_up(wrong, decimals)
        if only in {"", "truncation"}:
            made["truncation"] = self.cut(number)
        parts = [part for part in self.search.parts(number) if part]
        if parts:
            made["omission"] = value - self.dice.choice(parts)
        return {kind: wrong for kind, wrong in made.items() if wrong is not None and not self.coarser(figure, wrong)}

    @staticmethod
    def coarser(figure: Figure, wrong: Decimal) -> bool:
        """Whether a value is the right one, or that rounded to fewer decimals: no error."""
        digits = decimals_of(wrong)
        return wrong == figure.value or (
            digits < figure.printed_decimals and round_half_up(Fraction(figure.value), digits) == wrong
        )

    def digit(self, value: Decimal) -> Decimal | None:
        """One digit wrong, missing or doubled."""
        text = f"{abs(value):f}"
        places = [at for at, mark in enumerate(text) if mark.isdigit()]
        at, way = self.dice.choice(places), self.dice.choice(("wrong", "wrong", "wrong", "missing", "doubled"))
        if way == "wrong":
            wrong = text[:at] + self.dice.choice([mark for mark in "0123456789" if mark != text[at]]) + text[at + 1 :]
        elif way == "missing":
            wrong = text[:at] + text[at + 1 :]
        else:
            wrong = text[:at] + text[at] + text[at:]
        return self.number(wrong, value)

    def swap(self, value: Decimal) -> Decimal | None:
        """Two neighbouring digits exchanged, over the point too."""
        text = f"{abs(value):f}"
        places = [at for at, mark in enumerate(text) if mark.isdigit()]
        pairs = [(one, two) for one, two in zip(places, places[1:], strict=False) if text[one] != text[two]]
        if not pairs:
            return None
        one, two = self.dice.choice(pairs)
        marks = list(text)
        marks[one] = text[two]
        marks[two] = text[one]
        return self.number("".join(marks), value)

    @staticmethod
    def number(text: str, value: Decimal) -> Decimal | None:
        """Digits as a number that somebody might print; None for others (no whole part, leading zeros)."""
        whole = text.split(".")[0]
        if not whole or text.endswith(".") or (len(whole) > 1 and whole[0] == "0"):
            return None
        return Decimal(text).copy_sign(value)

    def cut(self, number: int) -> Decimal | None:
        """The figure cut off, where what the rest allows is cut to another value than it is rounded to."""
        figure: Figure = self.problem.variables[number]
        if figure.exact_decimals == figure.printed_decimals or figure.margin is not None or not figure.value:
            return None
        allowed = self.network.allowed([number])
        if allowed is None or len(allowed[number]) > 1 or not allowed[number][0].finite:
            return None
        low, high = allowed[number][0].low + figure.half, allowed[number][0].high - figure.half
        if low > high:
            return None
        ends = {truncated(low, figure.printed_decimals), truncated(high, figure.printed_decimals)}
        return ends.pop() if len(ends) == 1 else None

    def beside(self, number: int) -> int | None:
        """Another figure of one of its relations."""
        joined = {
            other
            for at in self.problem.touching[number]
            for other in self.network.members[at]
            if self.problem.relations[at].kind not in BOUNDS
        }
        others = sorted(joined.intersection(self.candidates) - {number})
        return self.dice.choice(others) if others else None

    def result(self, values: dict[int, Decimal], kinds: dict | None = None) -> tuple[bool, list[Diagnosis]]:
        """Whether the errors are noticed, and the diagnoses."""
        wrong = self.problem.replaced(values)
        network = Network(wrong, like=self.network, changed=values)
        if not network.conflicts(values):
            return False, []
        return True, diagnose(wrong, values, Search(wrong, network, kinds))


# -- measuring --------------------------------------------------------------------------------------------------
MARKS = ("detected", "listed", "first", "named", "value", "false")


def marks(right: dict[int, Decimal], found: list[Diagnosis]) -> Counter:
    """What was found of planted errors: numbers of those listed, first, named, with the right value; others named."""
    count: Counter = Counter()
    by_number = {each.number: each for each in found}
    for number, value in right.items():
        each = by_number.get(number)
        if each is None:
            continue
        count["listed"] += 1
        count["first"] += each is found[0] or (len(right) > 1 and each in found[: len(right)])
        count["named"] += each.verdict == "named"
        count["value"] += each.value is not None and each.value == value
    count["false"] = sum(each.verdict == "named" and each.number not in right for each in found)
    return count


def table(title: str, rows: dict[str, Counter]) -> None:
    """Shares in percent of all planted."""
    print(f"\n{title}")
    print(
        f"{'':14}{'planted':>9}"
        + "".join(f"{mark:>10}" for mark in MARKS)
        + "   (% of planted; false: wrongly named, per 100)"
    )
    for name, count in rows.items():
        total = count["planted"] or 1
        print(f"{name:14}{count['planted']:9}" + "".join(f"{100 * count[mark] / total:10.1f}" for mark in MARKS))


def singles(planter: Planter, many: int, args) -> dict[str, Counter]:
    """Single errors; returns the counts by kind, document and role, of the half that was not used for fitting."""
    drawn = [planter.draw() for _ in range(many)]
    kinds = fitted(Counter(kind for at, (_, kind, _) in enumerate(drawn) if at % 2)) if args.fit else None
    rows: dict[str, Counter] = defaultdict(Counter)
    missed = []
    for at, (number, kind, wrong) in enumerate(drawn):
        figure = planter.problem.variables[number]
        detected, found = planter.result({number: wrong}, kinds)
        count = marks({number: figure.value}, found)
        count["planted"] = 1
        count["detected"] = detected
        half = "fitted half" if at % 2 else "other half"
        for name in ("all", half, kind, figure.document, figure.role):
            rows[name] += count
        if not count["named"]:
            first = found[0] if found else None
            missed.append(
                [
                    figure.id,
                    figure.document,
                    f"{figure.value:f}",
                    f"{wrong:f}",
                    kind,
                    detected,
                    count["listed"],
                    first and planter.problem.variables[first.number].id,
                    first and first.verdict,
                    first and first.slip,
                    len(found),
                ]
            )
    if args.missed:
        with args.missed.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow("figure,document,right,wrong,kind,detected,listed,first,verdict,slip,rows".split(","))
            writer.writerows(missed)
    return rows


def fitted(counts: Counter) -> dict[str, tuple[float, str]]:
    """Shares of the kinds of slips as they were planted, a few kept for others."""
    total = counts.total()
    kinds = {}
    for name, (share, words) in slips.KINDS.items():
        kinds[name] = (0.97 * counts[name] / total if name in PLANTED else share, words)
    print("shares fitted:", {name: round(share, 3) for name, (share, _) in kinds.items()})
    return kinds


def pairs(planter: Planter, many: int) -> dict[str, Counter]:
    """Pairs of errors, half of them in figures that share a relation."""
    rows: dict[str, Counter] = defaultdict(Counter)
    made = 0
    while made < many:
        one, _, wrong = planter.draw()
        two, _, other = planter.draw()
        name = "apart"
        if made % 2:
            name = "touching"
            joined = planter.beside(one)
            errors = planter.errors(joined) if joined is not None else {}
            if not errors:
                continue
            two, other = joined, errors[planter.dice.choice(sorted(errors))]
        if one == two:
            continue
        made += 1
        right = {number: planter.problem.variables[number].value for number in (one, two)}
        detected, found = planter.result({one: wrong, two: other})
        each = marks(right, found)
        count = Counter({mark: each[mark] == 2 for mark in ("listed", "first", "named", "value")})
        count["false"] = each["false"]
        count["planted"], count["detected"] = 1, detected
        count["single"] = each["named"] >= 1
        rows["all"] += count
        rows[name] += count
    return rows


def editions(clean: Problem, many: int, seed: int) -> Counter:
    """Editions without errors, claims from unrounded levels; and a fifth as many with claims from rounded ones."""
    truth = Truth(clean)
    count: Counter = Counter()
    for at in range(many + many // 5):
        name = "unrounded" if at < many else "rounded"
        edition, dropped = truth.draw(random.Random(seed * 10_000 + at), rounded=at >= many)
        found = Network(edition, like=truth.network, changed=range(len(edition.variables))).conflicts(apart=dropped)
        count[name] += 1
        count[f"{name}, with a diagnosis"] += bool(found)
        count[f"{name}, conflicts"] += len(found)
        count[f"{name}, relations left out"] += len(dropped)
        count[f"{name}, relations kept"] += len(edition.relations) - len(dropped)
    return count


def real(root: Path) -> tuple[Problem, list[Diagnosis]]:
    """The documents as they are."""
    data = Dataset(root)
    start, busy = time.monotonic(), time.process_time()
    problem = build(data)
    built = time.process_time() - busy
    found = diagnose(problem)
    print(
        f"{len(problem.variables)} variables, {len(problem.relations)} relations; built in {built:.2f} s, in all "
        f"{time.process_time() - busy:.2f} s of processor time ({time.monotonic() - start:.2f} s); "
        f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB at most"
    )
    print(Counter(each.verdict for each in found))
    return problem, found


def main(argv=None) -> dict:
    """Run and print; returns the counts."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--errors", type=int, default=1000)
    options.add_argument("--pairs", type=int, default=200)
    options.add_argument("--editions", type=int, default=200)
    options.add_argument("--seed", type=int, default=17)
    options.add_argument("--data", type=Path, default=Path(__file__).resolve().parent.parent / "data")
    options.add_argument("--fit", action="store_true", help="fit the shares of the kinds on the odd errors")
    options.add_argument("--missed", type=Path, help="CSV of the errors that were not named")
    options.add_argument("--list", action="store_true", help="print the diagnoses of the documents as they are")
    args = options.parse_args(argv)
    problem, found = real(args.data)
    if args.list:
        for each in found:
            print(
                each.rank,
                each.verdict,
                f"{each.chance:.2f}",
                each.document,
                each.place,
                each.indicator,
                each.region,
                each.year,
                each.measure,
                each.printed,
                "=>",
                each.likely or f"[{each.low}, {each.high}]",
                each.slip,
            )
            print("    ", each.reason)
    clean, excluded = cleaned(problem, found)
    print(f"{len(problem.relations) - len(clean.relations)} relations left out, {len(excluded)} figures not planted in")
    planter = Planter(clean, excluded, random.Random(args.seed))
    print(f"{len(planter.candidates)} figures in some equality")
    results = {}
    if args.errors:
        busy = time.process_time()
        results["singles"] = singles(planter, args.errors, args)
        table(f"single errors, {time.process_time() - busy:.0f} s", results["singles"])
    if args.pairs:
        busy = time.process_time()
        results["pairs"] = pairs(planter, args.pairs)
        table(f"pairs: both, {time.process_time() - busy:.0f} s", results["pairs"])
        print("at least one named:", results["pairs"]["all"]["single"], "of", results["pairs"]["all"]["planted"])
    if args.editions:
        results["editions"] = editions(clean, args.editions, args.seed)
        print("\neditions without errors:", dict(results["editions"]))
    return results


if __name__ == "__main__":
    main()
