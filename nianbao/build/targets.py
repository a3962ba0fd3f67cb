"""What the Makefile makes, where there is no make: `python -m nianbao setup`, `book`, `test` and so on.

It begins before anything is installed, so that it needs nothing but Python; what a target runs, runs in `.venv`.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nianbao import __version__
from nianbao.build import bundle
from nianbao.build.environment import Environment, carry_out, require
from nianbao.errors import DataError

ALL_FORMATS = "html,pdf,docx,epub"
BENCHMARKS = ("compare", "increment", "batch", "print", "build")
#: Exit code of pytest where no test was there to run.
NO_TESTS = 5


@dataclass(frozen=True)
class Target:
    """What can be made: a sentence about it, and how; `python` and its arguments where it is a program of `.venv`."""

    help: str
    for_developers: bool = False
    python: tuple[str, ...] = ()
    make: Callable[[Environment, Sequence[str]], None] | None = None


def release(environment: Environment, arguments: Sequence[str]) -> None:
    """Archives of site, books, data and code with their checksums, in `_build/release`."""
    root, run = environment.root, [environment.python, "-m", "nianbao.cli"]
    require([*run, "build", "--formats", ALL_FORMATS], root)
    require([*run, "site"], root)
    into = root / "_build" / "release"
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    stem = f"nianbao-{__version__}"
    archive = ["git", "archive", "--format=zip"]
    require([*archive, f"--prefix={stem}/", "-o", into / f"{stem}-source.zip", "HEAD"], root)
    require([*archive, "-o", into / f"{stem}-data.zip", "HEAD", "data"], root)
    with zipfile.ZipFile(into / f"{stem}-site.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        site = root / "_build" / "site"
        for path in sorted(site.rglob("*")):
            packed.write(path, path.relative_to(site.parent))
    bundle.parts_list(environment, into / f"{stem}-sbom.json")
    named = sorted(path for path in into.iterdir() if path.suffix in {".zip", ".json"})
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in named]
    (into / "SHA256SUMS").write_text("".join(sums), "utf-8", newline="\n")


def bench(environment: Environment, arguments: Sequence[str]) -> None:
    """Ratios of one run, into `_build/bench.txt` (two hours; wants a quiet machine)."""
    into = environment.root / "_build"
    into.mkdir(exist_ok=True)
    with (into / "bench.txt").open("w", encoding="utf-8", newline="\n") as told:
        for name in BENCHMARKS:
            told.write(bundle.said(environment, f"benchmarks/{name}.py"))


def lock(environment: Environment, arguments: Sequence[str]) -> None:
    """`requirements*.txt` to their locks, for all platforms; `--upgrade` takes the newest."""
    compile = [*bundle.uv(environment), "pip", "compile", "--quiet", *arguments, "--universal", "--python-version"]
    compile += ["3.11", "--generate-hashes", "--custom-compile-command", "make lock"]
    require([*compile, "requirements.txt", "-o", "requirements.lock"], environment.root)
    dev = ["--constraint", "requirements.lock", "requirements-dev.txt", "-o", "requirements-dev.lock"]
    require([*compile, *dev], environment.root)
    environment.make_for_developers()
    require([environment.python, "docs/make.py"], environment.root)


def clean(environment: Environment, arguments: Sequence[str]) -> None:
    """Remove what was built; data and .venv stay."""
    shutil.rmtree(environment.root / "_build", ignore_errors=True)


def show(environment: Environment, arguments: Sequence[str]) -> None:
    """What there is to make."""
    for name, target in TARGETS.items():
        print(f"  python -m nianbao {name:<10}　{target.help}")


NIANBAO = ("-m", "nianbao.cli")
TARGETS = {
    "help": Target("有哪些可做", make=show),
    "setup": Target("把编书的环境装进 .venv"),
    "setup-dev": Target("同上，并装上测试和检查所需", for_developers=True),
    "book": Target("编最近一年的年报：网页、PDF、Word、EPUB", python=(*NIANBAO, "build", "--formats", ALL_FORMATS)),
    "test": Target("测试", True, ("-m", "pytest", "-m", "not long")),
    "test-long": Target("耗时的测试", True, ("-m", "pytest", "-m", "long")),
    "lint": Target("检查写法（ruff）", True, ("-m", "ruff", "check", ".")),
    "types": Target("检查类型（mypy）", True, ("-m", "mypy")),
    "bench": Target("量耗时，约两小时", True, make=bench),
    "docs": Target("重写由程序生成的文档", True, ("docs/make.py",)),
    "lock": Target("由 requirements*.txt 重写锁定的版本", make=lock),
    "hooks": Target("每次提交前先检查", True, ("-m", "pre_commit", "install")),
    "audit": Target("锁定的各包有没有已知的安全漏洞", make=bundle.audit),
    "release": Target("发布用的压缩包和校验和", make=release),
    "bundle": Target("供没有网络的电脑用的安装包", make=bundle.make),
    "clean": Target("删去编成的书；数据和环境不动", make=clean),
}
#: Targets of the Makefile that are commands of the program as well.
COMMANDS = ("check", "serve", "watch", "workbench")
#: Those that need no environment, or one of their own.
AT_ONCE = ("help", "audit", "clean")


def run(name: str, arguments: Sequence[str], root: Path) -> int:
    """Make a target in the folder `root`; an exit code. DataError where it cannot be made."""
    target = TARGETS[name]
    environment = Environment(root)
    if name not in AT_ONCE:
        environment.make()
    if target.for_developers:
        environment.make_for_developers()
    if target.make:
        target.make(environment, arguments)
        return 0
    if not target.python:
        return 0
    code = carry_out([environment.python, *target.python, *arguments], root)
    if name == "test-long" and code == NO_TESTS:
        print("test-long: no test is marked long, so nothing was tested", file=sys.stderr)
    return code


def main(arguments: Sequence[str]) -> int:
    """The same from a command line; what goes wrong is said in one line, with exit code 2."""
    try:
        return run(arguments[0], arguments[1:], Path.cwd())
    except (DataError, OSError) as error:
        print(f"错误：{error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("已中断", file=sys.stderr)
        return 130
