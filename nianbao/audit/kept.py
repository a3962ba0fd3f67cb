"""What the audit of an edition has found, kept in a file for others who ask the same of the same data.

To find it takes seconds; to read it, hundredths. Who names such a file answers for it that the data are the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from nianbao.audit.diagnosis.diagnosis import Diagnosis
from nianbao.audit.findings import Finding
from nianbao.data.keys import Key, Source


@dataclass(frozen=True)
class Kept:
    """Findings and diagnoses of the edition of `year`; `looked` are the data files and folders they are made from."""

    year: int
    findings: list[Finding]
    diagnoses: list[Diagnosis]
    looked: frozenset[str]


def packed(found: Kept) -> bytes:
    """What a file of it holds: JSON, numbers as texts."""
    known = {
        "year": found.year,
        "findings": [asdict(each) for each in found.findings],
        "diagnoses": [asdict(each) for each in found.diagnoses],
        "looked": sorted(found.looked),
    }
    return json.dumps(known, ensure_ascii=False, default=str).encode()


def read(path: Path | None, year: int) -> Kept | None:
    """What was kept of the edition of `year`; None where there is no such file, or none that can be read."""
    if path is None or not path.is_file():
        return None
    try:
        known = json.loads(path.read_bytes())
        found = Kept(
            known["year"],
            [finding(each) for each in known["findings"]],
            [diagnosis(each) for each in known["diagnoses"]],
            frozenset(known["looked"]),
        )
    except (ValueError, LookupError, TypeError, ArithmeticError):  # damaged: then it is found out anew
        return None
    return found if found.year == year else None


def finding(known: Mapping[str, Any]) -> Finding:
    """A finding as it was before it was written down."""
    return Finding(**{**known, "key": Key(*known["key"]), "source": Source(**known["source"])})


def diagnosis(known: Mapping[str, Any]) -> Diagnosis:
    """A diagnosis as it was before it was written down."""
    value = known["value"]
    texts = {name: tuple(known[name]) for name in ("titles", "rivals")}
    fitting = tuple((first, last) for first, last in known["fitting"])
    return Diagnosis(**{**known, **texts, "fitting": fitting, "value": None if value is None else Decimal(value)})
