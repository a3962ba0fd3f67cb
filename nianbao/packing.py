"""ZIP archives whose bytes depend on their content only."""

from __future__ import annotations

import io
import time
import zipfile


def pack(files: dict[str, bytes | str], epoch: int, stored: tuple[str, ...] = ()) -> bytes:
    """A ZIP archive (Word, EPUB) whose bytes depend on its files and `epoch` only; `stored` are not compressed."""
    buffer, when = io.BytesIO(), time.gmtime(max(epoch, 315532800))[:6]  # ZIP knows no time before 1980
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, when)
            info.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return buffer.getvalue()
