"""Gathering the page: Python for the browser from npm, packages from PyPI, and this program, into one folder.

Everything comes from the two registries by their own clients, at pinned versions, and is held against its digest; the
finished page asks for nothing outside of its folder.
"""

from __future__ import annotations

import ast
import base64
import csv
import gzip
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template

from nianbao import temporary
from nianbao.errors import DataError
from nianbao.output import web
from nianbao.workbench.desk import NEEDED

#: Python for the browser: the package of npm, its version, the digest of its archive as npm gives it.
PYODIDE, VERSION = "pyodide", "314.0.7"
INTEGRITY = "sha512-0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="
#: What the browser loads of it, and the list of packages that are made for it.
RUNTIME = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
LOCK = "pyodide-lock.json"
#: For which Python and platform packages are asked for.
PYTHON, PLATFORM = "3.14", "pyemscripten_2026_0_wasm32"
#: What of the program goes into the browser.
PACKAGE = Path(__file__).resolve().parent.parent
#: These rooms whole, for they load some of their modules by name; beside them what they and the desk import.
ROOMS = ("data", "figures", "audit", "intake", "proof")
DESK = PACKAGE / "workbench" / "desk.py"
KEPT = (".py", ".csv", ".css")
#: Files of the page, and those of the theme that it looks like.
PAGE = Path(__file__).resolve().parent / "page"
THEME = Path(web.__file__).resolve().parent / "theme" / "static"
THEMED = ("nianbao.css", "theme.js", "icon.svg")
#: Where in the folder the parts stand, the list of them, and files that servers hand out packed.
PARTS, LIST = "parts", "parts.json"
#: The script that keeps the page for use without a network.
SERVICE = "service.js"
PACKED = (".wasm", ".mjs", ".js", ".css", ".html", ".json")
#: What the page obeys: it may ask for files of its own folder only. WebAssembly is how Python runs in a browser.
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; connect-src 'self'; "
    "style-src 'self'; img-src 'self' data:; form-action 'none'; base-uri 'none'"
)
#: Endings in the order in which the page names them.
ENDINGS = {
    ".docx": "Word（.docx）",
    ".pdf": "PDF",
    ".html": "网页（.html）",
    ".xlsx": "Excel（.xlsx）",
    ".txt": "文本（.txt）",
}
#: Purposes of packages without which the page works all the same, and what they read.
PURPOSES = {"word": ("docx", "lxml"), "pdf": ("pypdfium2",)}
#: Every file of an archive has this date, so that the same program is the same bytes.
DATE = (1980, 1, 1, 0, 0, 0)
#: Seconds that npm and pip may take for one package.
PATIENCE = 600
Say = Callable[[str], None]


@dataclass(frozen=True)
class Wheel:
    """A package for the browser: its pinned `version`, `file` and SHA-256.

    `purpose` is what it serves; blank where nothing works without it.
    """

    package: str
    version: str
    file: str
    sha256: str
    purpose: str


def gather(into: Path, store: Path, wheels: Path | None = None, say: Say = print) -> list[str]:
    """Make the folder `into` of the page; returns the endings of reports that it can read.

    store: a folder where downloads are kept for the next time. wheels: a folder with packages got by other means, which
    are held against the same digests. Raises DataError where npm or pip is missing or does not give what is pinned, and
    where a folder is a file or not there; the folder then stays as it was.
    """
    check_folders(into, wheels)
    store = store.absolute()  # the clients run in it
    store.mkdir(parents=True, exist_ok=True)
    with temporary.folder() as work:
        made = work / "workbench"
        parts = made / PARTS
        parts.mkdir(parents=True)
        unpack_runtime(runtime(store, say), work, parts)
        had = {wheel: found for wheel in listed() if (found := brought(wheel, store, wheels, say))}
        lacking = {wheel.purpose for wheel in listed() if wheel not in had}
        present = [wheel for wheel in had if wheel.purpose not in lacking]
        for wheel in present:
            shutil.copyfile(had[wheel], parts / wheel.file)
        write_lock(work / LOCK, present, parts / LOCK)
        pack_program(parts / "program.zip")
        endings = readable(lacking)
        write_page(made, endings)
        put_in_place(made, into)
    return endings


def check_folders(into: Path, wheels: Path | None) -> None:
    """DataError where the folder to be made is a file or holds other things, or that of `wheels` is not there."""
    if wheels is not None and not wheels.is_dir():
        raise DataError("--wheels 应为放部件的文件夹，没有这个文件夹", wheels)
    above = next(path for path in (into, *into.absolute().parents) if path.exists())
    if not above.is_dir():
        raise DataError("--into 应为文件夹，现为文件", above)
    if into.is_dir() and any(into.iterdir()) and not (into / LIST).is_file():
        raise DataError("--into 的文件夹里已有别的东西，会被全部换掉，请换一个空的", into)


# -- from the registries -----------------------------------------------------------------------------------------------
def listed() -> list[Wheel]:
    """The packages of `parts.csv`."""
    with (Path(__file__).parent / "parts.csv").open(encoding="utf-8", newline="") as file:
        return [Wheel(**row) for row in csv.DictReader(file)]


def runtime(store: Path, say: Say = print) -> Path:
    """The archive of Python for the browser, from the store or from npm. DataError where it cannot be had."""
    path = store / f"{PYODIDE}-{VERSION}.tgz"
    if not path.is_file() or integrity(path) != INTEGRITY:
        npm = shutil.which("npm")
        if npm is None:
            raise DataError("没有找到 npm：工作台里的 Python 由它取得，请先安装 Node.js（自带 npm），再运行一次")
        say(f"正在取 {PYODIDE} {VERSION}")
        ran([npm, "pack", "--silent", f"{PYODIDE}@{VERSION}"], store, "npm")
    if not path.is_file() or integrity(path) != INTEGRITY:
        path.unlink(missing_ok=True)
        raise DataError(f"取来的 {PYODIDE} {VERSION} 与所定的校验值不符，没有采用")
    return path


def integrity(path: Path) -> str:
    """The digest of a file as npm writes it."""
    return "sha512-" + base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode("ascii")


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def ran(command: Sequence[str], folder: Path, name: str) -> None:
    """Run a client of a registry in a folder. DataError where it fails."""
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        raise DataError(f"{name} {PATIENCE}秒没有取来，请检查网络后再运行一次") from None
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise DataError(f"{name} 没有取来：{said[-1] if said else done.returncode}")


def unpack_runtime(archive: Path, work: Path, parts: Path) -> None:
    """Take what the browser loads, and the list of packages, out of the archive of npm."""
    with tarfile.open(archive) as opened:
        for name, folder in [*((name, parts) for name in RUNTIME), (LOCK, work)]:
            member = opened.extractfile(f"package/{name}")
            if member is None:
                raise DataError(f"{archive.name} 里没有 {name}")
            (folder / name).write_bytes(member.read())


def brought(wheel: Wheel, store: Path, wheels: Path | None, say: Say) -> Path | None:
    """The file of a package; None where one that can be done without is not to be had."""
    kept = [store / wheel.file, *([wheels / wheel.file] if wheels else [])]
    found = next((path for path in kept if path.is_file() and sha256(path) == wheel.sha256), None)
    if found is not None:
        return found
    say(f"正在取 {wheel.package} {wheel.version}")
    try:
        return download(wheel, store)
    except DataError as error:
        if not wheel.purpose:
            raise
        say(f"没有取到 {wheel.package} {wheel.version}，工作台不带它：{error}")
        return None


def download(wheel: Wheel, store: Path) -> Path:
    """A package from PyPI, for the Python of the browser. DataError unless it is the very file that is pinned."""
    asked = store / "asked.txt"
    asked.write_text(f"{wheel.package}=={wheel.version} --hash=sha256:{wheel.sha256}\n", "utf-8", newline="\n")
    where = ["--platform", PLATFORM, "--python-version", PYTHON, "--implementation", "cp", "--only-binary", ":all:"]
    how = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes", "--dest", str(store)]
    ran([sys.executable, "-m", "pip", "download", *how, *where, "-r", str(asked)], store, "pip")
    if not (store / wheel.file).is_file():
        raise DataError(f"pip 取来的不是 {wheel.file}")
    return store / wheel.file


# -- what is made ------------------------------------------------------------------------------------------------------
def write_lock(source: Path, present: Sequence[Wheel], target: Path) -> None:
    """The list of packages as the browser needs it: those that are there, with their digests, which it checks."""
    known = json.loads(source.read_text("utf-8"))
    packages = {
        wheel.package: {
            "name": wheel.package,
            "version": wheel.version,
            "file_name": wheel.file,
            "sha256": wheel.sha256,
            "install_dir": "site",
            "package_type": "package",
            "imports": [],
            "depends": [],
            "unvendored_tests": False,
        }
        for wheel in present
    }
    target.write_text(json.dumps({"info": known["info"], "packages": packages}, sort_keys=True), "utf-8", newline="\n")


def program() -> list[Path]:
    """The files of the program that run in the browser, in the order of their names."""
    found = {path for room in ROOMS for path in (PACKAGE / room).rglob("*") if path.suffix in KEPT}
    waiting = [DESK, DESK.with_name("__init__.py"), *(path for path in found if path.suffix == ".py")]
    while waiting:
        path = waiting.pop()
        found.add(path)
        waiting += imported(path) - found
    return sorted(found)


def imported(path: Path) -> set[Path]:
    """The modules of the program that one imports, and the first page of each folder they stand in.

    What notebooks import from the whole program is looked up when they ask for it: no module here does.
    """
    names: set[str] = set()
    first = PACKAGE / "__init__.py"
    for node in ast.walk(ast.parse(path.read_bytes())) if path != first else ():
        if isinstance(node, ast.Import):
            names.update(each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.update([node.module, *(f"{node.module}.{each.name}" for each in node.names)])
    places = [PACKAGE.joinpath(*name.split(".")[1:]) for name in names if name.split(".")[0] == PACKAGE.name]
    folders = {folder for place in places for folder in (place, *place.parents) if folder.is_relative_to(PACKAGE)}
    modules = [*(place.with_suffix(".py") for place in places), *(folder / "__init__.py" for folder in folders)]
    return {each for each in modules if each.is_file()}


def pack_program(target: Path) -> None:
    """The rooms of the program that run in the browser, as an archive that is the same bytes each time."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in program():
            about = zipfile.ZipInfo(f"nianbao/{path.relative_to(PACKAGE).as_posix()}", DATE)
            about.external_attr = 0o644 << 16
            archive.writestr(about, path.read_bytes(), zipfile.ZIP_DEFLATED)


def readable(lacking: Collection[str]) -> list[str]:
    """The endings of reports that can be read without the packages of some purposes."""
    gone = {module for purpose in lacking for module in PURPOSES.get(purpose, ())}
    return [ending for ending in ENDINGS if not gone & set(NEEDED.get(ending, ()))]


def write_page(made: Path, endings: Sequence[str]) -> None:
    """The files of the page, and the list of all files, by which it is kept for use without a network."""
    for name in THEMED:
        shutil.copyfile(THEME / name, made / name)
    words = {
        "shown_policy": escape(POLICY),
        "readable": "、".join(ENDINGS[ending] for ending in endings),
        "lacking": lacking_words([ending for ending in ENDINGS if ending not in endings], ".pdf" in endings),
        "accepted": ",".join(endings),
    }
    for path in sorted(PAGE.iterdir()):
        text = path.read_text("utf-8")
        (made / path.name).write_text(
            Template(text).substitute(words) if path.suffix == ".html" else text, "utf-8", newline="\n"
        )
    write_list(made)
    for path in sorted(each for each in made.rglob("*") if each.suffix in PACKED):
        pack(path)


def write_list(made: Path) -> None:
    """The list of all files with their bytes; its digest goes into the script that keeps them, as a new version."""
    service = made / SERVICE
    files = [path for path in sorted(made.rglob("*")) if path.is_file() and path != service]
    names = {path: path.relative_to(made).as_posix() for path in files}
    digests = "".join(f"{names[path]} {sha256(path)}\n" for path in files) + service.read_text("utf-8")
    seal = hashlib.sha256(digests.encode("utf-8")).hexdigest()[:16]
    sizes = {names[path]: path.stat().st_size for path in files}
    (made / LIST).write_text(json.dumps({"version": seal, "files": sizes}, indent=1), "utf-8", newline="\n")
    service.write_text(service.read_text("utf-8").replace("VERSION_OF_THE_PAGE", seal), "utf-8", newline="\n")


def pack(path: Path) -> None:
    """Write a packed copy beside a file, for servers that hand those out."""
    with path.with_name(f"{path.name}.gz").open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, 0) as packed:
        packed.write(path.read_bytes())


def lacking_words(endings: Sequence[str], pdf: bool) -> str:
    """What the page says of the kinds of reports that it cannot read."""
    if not endings:
        return ""
    kinds = "、".join(ENDINGS[ending] for ending in endings)
    instead = "请先另存为 PDF" if pdf else "请先另存为文本"
    words = f"{kinds}在这个页面里不能校对：读它们的部件没有浏览器能用的版本。"
    return f"{words}{instead}，或在装有本程序的电脑上运行 nianbao proof。"


def put_in_place(made: Path, into: Path) -> None:
    """Put the finished folder in the place of an earlier one."""
    into.parent.mkdir(parents=True, exist_ok=True)
    aside = into.with_name(f".{into.name}.new")
    shutil.rmtree(aside, ignore_errors=True)
    shutil.copytree(made, aside)
    shutil.rmtree(into, ignore_errors=True)
    aside.rename(into)
