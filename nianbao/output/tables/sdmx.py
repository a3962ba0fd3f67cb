"""The structure of the SDMX-CSV of an edition: a structure message of SDMX-JSON 2.0 (SDMX 3.0), so that programs read
structure and data together.

Source: SDMX 3.0 technical specifications, section 2 (information model) and SDMX-JSON 2.0 structure message.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from nianbao.data.catalogue import REGION
from nianbao.data.dataset import Dataset
from nianbao.output.imprint import version

SCHEMA = (
    "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/structure-message/tools/schemas/2.0.0/"
    "sdmx-json-structure-schema.json"
)
DATAFLOW = "NIANBAO"
VERSION = "1.0"
CONCEPTS = "CS_NIANBAO"
LANGUAGE = "zh"
#: Any item.
TOTAL = "_T"
#: What stands for a point, which a code of SDMX may not hold.
POINT = "-"
#: Concepts by name, in the order of the columns: dimensions, then the measure, then attributes.
DIMENSIONS = {"FREQ": "频度", "INDICATOR": "指标", "REF_AREA": "地区", "ITEM": "分项"}
TIME = {"TIME_PERIOD": "年份"}
MEASURE = {"OBS_VALUE": "照印的数"}
ATTRIBUTES = {
    "OBS_STATUS": "状态",
    "UNIT_MEASURE": "单位",
    "DECIMALS": "照印的小数位数",
    "SOURCE": "出处",
    "COMMENT_OBS": "疑点",
}
#: All columns of the data in their order.
COLUMNS = (*DIMENSIONS, *TIME, *MEASURE, *ATTRIBUTES)
FREQUENCIES = {"A": "年"}
#: As in CL_OBS_STATUS of SDMX, in the words of the book.
STATUSES = {"A": "照印", "E": "推算", "P": "初步", "M": "未公布"}
#: The list of codes of a concept, for those that have one.
CODELISTS = {
    "FREQ": "CL_FREQ",
    "INDICATOR": "CL_INDICATOR",
    "REF_AREA": "CL_AREA",
    "ITEM": "CL_ITEM",
    "OBS_STATUS": "CL_OBS_STATUS",
}
#: Where SDMX keeps its kinds of things, for their names (URN).
PACKAGES = {
    "Codelist": "codelist",
    "ConceptScheme": "conceptscheme",
    "Concept": "conceptscheme",
    "DataStructure": "datastructure",
}


def code(text: str) -> str:
    """An indicator or item as a code of SDMX; a point becomes a hyphen, which none of them has."""
    return text.replace(".", POINT)


def item_code(dimension: str, item: str) -> str:
    """A code for an item that is no region, with its list in front: items of two lists may have the same code."""
    return code(f"{dimension}.{item}")


def agency(province: str) -> str:
    """Who maintains the structure; `province` is the code of the whole."""
    return f"SI{province}"


def urn(kind: str, maintainer: str, identity: str, part: str = "") -> str:
    """The name of a thing of SDMX in the whole world."""
    place = f"urn:sdmx:org.sdmx.infomodel.{PACKAGES[kind]}.{kind}={maintainer}:{identity}({VERSION})"
    return f"{place}.{part}" if part else place


def structure(data: Dataset, title: str) -> dict[str, Any]:
    """The structure message of an edition; `title` is that of the book."""
    maintainer = agency(next(iter(data.catalogue.regions)))
    lists = codelists(data)
    about = {"agencyID": maintainer, "version": VERSION}
    flow = {"id": DATAFLOW, **about, **named(title), "structure": urn("DataStructure", maintainer, DATAFLOW)}
    scheme = {"id": CONCEPTS, **about, **named("概念"), "concepts": [*concepts()]}
    shape = {"id": DATAFLOW, **about, **named("数据结构"), "dataStructureComponents": components(maintainer)}
    return {
        "meta": {
            "schema": SCHEMA,
            "id": f"{DATAFLOW}_{version(data).replace('-', '_')}",
            "test": False,
            "prepared": f"{date(data.years[-1], 12, 31).isoformat()}T00:00:00Z",
            "contentLanguages": [LANGUAGE],
            "sender": {"id": maintainer},
        },
        "data": {
            "codelists": [{"id": name, **about, **named(words), "codes": [*codes]} for name, words, codes in lists],
            "conceptSchemes": [scheme],
            "dataStructures": [shape],
            "dataflows": [flow],
        },
    }


def named(text: str) -> dict[str, Any]:
    """The name of a thing, in the language of the message."""
    return {"name": text}


def codelists(data: Dataset) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """Each list of codes: its name, its title, its codes."""
    return [
        (CODELISTS["FREQ"], "频度", [*plain(FREQUENCIES)]),
        (CODELISTS["INDICATOR"], "指标", [*indicators(data)]),
        (CODELISTS["REF_AREA"], "地区", [*plain({name: each.name for name, each in data.catalogue.regions.items()})]),
        (CODELISTS["ITEM"], "分项", [*plain({TOTAL: "不分项", **items(data)})]),
        (CODELISTS["OBS_STATUS"], "状态", [*plain(STATUSES)]),
    ]


def plain(names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Codes with their names."""
    for identity, name in names.items():
        yield {"id": identity, **named(name)}


def indicators(data: Dataset) -> Iterator[dict[str, Any]]:
    """The indicators that have observations, and those above them; each is described by its code in all other files."""
    known = data.catalogue.indicators
    wanted = {key.indicator for key in data.observations}
    for name in [*wanted]:
        while known[name].parent and known[name].parent not in wanted:
            name = known[name].parent
            wanted.add(name)
    for name, about in known.items():
        if name not in wanted:
            continue
        said = f"{name}　{about.definition}".strip("　")
        found = {"id": code(name), **named(about.name), "description": said}
        yield found | ({"parent": code(about.parent)} if about.parent else {})


def items(data: Dataset) -> dict[str, str]:
    """Names of the items that are no regions, by their codes."""
    found = {}
    for key in data.observations:
        about = data.catalogue.indicators[key.indicator]
        if about.dimension != REGION:
            found[item_code(about.dimension, key.item)] = data.catalogue.item(about, key.item).name
    return found


def concepts() -> Iterator[dict[str, Any]]:
    """The concepts, one for each column."""
    yield from plain(DIMENSIONS | TIME | MEASURE | ATTRIBUTES)


def components(maintainer: str) -> dict[str, Any]:
    """Dimensions, measure and attributes of the data."""
    dimensions = [
        {**component(maintainer, name, "String"), "position": position} for position, name in enumerate(DIMENSIONS)
    ]
    (time,) = (component(maintainer, name, "ObservationalTimePeriod") for name in TIME)
    measures = [component(maintainer, name, "Decimal") | {"usage": "optional"} for name in MEASURE]
    return {
        "dimensionList": {"id": "DimensionDescriptor", "dimensions": dimensions, "timeDimension": time},
        "measureList": {"id": "MeasureDescriptor", "measures": measures},
        "attributeList": {"id": "AttributeDescriptor", "attributes": [*attributes(maintainer)]},
    }


def attributes(maintainer: str) -> Iterator[dict[str, Any]]:
    """The attributes: each belongs to an observation."""
    for name in ATTRIBUTES:
        kind = "Integer" if name == "DECIMALS" else "String"
        usage = "mandatory" if name == "OBS_STATUS" else "optional"
        yield component(maintainer, name, kind) | {"usage": usage, "attributeRelationship": {"observation": {}}}


def component(maintainer: str, name: str, kind: str) -> dict[str, Any]:
    """A column: its concept, and its list of codes or the `kind` of its values."""
    listed = CODELISTS.get(name)
    shown: dict[str, Any] = {"format": {"dataType": kind}}
    if listed:
        shown = {"enumeration": urn("Codelist", maintainer, listed), "enumerationFormat": {"dataType": kind}}
    return {
        "id": name,
        "conceptIdentity": urn("Concept", maintainer, CONCEPTS, name),
        "localRepresentation": shown,
    }


def write(data: Dataset, title: str, path: Path) -> None:
    """Write the structure message to `path`; `title` is that of the book."""
    text = json.dumps(structure(data, title), ensure_ascii=False, separators=(",", ":"))
    path.write_text(f"{text}\n", "utf-8", newline="\n")
