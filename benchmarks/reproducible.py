"""Is the same commit the same site everywhere? Built on different paths, days, locales and hash seeds, and compared.

    .venv/bin/python benchmarks/reproducible.py [--year 2025] [--formats html,pdf,docx,epub] [--keep]

Each build starts from a clone of its own. The days come from `faketime` where it is installed; locales that the
machine lacks are left out. Ends with 1 when a file differs.
"""

import argparse
import locale
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from nianbao.output.manifest import NAME, describe, files

ROOT = Path(__file__).resolve().parent.parent
CONDITIONS = [  # folder, days from now, locale, time zone, hash seed, jobs
    ("a", 0, "C.UTF-8", "UTC", "0", "2"),
    ("乙 b/deep/er", 9, "C", "America/New_York", "1", "1"),
    ("c", 400, "zh_CN.UTF-8", "Pacific/Kiritimati", "77", "3"),
]


def known(name: str) -> bool:
    """Whether this machine has a locale."""
    before = locale.setlocale(locale.LC_ALL)
    try:
        locale.setlocale(locale.LC_ALL, name)
    except locale.Error:
        return False
    finally:
        locale.setlocale(locale.LC_ALL, before)
    return True


def surroundings(root: Path, language: str, zone: str, seed: str) -> dict[str, str]:
    """The environment of a build."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LC_", "NIANBAO_", "SOURCE_DATE_EPOCH", "PYTHONPYCACHEPREFIX"))
    }
    return kept | {
        "LANG": language,
        "LC_ALL": language,
        "TZ": zone,
        "PYTHONHASHSEED": seed,
        "PYTHONPATH": str(root),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def on_day(days: int) -> list[str]:
    """What to put before a command so that it runs some days from now; clocks that only measure are left alone."""
    faketime = shutil.which("faketime")
    return [faketime, "--exclude-monotonic", "-f", f"+{days}d"] if faketime and days else []


def build(root: Path, condition: tuple, *args: str, wrapped: Path) -> float:
    """Run `nianbao` of a clone under a condition; returns seconds. `wrapped` is a folder for what faketime needs."""
    _, days, language, zone, seed, _ = condition
    start, env = time.monotonic(), surroundings(root, language, zone, seed)
    if on_day(days):  # its clock_nanosleep refuses what Python's sleep asks for while the monotonic clock is left alone
        (wrapped / "sitecustomize.py").write_text(
            "import select, time\ntime.sleep = lambda s: select.select([], [], [], s) and None\n"
        )
        env["PYTHONPATH"] += os.pathsep + str(wrapped)
    subprocess.run(
        [*on_day(days), sys.executable, "-m", "nianbao.cli", *args],
        cwd=root,
        env=env,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.monotonic() - start


def differences(one: Path, other: Path) -> list[str]:
    """Files that are not the same, with the parts that differ where they are archives."""
    here, there = ({**files(each), NAME: describe(each / NAME)} for each in (one, other))
    found = []
    for name in sorted(here.keys() | there.keys()):
        if here.get(name) == there.get(name):
            continue
        parts = ""
        if name in here and name in there and zipfile.is_zipfile(one / name):
            with zipfile.ZipFile(one / name) as first, zipfile.ZipFile(other / name) as second:
                names = sorted(set(first.namelist()) | set(second.namelist()))
                parts = " " + " ".join(
                    each
                    for each in names
                    if each not in first.namelist()
                    or each not in second.namelist()
                    or first.read(each) != second.read(each)
                )
        found.append(name + (" (only in one)" if (name in here) != (name in there) else parts))
    return found


def main() -> int:
    """Build and compare."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--year", default="2025")
    options.add_argument("--formats", default="html,pdf,docx,epub")
    options.add_argument("--keep", action="store_true", help="leave the builds in place")
    args = options.parse_args()
    work, built = Path(tempfile.mkdtemp(prefix="nianbao-reproducible-")), []
    for condition in CONDITIONS:
        folder, days, language, zone, seed, jobs = condition
        if not known(language):
            print(f"{language}: not on this machine, left out")
            continue
        root = work / folder
        subprocess.run(["git", "clone", "-q", str(built[0].parent if built else ROOT), str(root)], check=True)
        spent = build(
            root,
            condition,
            "build",
            "--fresh",
            "--year",
            args.year,
            "--formats",
            args.formats,
            "--jobs",
            jobs,
            wrapped=work,
        )
        spent += build(root, condition, "site", wrapped=work)
        built.append(root / "_build")
        print(
            f"{folder}: +{days if on_day(days) else 0} d, {language}, {zone}, seed {seed}, jobs {jobs}: {spent:.0f} s",
            flush=True,
        )
    found = []
    for part in (args.year, "site"):
        for each in built[1:]:
            found += [f"{part}/{line}" for line in differences(built[0] / part, each / part)]
        print(
            f"{part}: {len(files(built[0] / part))} files, manifest {describe(built[0] / part / NAME)['sha256'][:16]}"
        )
    print("\n".join(dict.fromkeys(found)) or f"{len(built)} builds are the same, byte by byte")
    if args.keep:
        print(work)
    else:
        shutil.rmtree(work)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
