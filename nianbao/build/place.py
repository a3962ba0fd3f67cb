"""Where what is made from a data folder stands: `_build` of the content folder, or a place of its own below it."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from nianbao import settings

#: Everything made, in the content folder.
BUILD = settings.MADE
#: Below it: what is made from data that are not those of the content folder, so that it never replaces the published.
OTHER = "other"


def place_of(root: Path, data: Path) -> Path:
    """The folder for what is made from `data`, in the content folder `root`."""
    own = (root / "data").resolve()
    data = data.resolve()
    if data == own:
        return root / BUILD
    name = "".join(each if each.isalnum() or each in "-_" else "-" for each in f"{data.parent.name}-{data.name}")[-40:]
    return root / BUILD / OTHER / f"{name}-{sha256(str(data).encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"
