"""The faults that `benchmarks/planted_faults.py` plants are those of the program as it is."""

from __future__ import annotations

from collections import Counter

import pytest
from planted_faults import FAULTS, Fault

from tests.support.projects import ROOT


def test_twenty_faults_in_every_room():
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 20
    rooms = Counter(fault.module.partition("/")[0] for fault in FAULTS)
    assert set(rooms) == {"data", "figures", "audit", "chapter", "charts", "output", "intake", "build"}
    for fault in FAULTS:
        assert fault.tests and all((ROOT / "tests" / name).is_file() for name in fault.tests), fault.name


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_what_a_fault_changes_stands_there_once(fault: Fault):
    text = (ROOT / "nianbao" / fault.module).read_text("utf-8")
    assert text.count(fault.old) == 1 and fault.new != fault.old
