"""A document that states no formulas takes those of the last of its kind, as far as they hold."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

from nianbao.data.carrying import carried, computed
from nianbao.data.documents import ItemFormula
from nianbao.data.keys import Key

AMOUNT = "x.amount"
SUM = f"{AMOUNT}[p1] + {AMOUNT}[p2]"
PRODUCT = "x.quantity[t1] * x.price[t2] / 10000"


def data(**values: str) -> SimpleNamespace:
    """Data with a list of 2026 that follows one of 2025; `values` are what is filled in, by name."""
    keys = {
        "p1": Key(AMOUNT, "p1", 2026),
        "p2": Key(AMOUNT, "p2", 2026),
        "p3": Key(AMOUNT, "p3", 2026),
        "people": Key("x.quantity", "t1", 2026),
        "price": Key("x.price", "t2", 2026),
    }
    observations = {keys[name]: SimpleNamespace(value=Decimal(text)) for name, text in values.items()}
    documents = {f"targets-{year}": SimpleNamespace(year=str(year)) for year in (2025, 2026)}
    return SimpleNamespace(
        catalogue=SimpleNamespace(documents=documents),
        years=[2025, 2026],
        observations=observations,
        items=lambda code, year: [key.item for key in observations if key.indicator == code and key.year == year],
    )


def stated(text: str, item: str) -> dict[str, list[dict[str, str]]]:
    """The formula of the list of 2025."""
    return {"targets-2025": [{"indicator": AMOUNT, "item": item, "year": "2025", "formula": text, "note": "原表未印"}]}


def test_a_sum_takes_all_the_items_of_the_year():
    known = data(p1="1", p2="2", p3="4")
    whole = Key(AMOUNT, "all", 2026)
    found = carried(known, stated(SUM, "all"))
    assert found == {whole: ItemFormula("x.amount[p1] + x.amount[p2] + x.amount[p3]", "各项目相加")}
    assert computed(known, whole, found[whole].text) == 7


def test_a_product_counts_where_it_gives_what_is_filled_in():
    found = carried(data(p1="2.5", people="100", price="250"), stated(PRODUCT, "p1"))
    assert found == {Key(AMOUNT, "p1", 2026): ItemFormula(PRODUCT, "")}
    assert carried(data(p1="2.56", people="100", price="250"), stated(PRODUCT, "p1")) == {}
    assert carried(data(p1="2.5", people="100"), stated(PRODUCT, "p1")) == {}


def test_a_document_with_formulas_of_its_own_takes_none():
    known = data(p1="1", p2="2")
    own = {"targets-2026": [{"indicator": AMOUNT, "item": "p1", "year": "2026", "formula": "x.price[t2]", "note": ""}]}
    assert carried(known, stated(SUM, "all") | own) == {}
