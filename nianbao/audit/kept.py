"""What the audit of an edition has found, kept in a file for others who ask the same of the same data.

To find it takes seconds; to read it, hundredths. Who names such a file answers for it that the data are the same.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from pathlib import Path

from nianbao.audit.diagnosis.diagnosis import Diagnosis
from nianbao.audit.findings import Finding


@dataclass(frozen=True)
class Kept:
    """Findings and diagnoses of the edition of `year`; `looked` are the data files and folders they are made from."""

    year: int
    findings: list[Finding]
    diagnoses: list[Diagnosis]
    looked: frozenset[str]


def packed(found: Kept) -> bytes:
    """What a file of it holds."""
    return pickle.dumps(found)


def read(path: Path | None, year: int) -> Kept | None:
    """What was kept of the edition of `year`; None where there is no such file, or none that can be read."""
    if path is None or not path.is_file():
        return None
    try:
        found = pickle.loads(path.read_bytes())
    except Exception:  # whatever a damaged file makes pickle raise: then it is found out anew
        return None
    return found if isinstance(found, Kept) and found.year == year else None
