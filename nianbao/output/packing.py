"""ZIP archives whose bytes depend on their content only."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO


def pack(files: Mapping[str, bytes | str], epoch: int = 0) -> bytes:
    """A ZIP archive (Word, Excel, EPUB, data package) whose bytes depend on its files and `epoch` only."""
    buffer, when = io.BytesIO(), time.gmtime(max(epoch, 315532800))[:6]  # ZIP knows no time before 1980
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, when)
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            info.create_system = 3  # else the system it was made on
            archive.writestr(info, data)
    return buffer.getvalue()


def unpack(archive: Path | IO[bytes]) -> dict[str, bytes]:
    """The files of a ZIP archive, in its order."""
    with zipfile.ZipFile(archive) as opened:
        return {name: opened.read(name) for name in opened.namelist()}
