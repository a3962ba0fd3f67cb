"""What a site says to machines: schema.org in its pages, a DCAT catalogue, `llms.txt`.

Sources: schema.org (Dataset, Chapter, Book), W3C DCAT 3, llmstxt.org.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nianbao.output.imprint import FILES
from nianbao.output.web.front import DATA_PAGE
from nianbao.output.web.prints import of_book
from nianbao.settings import Contact

#: Media types of what can be taken away.
MEDIA = {
    ".zip": "application/zip",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".parquet": "application/vnd.apache.parquet",
    ".csv": "text/csv",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".epub": "application/epub+zip",
}
#: Media types as IANA names them, for DCAT.
IANA = "https://www.iana.org/assignments/media-types/"
#: The vocabularies of the EU that DCAT-AP asks for: the language of the book, what it is about, how often it appears.
VOCABULARY = "http://publications.europa.eu/resource/authority/"
LANGUAGE = f"{VOCABULARY}language/ZHO"
THEME = f"{VOCABULARY}data-theme/SOCI"
YEARLY = f"{VOCABULARY}frequency/ANNUAL"
KEYWORDS = ("社会保险", "养老保险", "工伤保险", "失业保险", "社会保险基金", "统计年报")
CONTENTS = "所载社会保险参保、待遇和基金的全部数字，附单位、出处、误差范围和勘误。"
#: The prefixes of the catalogue.
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
#: Characters that would end a script within a page.
ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


@dataclass(frozen=True)
class Published:
    """An edition in a site.

    `title` is that of the book, `author` who published it, `place` what its data are about, `url` the address of the
    site, `version` that of its data, `issued` the day it appeared (empty where nobody said), `modified` that of its
    commit (empty outside a clone), `contact` whom one tells of an error.
    """

    title: str
    author: str
    place: str
    url: str
    year: int
    version: str
    issued: str = ""
    modified: str = ""
    contact: Contact = field(default_factory=Contact)

    @property
    def name(self) -> str:
        """Title with the year."""
        return f"{self.title}（{self.year}年）"

    @property
    def address(self) -> str:
        """The address of the folder of its pages."""
        return f"{self.url}{self.year}/"

    @property
    def data_page(self) -> str:
        """The address of the page about its data, where licence and citation stand, too."""
        return f"{self.address}{DATA_PAGE}"


def script(known: Mapping[str, Any]) -> str:
    """JSON-LD as it stands in a page; nothing in it can end the script."""
    text = json.dumps(known, ensure_ascii=False, separators=(",", ":"))
    for character, escaped in ESCAPED.items():
        text = text.replace(character, escaped)
    return f'<script type="application/ld+json">{text}</script>\n'


def dated(edition: Published) -> dict[str, str]:
    """The days of an edition as schema.org names them; those that are not known are left out."""
    known = {"datePublished": edition.issued, "dateModified": edition.modified}
    return {name: day for name, day in known.items() if day}


def chapter(edition: Published, title: str, address: str, picture: str) -> dict[str, Any]:
    """schema.org description of a page of the book; `picture` is the address of its picture, or empty."""
    publisher = {"@type": "Organization", "name": edition.author}
    about = {
        "@context": "https://schema.org",
        "@type": "Chapter",
        "name": title,
        "url": address,
        "inLanguage": "zh-CN",
        **dated(edition),
        "version": edition.version,
        "license": edition.data_page,
        "publisher": publisher,
        "isPartOf": {"@type": "Book", "name": edition.name, "url": f"{edition.address}index.html", "author": publisher},
    }
    return about | ({"image": picture} if picture else {})


def dataset(edition: Published, pages: Path) -> dict[str, Any]:
    """schema.org description of the data of an edition; its files stand below `pages`."""
    about: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": f"{edition.name}数据",
        "description": f"{edition.name}{CONTENTS}",
        "keywords": list(KEYWORDS),
        "url": edition.data_page,
        "inLanguage": "zh-CN",
        **dated(edition),
        "temporalCoverage": str(edition.year),
        "spatialCoverage": edition.place,
        "creator": {"@type": "Organization", "name": edition.author},
        "license": edition.data_page,
        "isAccessibleForFree": True,
        "version": edition.version,
        "citation": f"{edition.author}：《{edition.name}》，数据版本 {edition.version}。",
        "distribution": [distribution(path, f"{edition.address}downloads/") for path in whole(pages)],
    }
    return about | ({"contactPoint": contact_point(edition.contact)} if edition.contact else {})


def contact_point(contact: Contact) -> dict[str, str]:
    """schema.org description of whom one tells of an error."""
    known = {"name": contact.office, "telephone": contact.phone, "email": contact.email}
    return {"@type": "ContactPoint"} | {name: text for name, text in known.items() if text}


def whole(pages: Path) -> list[Path]:
    """The downloads of a whole edition, in the order of their names."""
    return [path for path in sorted((pages / "downloads").iterdir()) if path.suffix in MEDIA]


def distribution(path: Path, folder: str) -> dict[str, str]:
    """schema.org description of a download; `folder` is the address it stands below."""
    return {
        "@type": "DataDownload",
        "name": path.name,
        "encodingFormat": MEDIA[path.suffix],
        "contentUrl": f"{folder}{path.name}",
        "contentSize": f"{path.stat().st_size} B",
    }


# -- DCAT -------------------------------------------------------------------------------------------------------------
def catalogue(editions: Sequence[Published], site: Path, sums: Mapping[str, str]) -> dict[str, Any]:
    """The DCAT catalogue of a site: a dataset an edition, a distribution a download.

    Parameters: `editions` the newest first; `site` is the folder of the site; `sums` the SHA-256 of its files by their
    names below it.
    """
    first = editions[0]
    publisher = {
        "@id": f"{first.url}catalog.jsonld#publisher",
        "@type": ["foaf:Agent", "foaf:Organization"],
        "foaf:name": first.author,
    }
    days = [edition.modified for edition in editions if edition.modified]
    return {
        "@context": CONTEXT,
        "@id": f"{first.url}catalog.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": in_chinese(first.title),
        "dct:description": in_chinese(f"{first.title}各年的数据。"),
        "dct:publisher": publisher,
        "dct:language": of_type(LANGUAGE, "dct:LinguisticSystem"),
        "dct:license": of_type(first.data_page, "dct:LicenseDocument"),
        **({"dct:modified": typed(max(days), "date")} if days else {}),
        "foaf:homepage": {"@id": first.url},
        "dcat:dataset": [data_of(edition, publisher, site, sums) for edition in editions],
    }


def data_of(edition: Published, publisher: object, site: Path, sums: Mapping[str, str]) -> dict[str, Any]:
    """DCAT description of the data of an edition."""
    about: dict[str, Any] = {
        "@id": f"{edition.address}#data",
        "@type": "dcat:Dataset",
        "dct:title": in_chinese(f"{edition.name}数据"),
        "dct:description": in_chinese(f"{edition.name}{CONTENTS}"),
        "dct:identifier": edition.version,
        "dcat:version": edition.version,
        "dct:publisher": publisher,
        "dct:language": of_type(LANGUAGE, "dct:LinguisticSystem"),
        "dct:license": of_type(edition.data_page, "dct:LicenseDocument"),
        "dct:accrualPeriodicity": of_type(YEARLY, "dct:Frequency"),
        "dcat:theme": of_type(THEME, "skos:Concept"),
        "dcat:keyword": [in_chinese(word) for word in KEYWORDS],
        "dct:spatial": {"@type": "dct:Location", "skos:prefLabel": in_chinese(edition.place)},
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": typed(f"{edition.year}-01-01", "date"),
            "dcat:endDate": typed(f"{edition.year}-12-31", "date"),
        },
        "dcat:landingPage": {"@id": edition.data_page},
        "dcat:distribution": [in_dcat(edition, path, sums, site) for path in whole(site / str(edition.year))],
    }
    for name, day in (("dct:issued", edition.issued), ("dct:modified", edition.modified)):
        if day:
            about[name] = typed(day, "date")
    if edition.contact:
        about["dcat:contactPoint"] = card(edition.contact, edition.author)
    return about


def in_dcat(edition: Published, path: Path, sums: Mapping[str, str], site: Path) -> dict[str, Any]:
    """DCAT description of a download."""
    address = f"{edition.address}downloads/{path.name}"
    ending = path.name.removeprefix(f"nianbao-{edition.year}")
    checksum = {
        "@type": "spdx:Checksum",
        "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
        "spdx:checksumValue": typed(sums[path.relative_to(site).as_posix()], "hexBinary"),
    }
    return {
        "@id": address,
        "@type": "dcat:Distribution",
        "dct:title": in_chinese(FILES.get(ending, path.name)),
        "dcat:accessURL": {"@id": edition.data_page},
        "dcat:downloadURL": {"@id": address},
        "dcat:mediaType": of_type(f"{IANA}{MEDIA[path.suffix]}", "dct:MediaType"),
        "dcat:byteSize": typed(str(path.stat().st_size), "nonNegativeInteger"),
        "dct:license": of_type(edition.data_page, "dct:LicenseDocument"),
        "spdx:checksum": checksum,
    }


def card(contact: Contact, author: str) -> dict[str, Any]:
    """Whom one tells of an error, as a vCard; the `author` where no office is named."""
    known: dict[str, Any] = {"@type": ["vcard:Kind", "vcard:Organization"], "vcard:fn": contact.office or author}
    if contact.email:
        known["vcard:hasEmail"] = {"@id": f"mailto:{contact.email}"}
    if contact.phone:
        known["vcard:hasTelephone"] = {"@id": f"tel:{re.sub('[^0-9+]+', '-', contact.phone).strip('-')}"}
    return known


def of_type(address: str, kind: str) -> dict[str, str]:
    """What stands at an address, with its class: a reader of RDF need not fetch it to know."""
    return {"@id": address, "@type": kind}


def in_chinese(text: str) -> dict[str, str]:
    """A text of RDF with its language."""
    return {"@value": text, "@language": "zh-CN"}


def typed(text: str, kind: str) -> dict[str, str]:
    """A value of RDF of a type of XML Schema."""
    return {"@value": text, "@type": f"xsd:{kind}"}


# -- llms.txt ---------------------------------------------------------------------------------------------------------
def llms(editions: Sequence[Published], site: Path, titles: Mapping[str, str]) -> str:
    """`llms.txt`: in Markdown, what there is and where.

    Parameters: `editions` the newest first; `titles` of the pages of the newest one by their names.
    """
    newest = editions[0]
    pages = site / str(newest.year)
    lines = [
        f"# {newest.title}",
        "",
        f"> {newest.author}公布的{newest.place}社会保险年度报告。每个数都有单位、出处、误差范围和核对结果。",
        "",
        f"最新一版是{newest.year}年，数据版本 {newest.version}。",
        "有疑问的数带※，缘由见“核对与勘误”；未载的数留空，不作估计。",
        "",
        "## 数据",
        "",
    ]
    for path in whole(pages):
        ending = path.name.removeprefix(f"nianbao-{newest.year}")
        lines.append(f"- [{path.name}]({newest.address}downloads/{path.name})：{FILES.get(ending, '说明')}")
    lines += [f"- [{path.name}]({newest.address}{path.name})：全书" for path in of_book(pages, newest.year)]
    lines += ["", "## 各章", ""]
    for name, title in titles.items():
        known = f"facts/{Path(name).stem}.json"
        source = f"；[本页的数]({newest.address}{known})" if (pages / known).exists() else ""
        lines.append(f"- [{title}]({newest.address}{name}){source}")
    if len(editions) > 1:
        lines += ["", "## 以前各年", ""]
        lines += [f"- [{each.name}]({each.address}index.html)" for each in editions[1:]]
    return "\n".join(lines) + "\n"
