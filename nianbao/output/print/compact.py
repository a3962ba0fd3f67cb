"""A PDF in a third of its bytes, nothing of it lost: what Typst writes one by one is packed into object streams.

Typst writes every object in clear, and a tagged book has some fifteen thousand: each cell of each table is one. ISO
32000-1 lets objects that are no streams stand together in a compressed stream (7.5.7), found by a compressed table of
places (7.5.8); PDF/A-2 and PDF/UA-1 allow both. Numbers, contents and order of the objects stay, and with them tags,
links and names.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping

from nianbao.errors import DataError

#: How many objects stand in one stream: a reader unpacks the whole of it for one of them.
TOGETHER = 1000
#: The best that zlib does.
BEST = 9
#: Widths in bytes of the columns of the table of places: kind of entry, place or stream, place in that.
WIDTHS = (1, 4, 2)
#: Rows are written as differences from the row above; so says the first byte of each.
PREDICTOR = 12
UP = 2
#: Kinds of entries in the table of places: unused, at a place of the file, within an object stream.
UNUSED = 0
PLACED = 1
PACKED = 2

ENTRY = re.compile(rb"(\d{10}) (\d{5}) ([nf])")
OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
HEADER = re.compile(rb"%PDF-[^\n]*\n%[^\n]*\n")
#: What the table of places takes over from the trailer.
KEPT = re.compile(rb"/(?:Root|Info) \d+ 0 R|/ID ?\[.*?\]", re.DOTALL)


def compact(pdf: bytes) -> bytes:
    """The PDF as Typst wrote it, with its objects packed; the same bytes for the same PDF.

    DataError where it is not written as Typst writes: a table of places in clear, no generation but 0.
    """
    objects = dict(sorted(objects_of(pdf).items()))
    header = HEADER.match(pdf)
    if header is None:
        raise DataError("PDF 的开头不是 Typst 的写法，不能压缩")
    packed = [number for number, content in objects.items() if not is_stream(content)]
    entries: dict[int, tuple[int, int, int]] = {}
    made = bytearray(header[0])
    for number, content in objects.items():
        if is_stream(content):
            entries[number] = (PLACED, len(made), 0)
            made += written(number, content)
    last = max(objects)
    for start in range(0, len(packed), TOGETHER):
        last += 1
        group = packed[start : start + TOGETHER]
        entries |= {number: (PACKED, last, at) for at, number in enumerate(group)}
        entries[last] = (PLACED, len(made), 0)
        made += written(last, object_stream({number: objects[number] for number in group}))
    place = len(made)
    entries[last + 1] = (PLACED, place, 0)
    made += written(last + 1, places(entries, pdf[pdf.rindex(b"trailer") :]))
    made += b"startxref\n%d\n%%%%EOF\n" % place
    return bytes(made)


def objects_of(pdf: bytes) -> dict[int, bytes]:
    """Every object of the PDF by its number: what stands between `obj` and `endobj`; DataError as for `compact`."""
    start = int(pdf[pdf.rindex(b"startxref") + len(b"startxref") :].split()[0])
    table = pdf[start : pdf.rindex(b"trailer")]
    used = sorted(int(place) for place, generation, state in ENTRY.findall(table) if state == b"n")
    if not table.startswith(b"xref\n0 ") or not used:
        raise DataError("PDF 的对象表不是 Typst 的写法，不能压缩")
    found = {}
    for place, end in zip(used, [*used[1:], start], strict=True):
        match = OBJECT.fullmatch(pdf[place:end].strip())
        if match is None:
            raise DataError(f"PDF 第{place}字节处的对象不是 Typst 的写法，不能压缩")
        found[int(match[1])] = match[2]
    return found


def is_stream(content: bytes) -> bool:
    """Whether an object is a stream, which stands for itself."""
    return content.endswith(b"endstream")


def written(number: int, content: bytes) -> bytes:
    """An object as it stands in the file."""
    return b"%d 0 obj\n%b\nendobj\n" % (number, content)


def object_stream(objects: Mapping[int, bytes]) -> bytes:
    """A stream that holds objects: their numbers and places in front of them."""
    heads = []
    length = 0
    for number, content in objects.items():
        heads.append(b"%d %d" % (number, length))
        length += len(content) + 1
    head = b" ".join(heads) + b"\n"
    about = b"/Type/ObjStm/N %d/First %d" % (len(objects), len(head))
    return stream(about, head + b"\n".join(objects.values()))


def places(entries: Mapping[int, tuple[int, int, int]], trailer: bytes) -> bytes:
    """The table of places as a stream, which stands for the trailer as well."""
    size = max(entries) + 1
    rows = (entries.get(number, (UNUSED, 0, 0)) for number in range(size))
    about = b"/Type/XRef/Size %d/W[%d %d %d]%b" % (size, *WIDTHS, b"".join(KEPT.findall(trailer)))
    about += b"/DecodeParms<</Predictor %d/Columns %d>>" % (PREDICTOR, sum(WIDTHS))
    return stream(about, b"".join(differences(rows)))


def differences(rows: Iterable[tuple[int, int, int]]) -> Iterator[bytes]:
    """Entries of the table of places, each as its difference from the one above it, byte by byte (ISO 32000-1,
    7.4.4.4): they are nearly the same, and take next to nothing then.
    """
    above = bytes(sum(WIDTHS))
    for row in rows:
        content = b"".join(value.to_bytes(wide, "big") for value, wide in zip(row, WIDTHS, strict=True))
        yield bytes([UP, *((byte - before) % 256 for byte, before in zip(content, above, strict=True))])
        above = content


def stream(about: bytes, content: bytes) -> bytes:
    """A compressed stream; `about` stands in its dictionary."""
    small = zlib.compress(content, BEST)
    return b"<<%b/Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream" % (about, len(small), small)
