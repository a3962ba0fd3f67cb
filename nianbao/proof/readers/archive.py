"""Office files are archives: which are refused before anything is made of them."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path
from xml.parsers.expat import ExpatError, ParserCreate

from nianbao.data.archives import check_size
from nianbao.errors import DataError

#: Bytes that the parts which are read may unpack to, together.
LARGEST_UNPACKED = 150 << 20
MOST_PARTS = 5000
#: XML elements of a document, and how deep they may stand within each other.
MOST_ELEMENTS = 3_000_000
DEEPEST = 400


def inspect(path: Path, content: bytes, needed: str, what: str) -> None:
    """Refuse an archive that is none of its kind, unpacks to too much, or declares XML entities.

    `needed` is a part that it must have, `what` the kind of file in words. Programs in it are not run, so they are no
    reason to refuse it. Raises DataError.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        parts = archive.infolist()
        names = {part.filename for part in parts}
        if needed not in names:
            raise DataError(f"不是 {what}；如为旧格式或加了密码，请另存后再试", path.name)
        check_size(path, parts, MOST_PARTS, LARGEST_UNPACKED)
        _scan(path, archive, [part for part in parts if part.filename.endswith((".xml", ".rels"))])
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise DataError(f"文件已损坏或加了密码：{error}", path.name) from None


class _Scan:
    """Counts of the elements of a file's parts; refuses document types and what is too much."""

    def __init__(self, path: Path):
        self.path = path
        self.elements = 0
        self.depth = 0

    def entities(self, *_: object) -> None:
        """A document type."""
        raise DataError("文件里声明了实体，不予读入", self.path.name)

    def begin(self, *_: object) -> None:
        """An element begins."""
        self.elements += 1
        self.depth += 1
        if self.elements > MOST_ELEMENTS or self.depth > DEEPEST:
            raise DataError("内容过多，不予读入", self.path.name)

    def end(self, *_: object) -> None:
        """An element ends."""
        self.depth -= 1


def _scan(path: Path, archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """A look at the XML of all parts, in little memory."""
    scan = _Scan(path)
    for part in parts:
        scan.depth = 0
        parser = ParserCreate()
        parser.StartDoctypeDeclHandler = scan.entities
        parser.StartElementHandler = scan.begin
        parser.EndElementHandler = scan.end
        with archive.open(part) as stream:
            try:
                parser.ParseFile(stream)
            except (ExpatError, LookupError, ValueError) as error:  # the latter two: an encoding that nobody knows
                raise DataError(f"文件已损坏：{part.filename} {error}", path.name) from None
