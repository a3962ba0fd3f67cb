"""ZIP archives whose bytes depend on their content only."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

#: The first second that ZIP can name, 1980-01-01, in seconds since 1970.
FIRST_TIME = 315532800
#: The system in the head of a file: Unix; Python would write the one it runs on.
UNIX = 3


def pack(files: Mapping[str, bytes | str], epoch: int = 0) -> bytes:
    """A ZIP archive (Word, Excel, EPUB, data package) whose bytes depend on its files and `epoch` only.

    `files` holds contents by name, in the order of the archive; `epoch` is the time of all of them, in seconds since
    1970. A file named `mimetype` is stored as it is, as EPUB wants it; all others are compressed.
    """
    buffer = io.BytesIO()
    when = time.gmtime(max(epoch, FIRST_TIME))[:6]
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, when)
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            info.create_system = UNIX
            archive.writestr(info, data)
    return buffer.getvalue()


def unpack(archive: Path | IO[bytes]) -> dict[str, bytes]:
    """The files of a ZIP archive by name, in its order."""
    with zipfile.ZipFile(archive) as opened:
        return {name: opened.read(name) for name in opened.namelist()}
