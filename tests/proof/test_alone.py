"""What one place prints otherwise than several others, and names of what is most or what something became."""

import pytest

from nianbao.proof.sentences import MOST, UP_TO
from tests.proof.support import checked, found

SEVERAL = """一、工伤保险

工伤保险参保人数151.25万人。

二、概况

工伤保险参保人数{}万人。

三、小结

工伤保险参保人数151.25万人。
"""


@pytest.mark.parametrize("printed, told", [("151.25", []), ("151.52", ["151.52万人"]), ("163.40", [])])
def test_a_figure_that_is_printed_otherwise_everywhere_else(printed, told):
    assert [each.printed for each in found(SEVERAL.format(printed))] == told


PARALLEL = """一、可支付月数

工伤保险{0}年末结余可支付21.4个月。

失业保险{0}年末结余可支付24.4个月。

工伤保险{0}年末结余可支付21.4个月。
"""


@pytest.mark.parametrize("sign", ["。", "："])
def test_paragraphs_that_begin_with_two_things(sign):
    assert found(PARALLEL.format(sign)) == []


@pytest.mark.parametrize(
    "lead, what",
    [
        ("社会保障支出最多，为", "社会保障支出"),
        ("各年都是失业保险金支出最多，2022年为", "失业保险金支出"),
        ("最多，为", None),
    ],
)
def test_what_is_most(lead, what):
    match = MOST.search(lead)
    assert (match and match["what"]) == what


def test_what_a_figure_became_has_the_name_of_what_it_was():
    first, second = checked("失业保险金标准由1,400元提高到1,500元。").figures[:2]
    assert UP_TO.fullmatch("提高到")
    assert "失业保险金标准" in first.noun
    assert "失业保险金标准" in second.noun
