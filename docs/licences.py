"""`docs/licences.md`: what is shipped in the site and the print files, and the packages that make them.

`docs/make.py` writes it.
"""

import re
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Named as their licence files and project pages do, where the package says nothing or belongs to another platform.
KNOWN = {
    "aiohappyeyeballs": "PSF-2.0",
    "aiohttp": "Apache-2.0 AND MIT",
    "aiosignal": "Apache-2.0",
    "appnope": "BSD-2-Clause",
    "axe-playwright-python": "MIT",
    "cffi": "MIT-0",
    "colorama": "BSD-3-Clause",
    "frozenlist": "Apache-2.0",
    "multidict": "Apache-2.0",
    "propcache": "Apache-2.0",
    "pycparser": "BSD-3-Clause",
    "pypdfium2": "BSD-3-Clause OR Apache-2.0",
    "yarl": "Apache-2.0",
}
SHIPPED = """\
# Licences

Written by `make docs`.

## What is shipped

| Part | Where | Licence |
|---|---|---|
| Figures | pages, downloads, print files | published government information; see the data page |
| Text (`book/`), scripts, styles, icon (`nianbao/output/web/theme/`) | site, EPUB | MIT, as this project |
| Typesetting (`nianbao/output/print/templates/yearbook.typ`) | PDF | MIT, as this project |
| Readings of characters (`nianbao/output/web/readings.csv`), after pypinyin | search of the site | MIT |
| Noto Sans CJK SC, Noto Serif CJK SC | subsets in the PDF; drawn into PNG pictures | SIL Open Font License 1.1 |
| Styles of python-docx's default template | Word | MIT |
| Pyodide (Python for the browser) | workbench | MPL-2.0; Python itself PSF-2.0 |
| openpyxl, et-xmlfile, pypdfium2 with PDFium; python-docx, typing-extensions, lxml where they are had | workbench | \
as in the list below |

The site loads nothing from elsewhere and brings no font: it uses those of the reader's system. The wheel of `mplfonts`
also holds fonts that are not free; the book uses the two named above only, and `make setup` removes the others from
`.venv`.

## Python packages

None of them is part of what is published, the two fonts apart. The lists hold those of every platform.
"""
TABLE = """
| Package | Licence |
|---|---|
"""
BOOK = """
### What makes the book

All packages of `requirements.lock`.
"""
DEVELOPMENT = """
### What tests and checks

The packages that `requirements-dev.lock` adds.
"""


def locked(lock: str) -> set[str]:
    """Names in a lock file, `lock` being its name."""
    return set(re.findall(r"^([\w.-]+)==", (ROOT / lock).read_text("utf-8"), re.M))


def licence(name: str) -> str:
    """What a package says its licence is; nothing where it is not installed or says nothing."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    short = (about.get("License") or "").strip()
    classifiers = about.get_all("Classifier") or []
    classes = [text.rpartition(" :: ")[2] for text in classifiers if text.startswith("License ::")]
    if classes or len(short) > 40 or short == "UNKNOWN":
        short = ", ".join(classes)
    return about.get("License-Expression") or short


def table(names: set[str]) -> str:
    """Packages with their licences; ValueError for one whose licence is not known."""
    known = {name: licence(name) or KNOWN.get(name, "") for name in sorted(names)}
    lacking = [name for name, said in known.items() if not said]
    if lacking:
        raise ValueError(f"Licence not known, add it to KNOWN: {', '.join(lacking)}")
    return TABLE + "".join(f"| {name} | {said} |\n" for name, said in known.items())


def page() -> str:
    """The whole list; ValueError for a package whose licence is not known."""
    book = locked("requirements.lock")
    return SHIPPED + BOOK + table(book) + DEVELOPMENT + table(locked("requirements-dev.lock") - book)
