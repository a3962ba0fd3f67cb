"""What the proofreader finds: known errata, planted errors, what it reads.

Run: `python benchmarks/proof.py errata REPORT ERRATA.csv [REPORT ERRATA.csv …]`,
`… planted REPORT FACTS.csv [MANY [SEED]]`,
`… extraction REPORT DATA DOCUMENT`. REPORT is a file that `nianbao proof` reads, ERRATA.csv the accepted errata of the
document in `data/documents/`, FACTS.csv the figures of an edition.

An erratum counts as found where a finding holds the figure that is printed wrongly among those that do not fit, and as
named where it is the suspected one. A finding counts as a false alarm where it holds no figure of an erratum.
"""

from __future__ import annotations

import csv
import random
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from nianbao.data.csvfiles import read_csv
from nianbao.proof.checking import check
from nianbao.proof.findings import Finding, findings, place_of, quote_of
from nianbao.proof.model import Document, Paragraph
from nianbao.proof.proof import Proofread, proofread
from nianbao.proof.readers import read
from nianbao.proof.words import notes


@dataclass
class Erratum:
    """An accepted erratum: what is printed, as texts; whether it is about words or numbers of headings."""

    printed: list[str]
    label: bool
    place: str
    row: dict[str, str]


def errata_of(path: Path) -> list[Erratum]:
    """The errata of a document."""
    result = []
    for row in read_csv(path):
        label = row["check"].startswith("label:")
        texts = [row["printed"]] if label else re.split(r"[|]", row["printed"])
        if not label and not any(decimal(text) is not None for text in texts):
            texts = [row["likely"], *re.findall(r"-?\d[\d.]*", row["expect"])]
            texts = [text for text in texts if decimal(text)]
        result.append(Erratum([text for text in texts if text], label, row["place"], dict(row)))
    return result


def decimal(text: str) -> Decimal | None:
    """The size of a printed number; None where there is none."""
    found = re.search(r"-?[\d,]*\d(?:\.\d+)?", text)
    try:
        return abs(Decimal(found.group().replace(",", ""))) if found else None
    except InvalidOperation:
        return None


def holds(finding: Finding, erratum: Erratum, result: Proofread) -> bool:
    """Whether a finding is about an erratum."""
    if erratum.label:
        return finding.verdict == "note" and any(alike(text, finding) for text in erratum.printed)
    figures = [result.checked.figures[number] for number in finding.figures]
    values = {abs(figure.value) for figure in figures}
    if any(decimal(text) in values for text in erratum.printed):
        return True
    if finding.verdict == "note":
        return any(
            re.search(rf"(?<![\d.]){re.escape(text)}(?!\d)", finding.quote.replace("【", "").replace("】", ""))
            for text in erratum.printed
        )
    lacking = finding.reason.replace(",", "") if finding.verdict == "undetermined" else ""
    return any(re.search(rf"(?<![\d.]){re.escape(text)}(?![\d])", lacking) for text in erratum.printed if decimal(text))


def alike(text: str, finding: Finding) -> bool:
    """Whether a note is about what a label erratum says is printed."""
    own = re.sub(r"\W", "", text)
    said = re.sub(r"\W", "", f"{finding.quote}{finding.printed}")
    number = decimal(text)
    if finding.kind == "编号" and not finding.printed.startswith(("表", "图")):
        count = re.sub(r"\W", "", finding.printed)
        return len(count) > 2 and own.startswith(count) or finding.printed in re.split("、", text)
    if finding.kind in {"编号", "年份"}:
        counted = finding.printed in re.split("、", text) and len(finding.printed) > 1
        return counted or bool(number is not None and str(number) in re.split(r"\D", finding.printed))
    return len(own) > 1 and (own in said or any(len(word) > 3 and word in said for word in re.split(r"\W", text)))


def measure_errata(pairs: list[tuple[Path, Path]]) -> None:
    """Recall, false alarms and coverage over documents."""
    sums: Counter[str] = Counter()
    for report, path in pairs:
        began = time.perf_counter()
        result = proofread([report])
        seconds = time.perf_counter() - began
        accepted = errata_of(path)
        counts = score(result, accepted)
        sums.update(counts)
        print(f"{report.name}: {seconds:.1f} s, {told(counts)}")
    if len(pairs) > 1:
        print(f"all: {told(sums)}")


def score(result: Proofread, accepted: list[Erratum]) -> Counter[str]:
    """Counts of one document; what was missed and what was said without reason is printed."""
    counts: Counter[str] = Counter()
    counts["covered"], counts["figures"] = result.coverage
    explained = set()
    for each in accepted:
        kind = "label" if each.label else "numeric"
        counts[kind] += 1
        found = [at for at, finding in enumerate(result.findings) if holds(finding, each, result)]
        explained.update(found)
        if found:
            counts[f"{kind} found"] += 1
            first = result.findings[found[0]]
            print(f"  found: {each.place} {each.row['printed']}: {first.verdict} {first.place} {first.quote[-60:]}")
        else:
            print(f"  missed: {each.place} {each.row['printed']} ({each.row['check'][:60]})")
        wanted = {decimal(text) for text in each.printed}
        firsts = [result.findings[at] for at in found if result.findings[at].verdict in {"named", "tied"}]
        suspects = {
            abs(result.checked.figures[n].value) for finding in firsts for n in finding.figures[: finding.suspects]
        }
        counts["named"] += bool(wanted & suspects) and not each.label
    for at, finding in enumerate(result.findings):
        if at not in explained:
            counts["false notes" if finding.verdict == "note" else "false alarms"] += 1
            print(f"  without erratum: {finding.verdict} {finding.place} {finding.quote} | {finding.reason[:150]}")
    return counts


def told(counts: Counter[str]) -> str:
    """Counts in words."""
    alarms = 1000 * counts["false alarms"] / max(1, counts["figures"])
    return (
        f"numeric errata found {counts['numeric found']}/{counts['numeric']} (suspected {counts['named']}), "
        f"labels {counts['label found']}/{counts['label']}, "
        f"false alarms {counts['false alarms']} ({alarms:.1f} per 1,000), "
        f"other notes {counts['false notes']}, coverage {counts['covered']}/{counts['figures']}"
    )


# -- planted errors -----------------------------------------------------------------------------------------------
def planted_value(text: str, chance: random.Random) -> str | None:
    """A printed number with a slip: a digit, two digits turned, the point moved; None where none can be made."""
    digits = [at for at, sign in enumerate(text) if sign.isdigit()]
    kind = chance.choice(["digit", "digit", "swap", "shift"])
    if kind == "digit":
        at = chance.choice(digits)
        other = chance.choice([sign for sign in "0123456789" if sign != text[at]])
        changed = text[:at] + other + text[at + 1 :]
    elif kind == "swap":
        places = [at for at in digits[:-1] if at + 1 in digits and text[at] != text[at + 1]]
        if not places:
            return None
        at = chance.choice(places)
        changed = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    else:
        if "." not in text:
            return None
        whole, _, rest = text.replace(",", "").partition(".")
        changed = f"{whole[:-1]}.{whole[-1]}{rest}" if len(whole) > 1 else f"{whole}{rest[0]}.{rest[1:]}".rstrip(".")
    return None if changed == text or re.match(r"0\d", changed) else changed


def with_error(document: Document, figure, changed: str) -> str:
    """Print another number at a figure's place; returns what stood there, as the text of its paragraph or cell."""
    part = document.parts[figure.spot.part]
    start, end = figure.spot.start, figure.spot.end
    if isinstance(part, Paragraph):
        before = part.text
        part.text = before[:start] + changed + before[end:]
        return before
    before = part.rows[figure.spot.row][figure.spot.column]
    part.rows[figure.spot.row][figure.spot.column] = before[:start] + changed + before[end:]
    return before


def restore(document: Document, figure, before: str) -> None:
    """Undo `with_error`."""
    part = document.parts[figure.spot.part]
    if isinstance(part, Paragraph):
        part.text = before
    else:
        part.rows[figure.spot.row][figure.spot.column] = before


def measure_planted(report: Path, facts: Path, count: int = 1000, seed: int = 22) -> None:
    """Errors planted one by one into the text of a report that is right (`facts.csv` holds its figures).

    Another seed plants another sample: rules are measured on one whose misses nobody has read.
    """
    rows = csv.DictReader(facts.open(encoding="utf-8-sig"))
    printed = {row[column].strip() for row in rows for column in ("value", "printed")}
    document = read(report)
    sound = check(document)
    sound.notes = notes(sound)
    unspoilt = findings(sound)
    print(f"unspoilt: {len(unspoilt)} findings, coverage {len(sound.related)}/{len(sound.figures)}")
    for finding in unspoilt:
        print(f"  {finding.verdict} {finding.place} {finding.quote} | {finding.reason[:200]}")
    chance = random.Random(seed)
    values = {re.sub(r"[^\d.]", "", text) for text in printed}
    chosen = [each for each in sound.figures if str(abs(each.value)) in values and each.value and each.year]
    chance.shuffle(chosen)
    known = {(each.kind, each.place, each.reason) for each in unspoilt}
    counts: Counter[str] = Counter()
    while chosen and counts["planted"] < count:
        batch: dict[int, tuple] = {}
        while chosen and len(batch) < BATCH:
            figure = chosen.pop()
            changed = planted_value(text_of(document, figure)[figure.spot.start : figure.spot.end], chance)
            if changed is not None and figure.spot.part not in batch:
                batch[figure.spot.part] = figure, with_error(document, figure, changed), changed
        checked = check(document)
        checked.notes = notes(checked)
        new = [each for each in findings(checked) if (each.kind, each.place, each.reason) not in known]
        told = set()
        for figure, before, changed in batch.values():
            counts["planted"] += 1
            hit = [at for at, each in enumerate(new) if any(same_place(figure, spot) for spot in each.spots)]
            told.update(hit)
            counts["found"] += bool(hit)
            counts["named"] += any(new[at].verdict == "named" and same_place(figure, new[at].spots[0]) for at in hit)
            counts["tied"] += any(any(same_place(figure, s) for s in new[at].spots[: new[at].suspects]) for at in hit)
            counts["related"] += figure.number in sound.related
            restore(document, figure, before)
            if not hit:
                part = "related" if figure.number in sound.related else "alone"
                print(f"  missed ({part}): {place_of(sound, figure)} {quote_of(sound, figure)} → {changed}")
        counts["beside"] += sum(at not in told for at in range(len(new)))
    done, found = max(1, counts["planted"]), max(1, counts["found"])
    print(
        f"planted {done}, of which {counts['related']} took part in a relation: found {found} ({found / done:.0%}), "
        f"named right {counts['named']} ({counts['named'] / found:.0%} of those), among the suspects {counts['tied']}, "
        f"findings beside {counts['beside']}"
    )


#: Errors that are planted at a time, in different paragraphs and tables.
BATCH = 15


def text_of(document: Document, figure) -> str:
    """The text of the paragraph or cell that a figure stands in."""
    part = document.parts[figure.spot.part]
    return part.text if isinstance(part, Paragraph) else part.rows[figure.spot.row][figure.spot.column]


def same_place(figure, spot) -> bool:
    """Whether a spot is that of a figure; its end may have moved."""
    own = figure.spot
    return (own.part, own.start, own.row, own.column) == (spot.part, spot.start, spot.row, spot.column)


# -- extraction -----------------------------------------------------------------------------------------------------
def measure_extraction(report: Path, data: Path, document: str) -> None:
    """What is read of a report, against what people entered of it."""
    from nianbao.data.catalogue import Catalogue
    from nianbao.data.folder import Folder
    from nianbao.proof.extracting import Extraction, sorted_out

    checked = check(read(report))
    observations, claims = sorted_out(list(Extraction(checked, Catalogue(Folder(data))).all()))
    known = {}
    for path in sorted(data.glob("observations/????/*.csv")):
        for row in read_csv(path):
            if row["source"].startswith(document) and row["status"] == "A":  # others are not printed
                known[row["indicator"], row["item"], int(path.parent.name)] = row["value"]
    read_values = {
        (each.match.indicator.code, each.item, each.year): each.figure for each in observations if each.match
    }
    numbers = {key: value for key, value in known.items() if decimal(value) is not None}
    equal = [key for key, figure in read_values.items() if key in numbers and Decimal(numbers[key]) == figure.value]
    wrong = [key for key, figure in read_values.items() if key in numbers and Decimal(numbers[key]) != figure.value]
    more = [key for key in read_values if key not in numbers]
    rate = len(equal) / len(numbers)
    print(f"observations {len(numbers)}: equal {len(equal)} ({rate:.0%}), wrong {len(wrong)}, not entered {len(more)}")
    for key in (*wrong, *more):
        print(
            "  wrong" if key in wrong else "  not entered",
            key,
            read_values[key].text,
            read_values[key].noun,
            numbers.get(key),
        )
    missed = Counter(key[0] for key in numbers if key not in read_values)
    print("  missed", dict(missed.most_common(60)))
    entered = {}
    for row in read_csv(data / "documents" / document / "claims.csv"):
        entered.setdefault(
            (row["measure"], row["indicator"], row["item"], row["year"], row["base"].partition("[")[0]), []
        ).append(row["value"])
    said = {}
    for each in claims:
        if each.match:
            said.setdefault(
                (each.measure, each.match.indicator.code, each.item, str(each.year), each.base), each.figure.value
            )
    same = [
        key
        for key, value in said.items()
        if any(decimal(text) is not None and Decimal(text) == value for text in entered.get(key, ()))
    ]
    off = [key for key, value in said.items() if key in entered and key not in same]
    rate = len(same) / len(entered)
    more = [key for key in said if key not in entered]
    print(f"claims {len(entered)}: equal {len(same)} ({rate:.0%}), wrong {len(off)}, not entered {len(more)}")
    print(
        "  missed",
        Counter(key[0] for key in entered if key not in said),
        [key for key in entered if key not in said][:200:3],
    )
    for key in off:
        print("  wrong", key, said[key], entered[key])
    print("  not entered", [key for key in said if key not in entered][:20])


def main(arguments: list[str]) -> None:
    """Measure what the first argument says."""
    what, *rest = arguments
    if what == "errata":
        measure_errata([(Path(a), Path(b)) for a, b in zip(rest[::2], rest[1::2], strict=True)])
    elif what == "planted":
        measure_planted(Path(rest[0]), Path(rest[1]), *map(int, rest[2:4]))
    elif what == "extraction":
        measure_extraction(Path(rest[0]), Path(rest[1]), rest[2])
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
