"""The companion documents: what was taken apart must fit together again."""

from nianbao.data.dataset import Dataset
from nianbao.data.keys import Key
from tests.support.projects import ROOT


def test_glued_cells_are_amount_and_code():
    data = Dataset(ROOT / "data")
    rows = data.texts("accounts_glued", 2022)
    assert len(rows) == 55
    for row in rows:
        amount = data.observations[Key("accounts.economic", row["item"], 2022)].value
        assert row["printed"] == f"{amount:,.2f}{row['next']}"
        assert row["next"] in data.catalogue.codelists["economic_accounts"]
