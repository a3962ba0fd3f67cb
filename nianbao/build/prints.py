"""PDF, Word and EPUB of an edition or of one chapter, made again only where what they are made of changed."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from nianbao.build.cache import Cache, digest, tree
from nianbao.build.chapters import Say
from nianbao.build.edition import Edition
from nianbao.build.processes import Processes
from nianbao.build.volume import Volume
from nianbao.output import manifest


class Exporter:
    """Writes formats of an edition; lives in a process of its own."""

    def __init__(self, edition: Edition | Volume):
        self.edition = edition

    def export(self, folder: Path, kind: str, source: Path, only: str | None, stem: str) -> None:
        """Write one format into `folder`, under the name `stem`, from the executed notebooks in `source`.

        `only` names a chapter.
        """
        from nianbao.output.print import export

        export.export(self.edition, folder, [kind], source, only, stem)


class Prints:
    """The print files of an edition, or of the volume of its regions, in the cache; `program` is its hash."""

    def __init__(self, edition: Edition | Volume, cache: Cache, program: str, say: Say):
        self.edition = edition
        self.cache = cache
        self.program = program
        self.say = say

    def _made_of(self) -> str:
        """Hash of all that print files are made of."""
        return digest(self.program, tree(self.cache.source), str(manifest.commit(self.edition.root)))

    def keep(self, formats: Sequence[str], published: Path, aside: Path) -> list[str]:
        """Take over the files of the whole book in these formats from the last edition, where it has them.

        They are in the folder `published`, and come into the folder `aside`. Returns the names of those that are older
        than what the edition is made of now.
        """
        made_of = self._made_of()
        older = []
        for name in (f"nianbao-{self.edition.year}.{kind}" for kind in formats):
            if (published / name).exists():
                shutil.copy(published / name, aside)
                if self.cache.made.get(name) != made_of:
                    older.append(name)
        return older

    def make(self, processes: Processes, formats: Sequence[str], only: str | None = None, of: str = "") -> list[Path]:
        """The files of the formats, of the whole book or of the chapter `only`; `of` names whom that is about."""
        made_of = self._made_of()
        stem = only or self.edition.stem
        paths = {kind: self.cache.folder / "print" / f"{stem}.{kind}" for kind in formats}
        named = {kind: path.with_name(f"{stem}-{of}.{kind}") if of else path for kind, path in paths.items()}
        made = self.cache.made
        wanted = [kind for kind, path in paths.items() if not path.exists() or made.get(path.name) != made_of]
        if wanted:
            self.say(f"导出{'、'.join(wanted)}")
        for kind in wanted:
            path = paths[kind]
            path.parent.mkdir(exist_ok=True)
            self.cache.note(path.name, "")  # whatever happens now, half a file does not count as good
            # Each format in a process of its own, so that their memory does not add up.
            with processes.beside(Exporter, self.edition) as exporter:
                exporter.ask("export", path.parent, kind, self.cache.source, only, stem).result()
            self.cache.note(path.name, made_of)
        for kind, path in named.items():
            if path != paths[kind]:
                shutil.copy(paths[kind], path)
        return list(named.values())
