"""What a notebook may ask of the analysis: findings and accounts as sentences and rows of tables, funds, scenarios."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from nianbao.analysis.accounts import Account, Accounts, Effect
from nianbao.analysis.candidates import Candidates
from nianbao.analysis.findings import Selection, select
from nianbao.analysis.outlook import Outlook
from nianbao.analysis.reasons import Reasons, ReasonTested, distinct
from nianbao.analysis.resilience import SUBSIDY, Fund, Pooled, Resilience, Target
from nianbao.analysis.sentences import (
    Magnitude,
    Sentence,
    name_of_residual,
    of_account,
    of_change,
    of_effect,
    of_lacking,
    plain,
)
from nianbao.audit.audit import Audit
from nianbao.chapter.chart import colour_of
from nianbao.chapter.material import Material
from nianbao.chapter.meaningless import DASH
from nianbao.chapter.phrases import Phrases
from nianbao.chapter.printer import unit_text
from nianbao.chapter.prose import Passage
from nianbao.chapter.published import Published
from nianbao.chapter.saying import Saying
from nianbao.chapter.table import Cell
from nianbao.data.analysing import choices
from nianbao.data.catalogue import Item
from nianbao.data.dataset import Dataset
from nianbao.figures.quantity import Quantity
from nianbao.figures.units import POINTS

#: What stands in a table for an effect whose direction rounding leaves open.
OPEN = "（方向不定）"
#: What the dashes stand for in the row of what is left.
ONLY_CHANGE = f"“{DASH}”：由全部变动减去各项得出，各年的数没有单列。"
#: What is said of printed effects that do not add up to the printed change.
ROUNDED = "各项作用和全部变动各自四舍五入，相加可差末位。"
UNROUNDED = "全部变动由未取整的数相减，与表中两年的数相减可差末位。"


@dataclass(frozen=True)
class Told(Passage):
    """A sentence of the analysis: every figure in it opens."""

    sentence: Sentence = ()

    def written(self, phrases: Phrases) -> str:
        """The sentence as a phrase."""
        parts = []
        for part in self.sentence:
            if isinstance(part, str):
                parts.append(part)
                continue
            quantity = part.quantity if isinstance(part, Magnitude) else part
            text = phrases.value(quantity, sign=not isinstance(part, Magnitude))
            parts.append(text.replace(POINTS, f"个{POINTS}"))
        return "".join(parts)


class Analysed:
    """The analysis of an edition for its chapters; each part is made when it is first asked for."""

    def __init__(self, material: Material, shows_outlook: bool = False):
        self.material = material
        self.shows_outlook = shows_outlook
        self.year = material.year
        self.published = material.figures.published
        self.resilience = Resilience(self.published, self.year)

    @cached_property
    def later(self) -> Audit | None:
        """What the next year's data know, of which the targets are told; None where there are none yet."""
        data = self.material.data
        if self.year + 1 not in data.all_years:
            return None
        return Audit(Dataset(data.root, self.year + 1, lazy=True))

    @cached_property
    def _later_levels(self) -> Published | None:
        return Published(self.later) if self.later else None

    def document_of(self, tested: ReasonTested) -> str:
        """The title of the document that states a reason."""
        return self.material.data.catalogue.documents[tested.stated.document].title

    def told(self, sentence: Sentence) -> Told:
        """A sentence of the analysis, to stand in a paragraph."""
        return Told("", self.material.figures, sentence)

    # -- findings -----------------------------------------------------------------------------------------------
    @cached_property
    def candidates(self) -> Candidates:
        """All that could be a finding."""
        return Candidates(self.published, self.year, self._later_levels)

    @cached_property
    def selection(self) -> Selection:
        """The findings of the edition, and why each was chosen or not."""
        return select(self.candidates.all(), choices(self.material.data, self.year))

    @property
    def findings(self) -> list[Told]:
        """The findings as sentences, in order."""
        return [self.told(each.sentence) for each in self.selection.findings]

    @property
    def log(self) -> list[list[str]]:
        """Name, verdict and reason of every candidate, for the editor."""
        return [[each.candidate.name, "选用" if each.chosen else "不用", each.why] for each in self.selection.log]

    @property
    def regional(self) -> list[Told]:
        """Where in the region ratios stand out."""
        return [self.told(each.sentence) for each in self.candidates.regions() if not each.doubt]

    # -- change accounts ----------------------------------------------------------------------------------------
    @cached_property
    def _accounts(self) -> Accounts:
        return Accounts(self.published, self.year, self.year - 1)

    def accounts(self, *codes: str) -> list[Account]:
        """The change accounts of these names that can be made, in this order."""
        found = [self._accounts.account(code) for code in codes]
        return [each for each in found if each]

    def why(self, code: str) -> Told | None:
        """A change account in one sentence; None where it cannot be made."""
        account = self._accounts.account(code)
        return self.told(of_account(account)) if account else None

    def sentences(self, accounts: Iterable[Account]) -> list[Told]:
        """Change accounts, each in one sentence."""
        return [self.told(of_account(account)) for account in accounts]

    @staticmethod
    def rows(account: Account) -> list[list[Cell]]:
        """An account as rows: name, figure before and now, effect; what is left, and the whole, stand last."""
        rows: list[list[Cell]] = []
        for effect in [*account.effects, *shown_residual(account)]:
            name = name_of(account, effect) + own_unit(effect, account)
            rows.append([name, effect.then or DASH, effect.now or DASH, effect.quantity])
        rows.append([account.title, account.then, account.now, account.total])
        return rows

    @staticmethod
    def notes(account: Account) -> tuple[str, ...]:
        """The notes on the rows of an account: of what is left only the change is known, and sums are of rounded."""
        on_rest = (ONLY_CHANGE,) if shown_residual(account) else ()
        on_sums = () if account.adds_up_to_the_digit else (ROUNDED,)
        on_change = () if account.is_that_of_the_printed_figures else (UNROUNDED,)
        return (*account.notes, *on_rest, *on_sums, *on_change)

    @staticmethod
    def columns(account: Account) -> dict[str, dict[str, Quantity]]:
        """An account as the cells of a chart of contributions."""
        effects = [*account.effects, *([account.residual] if account.residual and account.unexplained else [])]
        return {"作用": {name_of(account, each): each.quantity for each in effects} | {"全部变动": account.total}}

    @staticmethod
    def says(account: Account) -> Callable[[Saying], str]:
        """What the chart of an account shows, as its first line: the change, and the effect that makes most of it.

        Nothing where rounding leaves the direction of the change open.
        """

        def line(saying: Saying) -> str:
            if not account.sign or not account.total.value:
                return ""
            change = "".join(saying.part(part) for part in of_change(account))
            main = account.main
            most = "".join(saying.part(part) for part in of_effect(account, main)) if main else ""
            return f"{account.title}较上年{change}" + (f"，主要是{most}" if most else "")

        return line

    # -- what funds rest on -------------------------------------------------------------------------------------
    @property
    def funds(self) -> list[Fund]:
        """The funds of this year."""
        return self.resilience.funds()

    def is_subsidised(self, fund: Fund) -> bool:
        """Whether the catalogue has a line for subsidies of a fund."""
        return self.resilience.key(f"{fund.scheme.prefix}.{SUBSIDY}", self.year) is not None

    def not_subsidised(self, funds: Iterable[Fund]) -> str:
        """The note on the dashes of funds without a line for subsidies; nothing where all of them have one."""
        names = [fund.scheme.name for fund in funds if not self.is_subsidised(fund)]
        if not names:
            return ""
        told = f"{'、'.join(names)}基金没有列财政补贴" if self.material.is_own else "资料没有给这一基金列财政补贴"
        return f"“{DASH}”：{told}。"

    def where_subsidised(self, fund: Fund, *figures: Quantity | None) -> Sequence[Cell]:
        """The cells of these figures in the row of a fund; a dash in each for one without a line for subsidies."""
        return figures if self.is_subsidised(fund) else [DASH for _ in figures]

    @staticmethod
    def peak(months: Mapping[int, Quantity]) -> int | None:
        """The year, between the first and the last, with more months than both, beyond rounding; None without one."""
        between = sorted(months)[1:-1]
        if not between:
            return None
        most = max(between, key=lambda year: months[year].exact)
        ends = (months[min(months)], months[max(months)])
        certainly = all(months[most].interval.low > end.interval.high for end in ends)
        return most if certainly else None

    def colours(self, schemes: Mapping[str, Item]) -> dict[str, str]:
        """The names of the colours of schemes in charts, by the names that these have there."""
        known = [each.code for each in self.material.data.catalogue.schemes.values()]
        return {name: colour_of(each.code, known.index(each.code)) for name, each in schemes.items()}

    def colours_of_parts(self, account: Account) -> dict[str, str]:
        """The names of the colours of the parts of an account in its chart, where they are of several schemes."""
        schemes = self.material.data.catalogue.schemes
        own = {}
        for effect in account.effects:
            code = effect.now.id.key.indicator if effect.now else ""
            found = [scheme for prefix, scheme in schemes.items() if code.startswith(f"{prefix}.")]
            own |= self.colours({name_of(account, effect): scheme for scheme in found})
        return own if len(set(own.values())) > 1 else {}

    @property
    def pooled(self) -> Pooled | None:
        """Subsidies and income of all funds that receive any, together."""
        return self.resilience.pooled()

    @property
    def targets(self) -> list[Target]:
        """The next year's targets against this year's outcomes."""
        return self.candidates.targets

    def reasons(self, year: int, part: str = "", item: str = "") -> list[ReasonTested]:
        """The reasons that documents give for figures of a year, tested; one given twice alike is one."""
        levels = self.published
        if year > self.year:
            levels = self._later_levels or self.published
        return distinct(Reasons(levels).of(year, part, item))

    # -- outlook ------------------------------------------------------------------------------------------------
    @cached_property
    def outlook(self) -> Outlook | None:
        """The scenarios of the edition; None where they are for the editor only, or none are assumed."""
        found = Outlook(self.published, self.year) if self.shows_outlook else None
        return found if found and found.schemes else None


def shown_residual(account: Account) -> list[Effect]:
    """What the effects leave, but for a difference of rounding that is printed as nothing."""
    residual = account.residual
    if residual is None or not (account.unexplained or residual.quantity.value):
        return []
    return [residual]


def own_unit(effect: Effect, account: Account) -> str:
    """The unit of a part or factor in brackets, where it is not that of the whole."""
    unit = unit_text(effect.now.unit).lstrip("∶1") if effect.now else ""
    return f"（{unit}）" if unit and effect.now and effect.now.unit != account.now.unit else ""


def name_of(account: Account, effect: Effect) -> str:
    """The name of an effect in a table or a chart; the residual says what it holds."""
    if effect is not account.residual:
        return effect.words if effect.sign or effect.stayed else f"{effect.words}{OPEN}"
    if account.lacking or effect.sign:
        return f"{name_of_residual(account)}{plain(of_lacking(account.lacking))}"
    return "舍入之差"
