"""What the diagnosis says of the published data, made once a process: it takes long.

Files of tests that ask for it are in the group `GROUP` of pytest-xdist, so that one worker makes it for all of them.
"""

from __future__ import annotations

from functools import cache

from nianbao.audit.diagnosis.building import build
from nianbao.audit.diagnosis.diagnosis import Diagnosis, diagnose
from nianbao.audit.diagnosis.problem import Problem
from nianbao.data.dataset import Dataset
from tests.support.projects import ROOT

GROUP = "diagnosed"


@cache
def published() -> Dataset:
    """The published data; not to be changed."""
    return Dataset(ROOT / "data")


@cache
def problem() -> Problem:
    """Their figures and relations; not to be changed."""
    return build(published())


@cache
def diagnoses() -> tuple[Diagnosis, ...]:
    """What is said of them."""
    return tuple(diagnose(problem()))
