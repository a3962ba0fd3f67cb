"""Coverage-guided fuzzing of everything that reads what others wrote: tables, workbooks, formulas, texts with figures.

    python benchmarks/fuzz.py [--seconds 3600] [--target NAME] [--into _build/fuzz]

Needs `pip install -r requirements-fuzz.txt`. A finding is any exception but DataError, more than five seconds for one
input, markup that comes out of a text, a program started, a connection opened, or a file touched outside the folder.
The fuzzer notes it (one file for each place in the program, to be kept as a test) and goes on. One target at a time.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 5  # seconds of processor time for one input
OF_REPORT = "documents/report-2025"
SMALL = {
    "catalogue/codelists/regions.csv": "region,name,short,level,parent,note\n"
    "1,全区,全区,province,,\n2,甲市,甲市,unit,1,\n3,乙县,乙县,unit,2,\n",
    "catalogue/documents.csv": "document,title,year,publisher,published\n"
    "report-2024,年度报告（2024年）,2024,某局,2025-02\n"
    "report-2025,年度报告（2025年）,2025,某局,2026-02\n",
    "catalogue/indicators/pension.csv": "indicator,name,unit,decimals,kind,dimension,parent,formula,definition\n"
    "pension.a,参保人数,万人,2,stock,region,,,年末在册的人\npension.b,缴费人数,人,0,stock,,pension.a,,\n"
    "pension.c,占比,%,2,ratio,region,,pension.b / pension.a[1] * 100,\n"
    "pension.d,增量,万人,2,flow,region,,? pension.a - pension.a{-1},\n",
    "catalogue/identities.csv": "identity,title,indicator,item,weight,lag\n"
    "x,收支相等,pension.a,,1,0\nx,收支相等,pension.b,2,-10000,1\n",
    "observations/2024/pension.csv": "indicator,item,value,status,source,margin\n"
    "pension.a,1,10.00,A,report-2024 表1-1,\n"
    "pension.a,2,4.50,A,report-2024 表1-1,\npension.b,1,80000,A,report-2024 第一部分,\n",
    "observations/2025/pension.csv": "indicator,item,value,status,source,margin\n"
    "pension.a,1,12.50,A,report-2025 表1-1,\n"
    "pension.a,2,—,M,report-2025 表1-1,\npension.a,3,5.5,E,report-2025 表1-1,0.05\n"
    "pension.b,1,90000,A,report-2025 第一部分,\npension.d,1,2.50,P,report-2025 第一部分,\n",
    f"{OF_REPORT}/claims.csv": "measure,indicator,item,year,base,value,unit,place\n"
    "change,pension.a,1,2025,2024,2.50,万人,一\n"
    "growth,pension.a,1,2025,2024,25.00,%,一\navg_growth,pension.b,1,2025,2024,12.5,%,一\n"
    "share,pension.b,1,2025,pension.a,72,%,一\nlevel,pension.a,1,2025,,125000,人,二\n"
    "highest,pension.a,1,2025,,2|3,,二\npoints,pension.c,1,2025,2024,1,百分点,二\n",
    f"{OF_REPORT}/errata.csv": "check,year,printed,likely,reason,show,expect,place\n"
    "claim:share:pension.b:1:2025:pension.a,2025,72,90,除错了数,recomputed,fails,一\n",
    "editions/2025/revisions.csv": "indicator,item,of_year,old,new,kind,reason,date\n"
    "pension.a,1,2024,10.00,10.01,method,口径,2026-01-15\npension.b,1,,甲,乙,planned,含义,\n",
    f"{OF_REPORT}/formulas.csv": "indicator,item,year,formula,note\npension.a,2,2025,pension.a[1] - pension.a[3],\n",
    "editions/2025/texts/remarks.csv": "place,text\nwhy,比上年增加{{pension.a}}人，占{{pension.c[2]@2024}}。\n",
    f"{OF_REPORT}/captions.csv": "kind,year,part,number,printed_year,place\n"
    "table,2025,1,1,2025,表1-1\ntable,2025,1,2,2024,表1-2\n",
    f"{OF_REPORT}/labels.csv": "label,year,place,printed,rule,note\n"
    "x,2025,表1,{pension.a[1]@2025},same,\nx,2025,表2,12.5,same,\n",
    f"{OF_REPORT}/relations.csv": "relation,year,indicator,item,formula,title,place\n"
    "r,2025,pension.a,1,pension.b / 10000,相等,一\n",
}
FORMULAS = [
    "a.b",
    "a.b[1] / c.d{-1} * 100 - (3.5 + a.b)",
    "-(a.b*2)/(c.d-1)",
    "1e5*a.b",
    "((a.b))",
    "a.b ** 2",
    "__import__('os')",
]
TEXTS = [
    "占{{pension.a}}万人，见{{pension.b[1]@2024}}。",
    "<script>alert(1)</script>",
    "[a](javascript:1) **b** `c` | d",
    "1. 一\n\n# 二\n- 三",
    "{% for x in y %}{{ x }}{% endfor %}",
    "{raw}`html` ```{note}\n```",
    "&lt;b&gt;&#x3c;img src=x onerror=1&#x3e;",
    "=1+1\n---\n~~~\n***",
]


def small(folder: Path) -> Path:
    """A small data folder of two years that has a bit of everything."""
    for name, text in SMALL.items():
        path = folder / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder / "data"


@cache
def root() -> Path:
    """The small data of this process."""
    return small(Path(tempfile.mkdtemp(prefix="nianbao-fuzz-")))


def fresh():
    """An intake of 2026 for the small data."""
    from nianbao.data.dataset import Dataset
    from nianbao.intake.reading import Intake

    return Intake(Dataset(root()), 2026)


def taken(grids) -> None:
    """Read grids as `nianbao intake` does, to the texts of the files it would write."""
    from nianbao.intake.history import History
    from nianbao.intake.merging import Merging

    work = fresh()
    work.take(grids)
    if not work.remarks.rejected:
        merging = Merging(work.data, work.form, work.filled, History())
        assert all(isinstance(text, str) for text in merging.files.values())


def tables(content: bytes) -> None:
    """Any file of the data folder, read and audited: the first byte says which."""
    from nianbao.audit.audit import Audit
    from nianbao.chapter.published import Published
    from nianbao.data.dataset import Dataset

    name = list(SMALL)[content[0] % len(SMALL) if content else 0]
    path = root() / name
    try:
        path.write_bytes(content[1:])
        data = Dataset(root(), 2025)
        audit = Audit(data)
        audit.findings()
        published = Published(audit)
        for key in list(data.observations):
            published.level(key)
    finally:
        path.write_text(SMALL[name], "utf-8")


def filled(content: bytes) -> None:
    """A CSV that an editor hands in."""
    from nianbao.intake.grids import open_csv

    taken([open_csv(Path("表1-1.csv"), content)])


@cache
def parts() -> dict[str, bytes]:
    """The parts of the workbook of the small data, filled in."""
    from nianbao.data.dataset import Dataset
    from nianbao.intake.workbook import workbook

    book, buffer = workbook(Dataset(root()), 2026), io.BytesIO()
    for sheet in book:
        for cell in (each for row in sheet.iter_rows() for each in row if each.protection.locked is False):
            cell.value = 12.5
    book.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        return {name: archive.read(name) for name in sorted(archive.namelist())}


def workbook(content: bytes) -> None:
    """A workbook of which one part is replaced (the first byte says which), or a file that is said to be one."""
    from nianbao.intake.grids import open_workbook

    which = content[0] % (len(parts()) + 1) if content else 0
    packed = io.BytesIO()
    if which < len(parts()):
        with zipfile.ZipFile(packed, "w") as archive:
            for at, (name, text) in enumerate(parts().items()):
                archive.writestr(name, content[1:] if at == which else text)
    taken(open_workbook(Path("填报.xlsx"), packed.getvalue() or content[1:]))


def formulas(content: bytes) -> None:
    """A formula, parsed and evaluated."""
    from nianbao.data import formulas as written
    from nianbao.figures.evaluation import evaluate
    from nianbao.figures.interval import Interval

    text = content.decode("utf-8", "replace")
    points = [Fraction(7, 3) + at for at in range(len(written.terms(text)))]
    try:
        evaluate(text, points, [Interval(each, each) for each in points])
    except ZeroDivisionError:
        pass  # said in its contract


def texts(content: bytes) -> None:
    """A text from the data, as a remark and as a name in a paragraph: what comes out holds no markup of its own."""
    from lxml import html

    from nianbao.audit.audit import Audit
    from nianbao.chapter.figure import Figures
    from nianbao.chapter.html import table_html
    from nianbao.chapter.printer import Printer
    from nianbao.chapter.prose import Passage, write
    from nianbao.chapter.table import Table

    text = content.decode("utf-8", "replace").translate(dict.fromkeys([*range(9), 11, 12, *range(14, 32)]))
    printer = Printer()
    passage = Passage(text, Figures(Audit(dataset()), 2025))
    made = write("原因是{{ a }}：{{ b }}。", {"a": passage, "b": text}, printer).html
    made += table_html("t", text, Table([text, "数"], [[text, text]], text).body(printer), [text])
    allowed = {"div", "p", "data", "figure", "table", "caption", "span", "thead", "tbody", "tr", "th", "td"}
    for node in html.fragment_fromstring(made, create_parent="div").iter():
        if node.tag not in allowed or any(name.startswith("on") for name in node.attrib):
            raise AssertionError(f"markup out of a text: {node.tag}")


@cache
def dataset():
    """The small data, read once."""
    from nianbao.data.dataset import Dataset

    return Dataset(root(), 2025)


def report(content: bytes) -> None:
    """A report that is proofread, as a text and as the body of a page; what comes out holds no markup of its own."""
    from nianbao.proof.checking import check
    from nianbao.proof.findings import findings
    from nianbao.proof.marked import page
    from nianbao.proof.readers import text, web
    from nianbao.proof.words import notes

    for read, name in ((text.read, "报告.txt"), (web.read, "报告.html")):
        checked = check(read(Path(name), content))
        checked.notes = notes(checked)
        made = page(checked, findings(checked))
        assert "<script" not in made.lower()


@cache
def word_parts() -> dict[str, bytes]:
    """The parts of a small Word file with a table, a comment and tracked changes."""
    import docx
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    document, buffer = docx.Document(), io.BytesIO()
    run = document.add_paragraph("参保30.12万人，较上年增加1.20万人。").add_run("增长4.15%")
    document.add_comment(run, text="请核", author="李", initials="L")
    document.add_table(2, 2).cell(0, 0).text = "12.5"
    for kind, inner in (("ins", "<w:t>1.3</w:t>"), ("del", "<w:delText>1.2</w:delText>")):
        mark = f'<w:{kind} {nsdecls("w")} w:id="1" w:author="王"><w:r>{inner}</w:r></w:{kind}>'
        document.paragraphs[0]._p.append(parse_xml(mark))
    document.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        return {name: archive.read(name) for name in sorted(archive.namelist())}


def word(content: bytes) -> None:
    """A Word file of which one part is replaced (the first byte says which), proofread and set beside itself."""
    from nianbao.proof import edited
    from nianbao.proof.checking import check
    from nianbao.proof.differences import differences
    from nianbao.proof.readers import word as reader

    which = content[0] % len(word_parts()) if content else 0
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for at, (name, text) in enumerate(word_parts().items()):
            archive.writestr(name, content[1:] if at == which else text)
    path = root().parent / "改稿.docx"
    path.write_bytes(packed.getvalue())
    check(reader.read(path, packed.getvalue()))
    found = edited.read(path)
    differences(found, found)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "tables": tables,
    "filled": filled,
    "workbook": workbook,
    "formulas": formulas,
    "texts": texts,
    "report": report,
    "word": word,
}


def seeds(name: str) -> list[bytes]:
    """What the fuzzer starts from."""
    if name == "tables":
        return [bytes([at]) + text.encode() for at, text in enumerate(SMALL.values())]
    if name == "workbook":
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, text in parts().items():
                archive.writestr(part, text)
        return [bytes([at]) + text for at, text in enumerate(parts().values())] + [
            bytes([len(parts())]) + whole.getvalue()
        ]
    if name == "word":
        return [bytes([at]) + text for at, text in enumerate(word_parts().values())]
    if name == "report":
        example = ROOT / "docs" / "校对示例.txt"
        table = "<table><tr><th>项<td colspan=3>1.5<tr><td rowspan=9>甲<td>12,345.6</table>2025年收入1亿元，增长3%。"
        return [example.read_bytes(), table.encode(), "6.0:55.1:38.9，分别占总数的1%、2%（上年3元）".encode("gb18030")]
    if name == "filled":
        sheet = (
            "代码,地区,参保人数（万人）,,缴费人数（人）\n"
            ",,2026年,2025年,2026年\n1,全区,1.5亿,12.50,9万\n2,甲市,（1.5）,—,-\n"
        )
        return [
            text.encode(code)
            for text in (sheet, SMALL["observations/2025/pension.csv"])
            for code in ("utf-8-sig", "gb18030", "utf-16")
        ]
    return [text.encode() for text in (FORMULAS if name == "formulas" else TEXTS)]


class Hang(BaseException):
    """One input took too long."""


class Guard:
    """Watches what the program under test does: noted are programs, connections and files outside its folders."""

    STARTS = (
        "subprocess.Popen",
        "os.system",
        "os.exec",
        "os.posix_spawn",
        "os.fork",
        "socket.connect",
        "socket.bind",
        "pty.spawn",
        "ctypes.dlopen",
    )
    FILES = (
        "os.remove",
        "os.rename",
        "os.rmdir",
        "os.mkdir",
        "os.symlink",
        "os.link",
        "os.chmod",
        "os.truncate",
        "shutil.rmtree",
    )

    def __init__(self, *folders: Path):
        self.active, self.seen, self.folders = False, [], tuple(str(folder) for folder in folders)
        self.libraries = (sys.prefix, sys.base_prefix, str(ROOT), "/usr", "/proc", "/etc/mime.types", "/dev/null")
        sys.addaudithook(self.hook)

    def hook(self, event: str, about: tuple) -> None:
        """Called by Python for everything of note."""
        if not self.active or event not in (*self.STARTS, *self.FILES, "open"):
            return
        place = (
            os.path.abspath(os.fsdecode(about[0])) if about and isinstance(about[0], str | bytes | os.PathLike) else ""
        )
        writes = event in self.FILES or event == "open" and (about[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        inside = place.startswith(self.folders) or not writes and place.startswith(self.libraries)
        if event in self.STARTS or place and not inside:
            self.seen.append(f"{event} {about[:2]}")


class Runner:
    """Runs a target on an input, and notes findings, one for each place in the program."""

    def __init__(self, name: str, into: Path):
        self.name, self.into, self.count, self.refused, self.found, self.told = name, into, 0, 0, {}, 0.0
        into.mkdir(parents=True, exist_ok=True)
        self.guard = Guard(into, root().parent)
        signal.signal(signal.SIGVTALRM, self.late)

    @staticmethod
    def late(*_):
        """The processor time of one input is over."""
        raise Hang

    def __call__(self, content: bytes) -> None:
        from nianbao.errors import DataError

        self.count += 1
        if time.monotonic() - self.told > 2:
            self.tell()
        self.guard.active, self.guard.seen[:] = True, []
        signal.setitimer(signal.ITIMER_VIRTUAL, LIMIT)
        try:
            TARGETS[self.name](content)
        except DataError as error:
            self.refused += 1
            str(error).encode("utf-8")
        except (Exception, Hang) as error:
            self.note(error, content)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            self.guard.active = False
        if self.guard.seen:
            self.note(RuntimeError(self.guard.seen[0]), content)

    def note(self, error: BaseException, content: bytes) -> None:
        """Keep a finding, the shortest input for each place."""
        frames = [
            each for each in traceback.extract_tb(error.__traceback__) if "nianbao" in each.filename.split("/")[-2:][0]
        ]
        place = f"{Path(frames[-1].filename).stem}-{frames[-1].lineno}" if frames else "outside"
        key = f"{type(error).__name__}-{place}"
        if key not in self.found or len(content) < len(self.found[key][0]):
            self.found[key] = content, str(error)[:200]
            (self.into / f"{self.name}-{key}.bin").write_bytes(content)

    def tell(self) -> None:
        """Write what is known: the fuzzer ends its process without a word."""
        self.told, used = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
        about = {
            "target": self.name,
            "executions": self.count,
            "refused": self.refused,
            "cpu_seconds": round(used.ru_utime + used.ru_stime),
            "memory_mb": used.ru_maxrss >> 10,
            "findings": {key: text for key, (_, text) in self.found.items()},
        }
        (self.into / f"{self.name}.{os.getpid()}.json").write_text(json.dumps(about, ensure_ascii=False), "utf-8")


def fuzz(name: str, seconds: int, into: Path) -> None:
    """Fuzz one target in this process, which ends with it."""
    import atheris

    sys.dont_write_bytecode = True  # a module that is imported late would be a file touched outside the folder
    with atheris.instrument_imports(include=["nianbao"]):
        import nianbao.chapter.figure  # noqa: F401
        import nianbao.chapter.table  # noqa: F401
        import nianbao.intake.reading  # noqa: F401
    corpus = into / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    for at, seed in enumerate(seeds(name)):
        (corpus / f"seed-{at}").write_bytes(seed)
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
    runner = Runner(name, into)

    @atheris.instrument_func
    def one(content: bytes) -> None:
        runner(content)

    atheris.Setup(
        [
            sys.argv[0],
            str(corpus),
            f"-max_total_time={seconds}",
            "-timeout=60",
            "-rss_limit_mb=2500",
            "-max_len=20000",
            "-verbosity=0",
        ],
        one,
    )
    atheris.Fuzz()


def main() -> int:
    """All targets one after the other, each in a process of its own."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seconds", type=int, default=3600)
    options.add_argument("--target", choices=TARGETS)
    options.add_argument("--into", type=Path, default=ROOT / "_build" / "fuzz")
    given = options.parse_args()
    if given.target:
        fuzz(given.target, given.seconds, given.into.resolve())
    for name in TARGETS:
        each = str(given.seconds // len(TARGETS))
        subprocess.run(
            [sys.executable, __file__, "--target", name, "--seconds", each, "--into", str(given.into)], check=False
        )
    lines = [json.loads(path.read_text("utf-8")) for path in sorted(given.into.glob("*.json"))]
    for about in lines:
        print(json.dumps(about, ensure_ascii=False))
    return 1 if any(about["findings"] for about in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
