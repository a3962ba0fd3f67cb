"""Whether a file is a notebook that can be executed, said before anything is executed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from nianbao.errors import DataError

#: The format of notebooks that is read, and its last revision that is known.
FORMAT = 4
REVISION = 5
#: Kinds of cells.
KINDS = ("code", "markdown", "raw")
#: The language of every chapter.
LANGUAGE = "python"
#: The tag of the cell of parameters.
PARAMETERS = "parameters"
#: Bytes of a notebook that are still read.
LARGEST = 50 << 20


def check(path: Path) -> None:
    """DataError, naming the file and what was expected, unless the file is a notebook of a chapter."""
    label = f"notebooks/{path.name}"
    known = read(path, label)
    if known.get("nbformat") != FORMAT or not isinstance(known.get("nbformat_minor"), int):
        raise DataError(f"笔记本的格式（nbformat）应为 {FORMAT}，现为 {shown(known.get('nbformat'))}", label)
    if known["nbformat_minor"] > REVISION:
        words = f"笔记本的格式（nbformat）应不高于 {FORMAT}.{REVISION}，现为 {FORMAT}.{known['nbformat_minor']}"
        raise DataError(f"{words}；请用本程序环境里的 Jupyter 另存", label)
    metadata = known.get("metadata")
    cells = known.get("cells")
    if not isinstance(metadata, dict) or not isinstance(cells, list):
        raise DataError("笔记本缺少 cells（列表）或 metadata", label)
    check_language(metadata, label)
    for number, cell in enumerate(cells, 1):
        check_cell(cell, number, label)
    if not any(PARAMETERS in cell["metadata"].get("tags", []) for cell in cells if cell["cell_type"] == "code"):
        raise DataError("笔记本没有带 parameters 标签的参数单元格", label)


def read(path: Path, label: str) -> dict[str, Any]:
    """What a notebook holds; DataError for a file that is no JSON object."""
    if not path.is_file() or path.stat().st_size > LARGEST:
        raise DataError(f"应是普通的文件，不超过{LARGEST >> 20}兆字节", label)
    try:
        known = json.loads(path.read_bytes().decode("utf-8"))
    except UnicodeDecodeError:
        raise DataError("文件编码不是 UTF-8，请用 Jupyter 另存", label) from None
    except json.JSONDecodeError as error:
        raise DataError("不是笔记本：应为 Jupyter 存下的 JSON，这里读不下去", label, error.lineno) from None
    except RecursionError:
        raise DataError("不是笔记本：层次太多", label) from None
    if not isinstance(known, dict):
        raise DataError("不是笔记本：应为 Jupyter 存下的 JSON，最外一层是 {…}", label)
    return known


def check_language(metadata: dict[str, Any], label: str) -> None:
    """DataError for the notebook of another language."""
    spec = metadata.get("kernelspec", {})
    about = metadata.get("language_info", {})
    if not isinstance(spec, dict) or not isinstance(about, dict):
        raise DataError("笔记本的 kernelspec 或 language_info 应为 {…}", label)
    if not isinstance(spec.get("name"), str):
        raise DataError("笔记本没有写明内核（kernelspec），请在 Jupyter 里选 Python 3，再存一次", label)
    for language in (spec.get("language", LANGUAGE), about.get("name", LANGUAGE)):
        if language != LANGUAGE:
            raise DataError(f"笔记本的语言应为 {LANGUAGE}，现为 {shown(language)}", label)


def check_cell(cell: Any, number: int, label: str) -> None:
    """DataError for a cell that is none."""
    if not isinstance(cell, dict) or cell.get("cell_type") not in KINDS:
        raise DataError(f"第{number}格的类型（cell_type）应为 {'、'.join(KINDS)} 之一", label)
    source = cell.get("source")
    texts = source if isinstance(source, list) else [source]
    if not all(isinstance(text, str) for text in texts):
        raise DataError(f"第{number}格的内容（source）应为文字", label)
    metadata = cell.get("metadata")
    if not isinstance(metadata, dict):
        raise DataError(f"第{number}格缺少 metadata", label)
    tags = metadata.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise DataError(f"第{number}格的标签（tags）应为文字的列表", label)


def shown(value: Any) -> str:
    """A value in a message."""
    return "空" if value is None else str(value)[:40]
