"""Text files: the encoding, and lines."""

from __future__ import annotations

from pathlib import Path

from nianbao.errors import DataError
from nianbao.proof.lines import Line, parts_of
from nianbao.proof.model import Document

#: Encodings of Chinese texts, the strictest first.
ENCODINGS = ("utf-8-sig", "gb18030", "big5", "utf-16")


def read(path: Path, content: bytes) -> Document:
    """The document of a text file. Raises DataError where it is none."""
    text = decoded(path, content)
    lines = [Line(words, at) for at, words in enumerate(text.splitlines(), 1)]
    return Document(path.name, "txt", parts_of(lines))


def decoded(path: Path, content: bytes) -> str:
    """The text of a file, whatever its encoding. Raises DataError where it is no text."""
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return content.decode("utf-16", "replace")
    if b"\0" in content[:4096]:
        raise DataError("不是文本文件", path.name)
    for encoding in ENCODINGS[:-1]:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DataError("文本的编码认不出，请另存为 UTF-8", path.name)
