"""The sources of an edition as Sphinx sees them: pages, contents and settings beside the executed notebooks."""

from __future__ import annotations

from pathlib import Path

import yaml

from nianbao.build.cache import mirror, put
from nianbao.build.edition import Edition
from nianbao.settings import CONFIG, CONTENTS

#: The folder of the pages of an edition whose figures the bureau filled in itself.
OWN = "own"


def assemble(edition: Edition, source: Path) -> None:
    """Bring the sources in `source` up to date; files that did not change keep their times.

    Pages in `book/own/` take the place of those of the same name where the bureau filled in the year's figures itself.
    """
    book = edition.root / "book"
    mirror(book, source / "book", book / OWN if edition.is_own else None)
    chapters = set(edition.executed())
    for path in (source / "notebooks").glob("*.ipynb"):
        if path.stem not in chapters:
            path.unlink()
    put(source / CONTENTS, yaml.safe_dump(edition.contents(), allow_unicode=True, sort_keys=False).encode())
    put(source / CONFIG, edition.config().encode())
