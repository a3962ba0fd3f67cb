"""All that a machine without internet needs, in one folder: content, program, packages, fonts: `nianbao bundle`.

It is made for one system and one Python, and on any system that reaches a package index. There, `setup` finds the
packages beside it in `wheels/` and asks nobody else. Fonts that no book uses, one of them not free, are left out.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nianbao import __version__
from nianbao.build.environment import (
    LOCK,
    PIP,
    PROJECT,
    WHEELS,
    Environment,
    python_of,
    remove_others,
    require,
)
from nianbao.errors import DataError

#: Packages that come as their source only; what is built from it is for every system.
FROM_SOURCE = ("fontmeta",)
#: The package whose fonts are thinned out.
FONTS = "mplfonts"
#: Versions of Python that a bundle can be for.
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
#: What the tools of a release are, and where they are installed.
TOOLS = "requirements-release.txt"
TOOLS_FOLDER = "_build/.tools"
#: What a bundle holds of a content folder that has the program in it.
PARTS = (
    "nianbao",
    "notebooks",
    "book",
    "data",
    "_config.yml",
    "_toc.yml",
    "requirements.txt",
    PROJECT,
    "README.md",
    "README.zh-CN.md",
    "LICENSE",
    "CITATION.cff",
    "deploy",
    ".dockerignore",
    "开始.bat",
    "start.command",
)
LEFT_OUT = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "*.xlsx", "*.egg-info")


@dataclass(frozen=True)
class System:
    """A system that a bundle can be for: its name in uv, and the tags of the wheels that fit it, best first."""

    platform: str
    tags: tuple[str, ...]


def linux(machine: str) -> System:
    """Linux with the C library 2.28 or newer (麒麟 V10, UOS 20, Debian 10 and what came after)."""
    libraries = ("2_28", "2_27", "2_26", "2_25", "2_24", "2_17")
    old = ("manylinux2014", "manylinux_2_12", "manylinux2010", "manylinux_2_5", "manylinux1")
    names = [*(f"manylinux_{library}" for library in libraries), *old]
    return System(f"{machine}-manylinux_2_28", tuple(f"{name}_{machine}" for name in names))


SYSTEMS = {
    "windows": System("x86_64-pc-windows-msvc", ("win_amd64",)),
    "macos": System("aarch64-apple-darwin", ("macosx_13_0_arm64",)),
    "linux": linux("x86_64"),
    "linux-arm": linux("aarch64"),
}


# -- tools -------------------------------------------------------------------------------------------------------------
def tool(environment: Environment, name: str, *arguments: object) -> list[object]:
    """The command of a tool of a release, which is installed first where that has not been done."""
    folder = environment.root / TOOLS_FOLDER
    python = python_of(folder)
    mark = folder / hashlib.sha256((environment.root / TOOLS).read_bytes()).hexdigest()[:16]
    if not mark.exists():
        require([sys.executable, "-m", "venv", "--clear", folder / ".venv"], environment.root)
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        require([*pip, "-r", TOOLS], environment.root)
        mark.touch()
    return [python, "-m", name, *arguments]


def uv(environment: Environment) -> list[object]:
    """The command that resolves locks."""
    return tool(environment, "uv")


def said(environment: Environment, script: str) -> str:
    """What a script of the project says, shown while it does; DataError where it does not end well."""
    command = [str(environment.python), script]
    with subprocess.Popen(
        command, cwd=environment.root, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as running:
        lines = []
        for line in running.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    if running.returncode:
        raise DataError(f"没有做成（退出码 {running.returncode}）：{script}")
    return "".join(lines)


def audit(environment: Environment, arguments: Sequence[str]) -> None:
    """Whether any version in the lock is known to be vulnerable; DataError where one is or could not be looked up."""
    options = ["--strict", "--require-hashes", "--disable-pip", "--progress-spinner", "off", "-r", LOCK, *arguments]
    require(tool(environment, "pip_audit", *options), environment.root)


def parts_list(environment: Environment, path: Path) -> None:
    """The packages of the lock with versions and hashes, in the format of CycloneDX (SBOM)."""
    options = ["requirements", "--output-reproducible", "--of", "JSON", "--pyproject", PROJECT, "-o", path, LOCK]
    require(tool(environment, "cyclonedx_py", *options), environment.root)


# -- the bundle --------------------------------------------------------------------------------------------------------
def make(environment: Environment, arguments: Sequence[str]) -> None:
    """`bundle [--system NAME] [--python VERSION] [--out FOLDER]`: the folder, and the same as one archive."""
    asked = parsed(arguments)
    name = f"nianbao-{__version__}-{asked.system}-py{asked.python}"
    folder = Path(asked.out or environment.root / "_build" / "bundle") / name
    shutil.rmtree(folder, ignore_errors=True)
    copy_parts(environment.root, folder)
    wheels = folder / WHEELS
    wheels.mkdir()
    pins = resolved(environment, asked.system, asked.python)
    download(environment, pins, asked.system, asked.python, wheels)
    build(environment, folder, wheels)
    thin_out(environment, wheels)
    (folder / LOCK).write_text(with_hashes(pins, wheels), "utf-8", newline="\n")
    archive = shutil.make_archive(str(folder), "zip", folder.parent, folder.name)
    size = sum(path.stat().st_size for path in wheels.iterdir()) / 1e6
    print(f"完成：{archive}（{len(list(wheels.iterdir()))}个包，{size:.0f} MB）")


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser("nianbao bundle", description="供没有网络的电脑用的安装包")
    parser.add_argument("--system", choices=SYSTEMS, default=here(), help="给哪种系统用，缺省为本机这种")
    parser.add_argument("--python", choices=PYTHONS, default="{}.{}".format(*sys.version_info), help="那里的 Python")
    parser.add_argument("--out", help="放到哪里，缺省为 _build/bundle")
    return parser.parse_args(arguments)


def here() -> str:
    """The system of this machine; that of Windows where it is none of those known."""
    import platform

    known = {("Darwin", "arm64"): "macos", ("Linux", "x86_64"): "linux", ("Linux", "aarch64"): "linux-arm"}
    return known.get((platform.system(), platform.machine()), "windows")


def copy_parts(root: Path, folder: Path) -> None:
    """Content and program."""
    folder.mkdir(parents=True)
    for part in PARTS:
        source = root / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=LEFT_OUT)
        elif source.is_file():
            shutil.copy(source, folder / part)


def resolved(environment: Environment, system: str, python: str) -> str:
    """The lock as it is for one system and one Python: the pins with their hashes."""
    options = ["pip", "compile", "--quiet", "--no-header", "--no-annotate", "--generate-hashes"]
    options += ["--only-binary", ":all:", *(word for name in FROM_SOURCE for word in ("--no-binary", name))]
    options += ["--python-platform", SYSTEMS[system].platform, "--python-version", python, LOCK]
    command = [str(part) for part in [*uv(environment), *options]]
    done = subprocess.run(command, cwd=environment.root, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise DataError(f"{system}、Python {python} 缺少程序包：{done.stderr.strip()}")
    return done.stdout


def entries(pins: str) -> dict[str, str]:
    """The pins by name, each with its hashes."""
    return {found[2]: found[1] for found in re.finditer(r"^((\S+?)==.*(?:\n +--hash.*)*)", pins, re.M)}


def download(environment: Environment, pins: str, system: str, python: str, wheels: Path) -> None:
    """The wheels of all pins, and of pip itself; those that come as their source are built."""
    known = entries(pins)
    plain = f"cp{python.replace('.', '')}"
    fitting = ["--only-binary", ":all:", "--implementation", "cp", "--python-version", python]
    fitting += [word for abi in (plain, "abi3", "none") for word in ("--abi", abi)]
    fitting += [word for tag in SYSTEMS[system].tags for word in ("--platform", tag)]
    ready = [text for name, text in known.items() if name not in FROM_SOURCE]
    pip_(environment, "download", [*ready, PIP], [*fitting, "-d", str(wheels)])
    sources = [text for name, text in known.items() if name in FROM_SOURCE]
    pip_(environment, "wheel", sources, ["-w", str(wheels)])


def pip_(environment: Environment, command: str, pins: Iterable[str], options: Sequence[str]) -> None:
    """Have pip do something with some pins, each as its hashes say."""
    with tempfile.TemporaryDirectory() as aside:
        listed = Path(aside, "pins.txt")
        listed.write_text("\n".join(pins) + "\n", "utf-8", newline="\n")
        pip = [environment.python, "-m", "pip", command, "--quiet", "--disable-pip-version-check", "--no-deps"]
        require([*pip, "--require-hashes", *options, "-r", listed], environment.root)


def build(environment: Environment, folder: Path, wheels: Path) -> None:
    """The program as a wheel, which folders without a program of their own can be given."""
    pip = [environment.python, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", wheels, "."]
    require(pip, folder)
    for made in (folder / "build", *folder.glob("*.egg-info")):
        shutil.rmtree(made, ignore_errors=True)


def thin_out(environment: Environment, wheels: Path) -> None:
    """Take the fonts that no book uses out of the package that brings them."""
    (whole,) = wheels.glob(f"{FONTS}-*.whl")
    with tempfile.TemporaryDirectory() as aside:
        require([environment.python, "-m", "wheel", "unpack", "-d", aside, whole], environment.root)
        (unpacked,) = Path(aside).iterdir()
        remove_others(unpacked / FONTS / "fonts")
        whole.unlink()
        require([environment.python, "-m", "wheel", "pack", "-d", wheels, unpacked], environment.root)


def with_hashes(pins: str, wheels: Path) -> str:
    """The pins, each with the hash of the file that the bundle holds of it."""
    files = {re.sub(r"[-_.]+", "-", path.name.split("-")[0]).lower(): path for path in wheels.glob("*.whl")}
    lines = []
    for name, text in entries(pins).items():
        path = files.get(re.sub(r"[-_.]+", "-", name).lower())
        if path is None:
            raise DataError(f"没有得到 {name} 的程序包")
        version = text.split(" ")[0]
        lines.append(f"{version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n")
    return "".join(lines)
