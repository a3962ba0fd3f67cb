"""What makes a document of a file, one module a kind of file; `read` is the way in."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from nianbao.errors import DataError
from nianbao.proof.model import Document
from nianbao.proof.readers.bounds import keep_within

#: Endings and the module that reads such files.
KINDS = {
    ".txt": "text",
    ".md": "text",
    ".docx": "word",
    ".docm": "word",
    ".pdf": "pdf",
    ".html": "web",
    ".htm": "web",
    ".xlsx": "sheets",
    ".xlsm": "sheets",
}
#: Files of old programs, and what to do with them.
OLD = {".doc": ".docx", ".wps": ".docx", ".xls": ".xlsx", ".et": ".xlsx", ".rtf": ".docx", ".ofd": ".pdf"}
#: Bytes of the largest file that is read.
LARGEST = 60 << 20


def read(path: Path) -> Document:
    """The document of a file. Raises DataError for a file that cannot be read, or should not be."""
    ending = path.suffix.lower()
    if ending in OLD:
        raise DataError(f"不能读{ending}文件，请另存为{OLD[ending]}", path.name)
    if ending not in KINDS:
        raise DataError(f"不能读这种文件，可读的有{'、'.join(sorted(KINDS))}", path.name)
    if not path.is_file():
        raise DataError("找不到文件", path)
    if path.stat().st_size > LARGEST:
        raise DataError(f"文件过大（超过{LARGEST >> 20} MB），不予读入", path.name)
    content = path.read_bytes()
    if not content.strip():
        raise DataError("文件是空的", path.name)
    module = import_module(f"nianbao.proof.readers.{KINDS[ending]}")
    document = module.read(path, content)
    keep_within(document)
    return document
