"""What a book prints of a figure: the printed one where it holds, else as its erratum says; marked where in doubt.

One figure has one value throughout an edition: whatever prints a figure asks here for it, for a level by its key, for a
change, growth or share by its `FigureId` (indicator, item, year, measure and base).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cached_property

from nianbao.audit.audit import Audit
from nianbao.audit.checks import (
    CLAIM,
    COPY,
    DOUBLE,
    FORMULA,
    IDENTITY,
    LIST,
    ORDER,
    PART,
    REGIONS,
    RELATION,
    TOTAL,
    TWIN,
    Check,
    CheckId,
)
from nianbao.audit.findings import ERRATUM, EXPLAINED, HOLDS, NOT_CHECKED, Finding
from nianbao.audit.rules import claims, copies, doubles, formulas, identities, orders, parts, regions, totals, twins
from nianbao.chapter.pooling import Pools
from nianbao.data.catalogue import REGION
from nianbao.data.csvfiles import NUMBER
from nianbao.data.documents import Claim
from nianbao.data.keys import Key
from nianbao.figures.ids import SHARE, FigureId
from nianbao.figures.interval import Interval
from nianbao.figures.quantity import Quantity
from nianbao.figures.units import decimals_of, factor, round_half_up, show

#: How the note on a figure begins that follows from one in doubt: one that is computed from it, and one that is printed
#: and holds with it.
FOLLOWS = "由存疑的数算得"
INVOLVES = "涉及存疑数据"
#: A printed whole and the sum of its parts, each rounded, differ by no more than this part of it.
SAME_WHOLE = Fraction(1, 1000)
#: Regions with a share that make a column.
FEWEST_OF_COLUMN = 3
#: How the names of checks of another printing of a level begin.
OTHER_PRINTING = f"{CLAIM}:level:"


class Published:
    """The figures of an edition as its book prints them; what was looked up once is remembered."""

    def __init__(self, audit: Audit):
        self.audit = audit
        self.context = audit.context
        self.derive = audit.derive
        self.pools = Pools(audit.data, self.derive.level)
        self._claims: dict[CheckId, Finding] = {}
        self._marks: dict[Key, Finding | None] = {}
        self._levels: dict[Key, Quantity | None] = {}
        self._columns: dict[tuple[str, int, str], int | None] = {}

    # -- levels -------------------------------------------------------------------------------------------------
    def level(self, key: Key) -> Quantity | None:
        """The level a book prints; None where it is unknown.

        Marked where a check of it is a known erratum, or where it follows from such a level. One that no document
        prints has no more decimals than are known.
        """
        if key not in self._levels:
            self._levels[key] = self.derive.level(key)  # what formulas that need each other find
            self._levels[key] = self._explained(self._find_level(key))
        return self._levels[key]

    def _explained(self, quantity: Quantity | None) -> Quantity | None:
        """The same, with what is to be known of it where a fund is kept elsewhere and nothing else is noted."""
        if quantity is None or quantity.note:
            return quantity
        note = self.pools.note(quantity.id.key)
        return replace(quantity, note=note) if note else quantity

    def _find_level(self, key: Key) -> Quantity | None:
        quantity = self.derive.level(key)
        if quantity is None or self._compares_nothing(quantity):
            return None
        seen = self.audit.data.observations.get(key)
        if seen is not None and seen.derived:
            quantity = self.doubted(quantity.as_known(), self._origins_in_doubt(quantity))
        quantity = self.from_shown(quantity)
        found = self.mark(key)
        if found is None or self.is_settled(found.check):
            return quantity if quantity.mark else self._with_doubt_of_formula(quantity)
        rule = self.by_formula(key) if found.check.startswith(f"{FORMULA}:") else None
        if rule and self.audit.data.errata[found.check].show == "recomputed":
            quantity = rule
        elif rule:
            quantity = replace(quantity, formula=rule.formula, inputs=rule.inputs, expression=rule.expression)
        return replace(quantity, mark=found.check, note=self.told(found.check, found.note))

    def _compares_nothing(self, quantity: Quantity) -> bool:
        """Whether a level that no document prints sets beside each other what does not belong together.

        So do months of one region of a fund that is kept in one place, and figures of one earlier year of which a
        later edition has put some on another basis and left others as they were.
        """
        key = quantity.id.key
        if key in self.audit.data.observations:
            return False
        if self.pools.has_no_months(key):
            return True
        return self._is_on_two_bases(quantity)

    def _is_on_two_bases(self, quantity: Quantity) -> bool:
        """Whether a later edition has put some of the figures of one year that it follows from on another basis."""
        key = quantity.id.key
        beside = [each.id.key for each in quantity.inputs if each.id.key.year == key.year]
        moved = [each in self.audit.data.restated for each in beside]
        return any(moved) and not all(moved)

    def restated_part_of(self, key: Key) -> tuple[list[Key], list[Key]]:
        """Why a level that no document prints is not shown: what it follows from that was restated, and what was not.

        Both empty where that is not why.
        """
        found = None if key in self.audit.data.observations else self.derive.level(key)
        if found is None or self.pools.has_no_months(key) or not self._is_on_two_bases(found):
            return [], []
        inputs = [each.id.key for each in found.inputs if each.id.key.year == key.year]
        moved = [each for each in inputs if each in self.audit.data.restated]
        return moved, [each for each in inputs if each not in moved]

    def _with_doubt_of_formula(self, quantity: Quantity) -> Quantity:
        """A level as it is printed, marked where it agrees with its formula and a figure in that is in doubt.

        Where it does not agree with its formula, it does not follow from what stands there.
        """
        if not self.audit.data.formula(quantity.id.key):
            return quantity
        rule = self.by_formula(quantity.id.key)
        if rule is None or not rule.mark or not rule.interval.meets(quantity.interval):
            return quantity
        return replace(quantity, mark=rule.mark, note=self.involving(rule.mark, reason_of(rule.note)))

    def explained(self, quantity: Quantity) -> Quantity:
        """A figure with the formula that it can be computed by, as a reader may want to know it.

        A level that is printed keeps its own value; the formula of its indicator stands beside it where it agrees.
        """
        if quantity.inputs or quantity.id != FigureId(quantity.id.key):
            return quantity
        rule = self.by_formula(quantity.id.key)
        if rule is None or not rule.interval.meets(quantity.interval):
            return quantity
        return replace(quantity, formula=rule.formula, inputs=rule.inputs, expression=rule.expression)

    def by_formula(self, key: Key) -> Quantity | None:
        """What the indicator's formula gives, from levels as the book prints them; None where it gives nothing."""
        quantity = self.derive.by_formula(key)
        return quantity and self.from_shown(quantity)

    def from_shown(self, quantity: Quantity) -> Quantity:
        """The same with its inputs as the book prints them; marked where one of them is in doubt."""
        inputs = tuple(self.level(each.id.key) or each for each in quantity.inputs)
        return self.doubted(replace(quantity, inputs=inputs), ((each.mark, each.note) for each in inputs))

    def doubted(self, quantity: Quantity, origins: Iterable[tuple[str, str]]) -> Quantity:
        """The same, marked where one of those that it follows from is in doubt; each has a mark and a note.

        A doubt about another printing of a level is none about the level that is shown, and goes no further; nor does
        one of an earlier year's document that blames no level.
        """
        for mark, note in origins:
            elsewhere = mark.startswith(OTHER_PRINTING) or self.is_settled(mark)
            if mark and not quantity.mark and not elsewhere:
                return replace(quantity, mark=mark, note=note if follows(note) else self.following(mark, note))
        return quantity

    def following(self, check: str, note: str) -> str:
        """The note on a figure that follows from one of which a `note` tells."""
        return f"{FOLLOWS}{'。' if self.elsewhere(check) else '：'}{note}"

    def involving(self, check: str, note: str) -> str:
        """The note on a figure that is printed and holds with one in doubt, of which a `note` tells."""
        return f"{INVOLVES}{'。' if self.elsewhere(check) else '：'}{note}"

    def _origins_in_doubt(self, inferred: Quantity) -> Iterator[tuple[str, str]]:
        """Mark and note of each figure in doubt that an inferred level follows from."""
        key = inferred.id.key
        for claim in self.derive.leading_back_to(key) if self.derive.circular(key) else ():
            way = self.derive.back(claim, inferred)
            if way is None or not way.interval.meets(inferred.interval):
                continue
            name = CheckId.of_claim(claim)
            moved = self.claim(name) if str(name) in self.audit.data.errata else None
            for found in (self.mark(claim.key), moved):
                if found and found.status == ERRATUM:
                    yield found.check, self.told(found.check, found.note)

    # -- derived figures ----------------------------------------------------------------------------------------
    def derived(self, wanted: FigureId) -> Quantity | None:
        """The change, growth, average growth, points or share to print; None where it is unknown.

        The figure as a document prints it where that holds; otherwise the recomputed one, with no more decimals than
        are known. Where the printed one does not hold, its erratum says which of the two is shown.
        """
        if wanted.measure == SHARE:
            quantity = self.share(wanted.key, wanted.base)
        else:
            quantity = self.derive.between(wanted.measure, wanted.key, int(wanted.base), level=self.basis)
        if quantity is None:
            return None
        claim = self.printing(quantity.id)
        if claim is None:
            found = self.from_shown(quantity).as_known()
            return self._in_column(found, wanted) if wanted.measure == SHARE else found
        return self.as_claimed(quantity, claim)

    def basis(self, key: Key) -> Quantity | None:
        """The level that a change is computed from: as documents tell it, or what the book prints in its place.

        None where it is unknown, and where the book prints none because it would mean nothing.
        """
        known = self.derive.level(key)
        shown = self.level(key)
        return shown if known is None or shown is None or shown.exact != known.exact else known

    def share(self, key: Key, of: str) -> Quantity | None:
        """The percentage of a denominator, recomputed; a figure is all of itself, however it was rounded."""
        quantity = self.derive.share(key, of)
        if quantity is None or quantity.inputs[0].id != quantity.inputs[1].id:
            return quantity
        return replace(quantity, interval=Interval.exactly(Fraction(100)))

    def _in_column(self, quantity: Quantity, wanted: FigureId) -> Quantity:
        """A share with as many decimals as all of its column: the fewest that are known of the share of any region.

        Only in a year that the bureau filled in: what was published before is told as it was. The share of the whole
        is known better than those of its parts, and keeps its own decimals.
        """
        fewest = self._decimals_of_column(wanted)
        if fewest is None or decimals_of(quantity.value) <= fewest:
            return quantity
        top = self.context.catalogue.top(self.context.catalogue.indicators[wanted.key.indicator])
        if wanted.key.item == top and quantity.inputs[0].id != quantity.inputs[1].id:
            return quantity
        value = round_half_up(quantity.exact, fewest)
        return replace(quantity, value=value) if value or not quantity.value else quantity

    def _decimals_of_column(self, wanted: FigureId) -> int | None:
        """The decimals of the column that a share of a region stands in; None where it stands in none."""
        key = wanted.key
        catalogue = self.context.catalogue
        about = catalogue.indicators[key.indicator]
        if about.dimension != REGION or not catalogue.is_own(key.year):
            return None
        place = (key.indicator, key.year, wanted.base)
        if place not in self._columns:
            regions = catalogue.codelists[REGION]
            items = [item for item in self.audit.data.items(key.indicator, key.year) if regions[item].level == "unit"]
            shares = (self.share(key._replace(item=item), wanted.base) for item in items)
            known = [decimals_of(each.as_known().value) for each in shares if each and each.value]
            self._columns[place] = min(known) if len(known) >= FEWEST_OF_COLUMN else None
        return self._columns[place]

    def share_of_whole(self, key: Key, total: Fraction, unit: str) -> Quantity | None:
        """The share that the book prints of a part of a whole, where `total` in a `unit`, the sum of all parts, is it.

        None where the parts make up no whole that the book knows.
        """
        for whole in self.wholes(key):
            printed = self.derived(FigureId(key, SHARE, whole))
            by = factor(printed.inputs[1].unit, unit) if printed else None
            if printed and by and abs(printed.inputs[1].exact * by - total) <= total * SAME_WHOLE:
                return printed
        return None

    def wholes(self, key: Key) -> list[str]:
        """What a level may be a share of: what documents print it as a share of, and what it is a part of."""
        catalogue = self.context.catalogue
        about = catalogue.indicators[key.indicator]
        found = [claim.base for claim in self.audit.data.claims if claim.measure == SHARE and claim.key == key]
        if about.parent:
            found.append(about.parent)
        above = catalogue.item(about, key.item).parent
        if above:
            found.append(f"{key.indicator}[{above}]")
        return list(dict.fromkeys(found))

    def printing(self, figure: FigureId) -> Claim | None:
        """The first printing of a derived figure; None where no document prints it."""
        return next(iter(self.derive.claims(figure.measure, figure.key, figure.base)), None)

    def claim(self, name: CheckId) -> Finding | None:
        """The finding on the first printing of a derived figure; None where nothing is printed."""
        assert name.key is not None
        printed = self.derive.claims(name.measure, name.key, name.base)
        if not printed:
            return None
        if name not in self._claims:
            self._claims[name] = claims.check_claim(self.context, name, printed[0])
        return self._claims[name]

    def as_claimed(self, quantity: Quantity, claim: Claim) -> Quantity:
        """The figure to print for a recomputed one that is printed as `claim` says."""
        name = CheckId.of_figure(quantity.id)
        found = self.claim(name)
        assert found is not None  # it is printed
        shown = replace(
            self.from_shown(quantity),
            value=claim.value,
            unit=claim.unit,
            source=claim.source,
            place=claim.place,
        )
        if found.status in {*HOLDS, NOT_CHECKED, EXPLAINED}:
            other = self._doubted_claims.get(str(name))
            if other:
                return replace(shown, mark=other, note=self.told(other, self.audit.data.errata[other].reason))
            if shown.mark:  # of what it is computed from
                return replace(shown, note=self.involving(shown.mark, reason_of(shown.note)))
            return replace(shown, mark="", note=found.note)
        erratum = self.audit.data.errata.get(str(name))
        if erratum and erratum.show == "published":
            return replace(shown, mark=str(name), note=self.told(str(name), erratum.reason))
        document = self.elsewhere(str(name)) or "原报告"
        because = f"；{erratum.reason}" if erratum else ""
        note = f"{document}印作{show(claim.value)}{claim.unit}{because}"
        recomputed = self.from_shown(quantity)
        if recomputed.value != claim.value:  # else only its unit is wrong
            recomputed = recomputed.as_known()
        return replace(recomputed, mark=str(name), source=claim.source, note=note)

    # -- doubts -------------------------------------------------------------------------------------------------
    def blames(self, check: str) -> bool:
        """Whether the known erratum of a check says that a level is wrong.

        It does not where another printing of the level is, where a relation does not hold and no figure is accused, or
        where something is said to be left out.
        """
        erratum = self.audit.data.errata.get(check)
        if check.startswith(OTHER_PRINTING):
            return False
        if erratum is None or erratum.figures:
            return True
        kind = check.partition(":")[0]
        if kind in {FORMULA, RELATION, LIST}:
            return all(NUMBER.fullmatch(each) for each in erratum.printed.split("|"))
        return kind != IDENTITY

    def is_settled(self, check: str) -> bool:
        """Whether the erratum of a check is one of an earlier year's document, and blames no level."""
        return bool(self.elsewhere(check)) and not self.blames(check)

    def elsewhere(self, check: str) -> str:
        """The document that the erratum of a check is about, where it is none of the edition's year; else nothing."""
        erratum = self.audit.data.errata.get(check)
        about = self.context.catalogue.documents.get(erratum.source.document) if erratum else None
        if erratum is None or about is None or not about.year.isdigit() or int(about.year) >= self.audit.data.years[-1]:
            return ""
        is_report = erratum.source.document == f"report-{about.year}"
        return f"{about.year}年年报" if is_report else f"《{about.title}》"

    def told(self, check: str, note: str) -> str:
        """A note on a figure in doubt, which names the document where that is one of an earlier year."""
        document = self.elsewhere(check)
        return f"{document}：{note}" if document else note

    def mark(self, key: Key) -> Finding | None:
        """The known erratum that a printed level is about; None where none is."""
        if key not in self._marks:
            self._marks[key] = self._find_mark(key)
        return self._marks[key]

    def _find_mark(self, key: Key) -> Finding | None:
        found = None
        for name in self._doubts.get(key, ()):
            check = self._check(name, key)
            finding = check.run() if check else None
            if finding and finding.status == ERRATUM:
                found = finding
        return found

    @cached_property
    def _doubts(self) -> dict[Key, list[str]]:
        """The names of the checks with a known erratum that may be about a level, by level; no data are looked at."""
        doubts: dict[Key, list[str]] = defaultdict(list)
        for name in sorted(self.audit.data.errata):
            for key in self._may_be_about(name):
                doubts[key].append(name)
        return doubts

    @cached_property
    def _doubted_claims(self) -> dict[str, str]:
        """The derived figures that a known erratum of another check calls wrong, by name: that check."""
        found = {}
        for check, erratum in sorted(self.audit.data.errata.items()):
            found.update({figure: check for figure in erratum.figures if not is_level(figure) and figure != check})
        return found

    @cached_property
    def _subjects(self) -> dict[str, tuple[Key, Check]]:
        """The further formulas of printed figures, with the level each is about, by the names of their checks."""
        return {str(check.id): (key, check) for key, check in formulas.stated(self.context)}

    @cached_property
    def _identities(self) -> dict[str, list[identities.Term]]:
        """The terms of the identities, by name."""
        return identities.read_identities(self.audit.data)

    def _may_be_about(self, name: str) -> Iterator[Key]:
        """The levels that an erratum of a check calls wrong; where it names none, those the check may be about."""
        kind, *about = name.removeprefix(f"{CLAIM}:").split(":")
        accused = self.audit.data.errata[name].figures
        if accused:
            yield from map(level_of, filter(is_level, accused))
        elif kind in {RELATION, LIST} and name in self._subjects:
            yield self._subjects[name][0]
        elif kind in {FORMULA, TOTAL, "level"}:
            yield level_of(":".join(about))
        elif kind == IDENTITY:
            for term in self._identities.get(about[0], ()):
                yield term.key(about[1], int(about[2]))
        elif kind == COPY:
            yield from self._row(level_of(":".join(about)))

    def _row(self, key: Key) -> list[Key]:
        """A level and its components: what stands in one row."""
        parts = [code for code, about in self.context.catalogue.indicators.items() if about.parent == key.indicator]
        return [key, *(key._replace(indicator=code) for code in parts)]

    def _check(self, name: str, key: Key) -> Check | None:
        """The check of this name, if it is about a level; other data than it needs are not looked at."""
        kind, *about = name.removeprefix(f"{CLAIM}:").split(":")
        accused = self.audit.data.errata[name].figures
        if kind in {IDENTITY, COPY} and not accused and not self._is_printed_in(name, key):
            return None
        if kind == IDENTITY:
            return self._identity(about[0], about[1], int(about[2]))
        if kind in {COPY, DOUBLE}:
            at = level_of(":".join(about))
            return self._copy(at) if kind == COPY else self._double(at, [level_of(each) for each in accused])
        if kind in {RELATION, LIST}:
            return self._relation(name)
        if kind == ORDER:
            return orders.at(self.context, about[0], about[1], int(about[2]))
        return next((check for check in self._checks(name) if str(check.id) == name), None)

    def _checks(self, name: str) -> Iterator[Check]:
        """Checks among which that of a name is."""
        kind, *about = name.removeprefix(f"{CLAIM}:").split(":")
        if kind == FORMULA:
            return formulas.checks(self.context, [level_of(":".join(about))])
        if kind == TOTAL:
            return totals.checks(self.context, self.context.keys_of([about[0]]))
        if kind == PART:
            return parts.checks(self.context, [level_of(":".join(about))])
        if kind == REGIONS:
            return regions.checks(self.context, self.context.keys_of([about[0]]))
        if kind == TWIN:
            return twins.checks(self.context)  # compares claims, not levels
        base = "".join(part for part in about[3:] if not part.startswith("#"))
        return claims.of_figure(self.context, kind, level_of(":".join(about)), base)

    def _relation(self, name: str) -> Check | None:
        """The check of a further formula; None where no document states it, or its figure is not printed."""
        if name not in self._subjects:
            return None
        about, check = self._subjects[name]
        return check if self.context.printed(about) else None

    def _is_printed_in(self, name: str, key: Key) -> bool:
        """Whether the erratum of a check says that this level, as it is printed, is in doubt."""
        seen = self.audit.data.observations.get(key)
        return seen is not None and seen.literal in self.audit.data.errata[name].printed.split("|")

    def _identity(self, name: str, item: str, year: int) -> Check:
        """The check of an identity at an item in a year."""
        terms = self._identities[name]
        identity = CheckId.of_relation(IDENTITY, name, item, year)
        keys = [term.key(item, year) for term in terms]
        missing = [key for key in keys if key not in self.audit.data.observations]
        return Check(identity, lambda: identities.check_identity(self.context, identity, terms, keys, missing))

    def _double(self, key: Key, accused: Iterable[Key]) -> Check | None:
        """The check of a target that is named twice; `accused` are both. None where only one of them is."""
        name = CheckId.of_level(DOUBLE, key)
        first = next((each for each in accused if each != key), None)
        return first and Check(name, lambda: doubles.check_double(self.context, name, key, first))

    def _copy(self, key: Key) -> Check:
        """The check of a row of figures that repeats another year's."""
        name = CheckId.of_level(COPY, key)
        members = [(each.indicator, each.item) for each in self._row(key)]
        earlier = [year for year in self.audit.data.years if year < key.year]
        return Check(name, lambda: copies.check_copy(self.context, name, key, members, earlier))


def follows(note: str) -> bool:
    """Whether a note says that a figure follows from one in doubt."""
    return note.startswith((FOLLOWS, INVOLVES))


def reason_of(note: str) -> str:
    """What a note on a figure in doubt has to say, whether of itself or of one that it follows from."""
    return note.removeprefix(FOLLOWS).removeprefix(INVOLVES).lstrip("：。") if follows(note) else note


def is_level(figure: str) -> bool:
    """Whether a figure that an erratum names is a level, not a derived figure."""
    return not figure.startswith(f"{CLAIM}:")


def level_of(figure: str) -> Key:
    """The key of a level as an erratum or the name of a check names it: `pension.insured:990000:2025`."""
    indicator, item, year = figure.split(":")[:3]
    return Key(indicator, item, int(year))
