"""Office files are archives: how far they may unpack."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

from nianbao.errors import DataError

#: How many times larger than packed a part of more than a megabyte may be.
LARGEST_RATIO = 250


def check_size(path: Path, parts: Sequence[zipfile.ZipInfo], most: int, unpacked: int) -> None:
    """DataError for more than `most` parts, and for parts that unpack to too much: `unpacked` bytes together.

    `path` names the file.
    """
    swollen = any(part.file_size > max(1 << 20, LARGEST_RATIO * part.compress_size) for part in parts)
    if swollen or len(parts) > most or sum(part.file_size for part in parts) > unpacked:
        raise DataError("压缩包展开后过大，不予读入", path.name)
