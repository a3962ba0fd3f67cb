"""What the page asks for: data checked, a workbook read in, a report proofread, and the files to take away.

It says what `nianbao check`, `nianbao intake` and `nianbao proof` say, by the same functions. Each piece of work begins
on an empty desk, a folder, with the files that the editor has laid on the page.
"""

from __future__ import annotations

import json
import re
import shutil
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from nianbao.audit import report, suspects
from nianbao.audit.audit import of_edition
from nianbao.audit.briefing import Briefing
from nianbao.audit.diagnosis.diagnosis import COLUMNS
from nianbao.audit.findings import FAILS
from nianbao.data.archives import check_size
from nianbao.data.csvfiles import write_csv
from nianbao.data.dataset import Dataset
from nianbao.data.unaudited import check_unaudited
from nianbao.errors import DataError, explained
from nianbao.intake import reading
from nianbao.intake.journal import Journal
from nianbao.proof import proof
from nianbao.proof.readers import KINDS
from nianbao.workbench.marking import marked

#: As the commands end: nothing to say, something does not add up, it cannot be done.
SOUND, UNSOUND, REFUSED = 0, 1, 2
#: Files of an archive of data, and bytes they unpack to together.
MOST_FILES, LARGEST_UNPACKED = 20_000, 300 << 20
#: A folder of data is known by this folder in it.
CATALOGUE = "catalogue"
#: Where the data stand on the desk, and their archive that is given back.
DATA, ARCHIVE = "data", "data.zip"
YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(?![0-9])")
WORKBOOKS, TABLES = (".xlsx", ".xlsm"), (".csv",)
#: What a reader of reports imports: endings that cannot be read where it is not there, and what to do.
NEEDED = {
    ".docx": ("docx", "lxml"),
    ".docm": ("docx", "lxml"),
    ".html": ("lxml",),
    ".htm": ("lxml",),
    ".pdf": ("pypdfium2",),
}
Say = Callable[[str], None]


@dataclass
class Answer:
    """What came of a piece of work: `lines` to be read, `code` as of the command, `files` of the desk to take away."""

    lines: list[str]
    code: int
    files: list[Path] = field(default_factory=list)

    def as_json(self) -> str:
        """For the page, which knows no paths."""
        files = [path.as_posix() for path in self.files]
        return json.dumps({"lines": self.lines, "code": self.code, "files": files}, ensure_ascii=False)


def readable() -> list[str]:
    """The endings of reports that can be proofread here."""
    return [ending for ending in KINDS if all(find_spec(name) for name in NEEDED.get(ending, ()))]


def answered(work: Callable[[], Answer]) -> Answer:
    """Do a piece of work; what an editor can mend becomes one line, as on the command line."""
    try:
        return work()
    except (DataError, OSError, MemoryError) as error:
        return Answer([f"错误：{error if isinstance(error, DataError) else explained(error)}"], REFUSED)


def work(task: str, folder: str, names: Sequence[str], year: int | None = None, say: Say = print) -> Answer:
    """Do what the page asks for: `check`, `intake` or `proof`.

    folder: the desk; the files laid on the page stand in its folder `in`, and `names` has their order.
    """
    desk = Path(folder)
    paths = [desk / "in" / name for name in names]
    archives = [path for path in paths if path.suffix.lower() == ".zip"]
    others = [path for path in paths if path not in archives]
    if task == "proof":
        return proofread(others, desk, say)
    if task == "check":
        return check(archives[0], desk, year, say)
    return intake(archives[0], others, desk, year, say)


def clear(folder: str) -> None:
    """Clear a desk whose files were taken away."""
    shutil.rmtree(folder, ignore_errors=True)


# -- data --------------------------------------------------------------------------------------------------------------
def check(archive: Path, desk: Path, year: int | None = None, say: Say = print) -> Answer:
    """Check the data of an archive, as `nianbao check`; `say` is told how far it is."""
    return answered(lambda: _check(archive, desk, year, say))


def _check(archive: Path, desk: Path, year: int | None, say: Say) -> Answer:
    say("正在读数据")
    root = unpacked(archive, desk)
    chosen = year or last_year(root)
    check_unaudited(Dataset(root, chosen, lazy=True))
    say("正在逐项核对")
    audited = of_edition(root, chosen)
    say(f"已核{len(audited.findings)}项，正在找最可能错的数")
    found = suspects.of_edition(audited)
    files = [desk / "audit.csv", desk / "diagnosis.csv"]
    report.write_csv(audited.findings, files[0])
    write_csv(files[1], found.rows(), COLUMNS)
    sound = not found.open and all(each.status != FAILS for each in audited.findings)
    return Answer(Briefing(audited, found, chosen).lines(), SOUND if sound else UNSOUND, files)


def last_year(root: Path) -> int:
    """The last year that has an edition. DataError where there are no data."""
    dataset = Dataset(root, lazy=True)
    if not dataset.years:
        raise DataError("还没有任何一年的数据", DATA)
    return max(dataset.editions or dataset.years)


def unpacked(archive: Path, desk: Path) -> Path:
    """The data folder of an archive, unpacked onto the desk.

    Raises DataError for what is no archive, holds no data folder or several, or unpacks to too much.
    """
    try:
        with zipfile.ZipFile(archive, metadata_encoding="gbk") as opened:
            parts = opened.infolist()
            check_size(archive, parts, MOST_FILES, LARGEST_UNPACKED)
            home = home_of([PurePosixPath(part.filename) for part in parts], archive.name)
            for part in parts:
                put(opened, part, home, desk / DATA)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise DataError(f"压缩包已损坏：{error}", archive.name) from None
    return desk / DATA


def home_of(paths: Sequence[PurePosixPath], name: str) -> PurePosixPath:
    """The data folder within an archive: the one that holds `catalogue/`. DataError where there is not just one."""
    parents = {path for each in paths for path in each.parents if path.name == CATALOGUE}
    homes = {path.parent for path in parents}
    least = min((len(home.parts) for home in homes), default=0)
    nearest = [home for home in homes if len(home.parts) == least]
    if len(nearest) != 1:
        raise DataError("里面应有一个 data 文件夹（其中有 catalogue、observations 等），请把 data 文件夹整个压缩", name)
    return nearest[0]


def put(opened: zipfile.ZipFile, part: zipfile.ZipInfo, home: PurePosixPath, into: Path) -> None:
    """Unpack a file of the data folder `home` of an archive; what stands elsewhere is left."""
    path = PurePosixPath(part.filename)
    if part.is_dir() or ".." in path.parts or not path.is_relative_to(home):
        return
    target = into / path.relative_to(home)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(opened.read(part))


def packed(root: Path, target: Path) -> Path:
    """The data folder `root` as an archive that `unpacked` reads."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(each for each in root.rglob("*") if each.is_file()):
            archive.write(path, PurePosixPath(DATA, *path.relative_to(root).parts))
    return target


# -- workbook ----------------------------------------------------------------------------------------------------------
def intake(archive: Path, paths: Sequence[Path], desk: Path, year: int | None = None, say: Say = print) -> Answer:
    """Read workbooks or CSVs into the data of an archive, as `nianbao intake`.

    Gives back each workbook with notes at its cells, and, where it was read, the data with what it said. `year`: by
    default the one in the name of a file.
    """
    return answered(lambda: _intake(archive, paths, desk, year, say))


def _intake(archive: Path, paths: Sequence[Path], desk: Path, year: int | None, say: Say) -> Answer:
    chosen = year or year_in(paths)
    say("正在读数据")
    root = unpacked(archive, desk)
    say("正在读工作簿，并与数据核对")
    with Journal(root).at_work():
        read = reading.Reading(paths, chosen, root)
        changed = read.write()
    lines = reading.report(read.remarks, changed, read.changes)
    say("正在写出标注过的工作簿")
    files = []
    for path in paths:
        target = desk / f"标注-{path.stem}.xlsx"
        if path.suffix.lower() in WORKBOOKS and marked(path, read.remarks, target):
            files.append(target)
    if read.rejected:
        return Answer(lines, REFUSED, files)
    return Answer(lines, SOUND, [*files, packed(root, desk / ARCHIVE)])


def year_in(paths: Sequence[Path]) -> int:
    """The year that the names of files hold. DataError where they hold none, or several."""
    years = {int(each) for path in paths for each in YEAR.findall(path.stem)}
    if len(years) != 1:
        raise DataError("请填写年份：文件名里看不出是哪一年的")
    return years.pop()


# -- report ------------------------------------------------------------------------------------------------------------
def proofread(paths: Sequence[Path], desk: Path, say: Say = print) -> Answer:
    """Proofread a report, or this year's and last year's, as `nianbao proof`.

    Gives back the findings as CSV, the whole text as a page, and of a Word file a copy with comments.
    """
    return answered(lambda: _proofread(paths, desk, say))


def _proofread(paths: Sequence[Path], desk: Path, say: Say) -> Answer:
    for path in paths:
        check_readable(path)
    stem = paths[0].stem
    page, table = desk / f"校对-{stem}.html", desk / f"校对-{stem}.csv"
    docx = desk / f"批注-{stem}.docx" if paths[0].suffix.lower() in (".docx", ".docm") else None
    say("正在读报告、核对其中的数")
    lines, found = proof.run(paths, html=page, docx=docx, table=table)
    return Answer(lines, UNSOUND if found else SOUND, [each for each in (docx, page, table) if each])


def check_readable(path: Path) -> None:
    """DataError for a report whose reader could not be brought into the browser."""
    ending = path.suffix.lower()
    if ending in KINDS and ending not in readable():
        words = f"这个页面里没有读{ending}文件的部件"
        instead = "请另存为 PDF 再放进来" if ".pdf" in readable() else "请另存为 .txt 再放进来"
        raise DataError(f"{words}，{instead}，或在装有本程序的电脑上运行 nianbao proof", path.name)
