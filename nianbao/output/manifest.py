"""What a published folder consists of: `manifest.json` names each file with its hash, and what it was made from.

Nothing in it depends on when, where or by whom the edition was built: the same commit and data give the same manifest.
Folders within (`html` of an edition, a year of a site) have one of their own, so that a part can be copied and checked.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path, PurePosixPath

from nianbao.errors import DataError

NAME = "manifest.json"
APART = {"build.log"}  # beside an edition, for the editor: it holds the words of the tools, with their paths
MADE_OF = ("nianbao", "notebooks", "book", "data", "_config.yml", "_toc.yml", "requirements.lock")


def files(folder: Path) -> dict[str, dict]:
    """Hash and size of each file below a folder, by name; the manifest of the folder itself and `build.log` are left out.

    Links and whatever else is no plain file have no hash: nothing outside the folder is read.
    """
    return {name: describe(path) for name, path in sorted(walk(folder)) if name != NAME and name not in APART}


def walk(folder: Path) -> Iterator[tuple[str, Path]]:
    """All entries below a folder that are not folders; links are not followed. DataError for a folder that cannot be read."""
    waiting = [("", folder)]
    while waiting:
        top, place = waiting.pop()
        try:
            entries = list(os.scandir(place))
        except OSError as error:
            raise DataError(f"文件夹读不出（{error.strerror}）", place) from None
        for each in entries:
            found = f"{top}{each.name}", Path(each.path)
            if each.is_dir(follow_symlinks=False):
                waiting.append((f"{found[0]}/", found[1]))
            else:
                yield found


def describe(path: Path) -> dict:
    """Hash and size of a file; an empty hash where it is not a plain file or cannot be read."""
    if path.is_symlink() or not path.is_file():
        return {"sha256": "", "size": 0}
    try:
        with path.open("rb") as stream:
            return {"sha256": hashlib.file_digest(stream, "sha256").hexdigest(), "size": stream.tell()}
    except OSError:
        return {"sha256": "", "size": 0}


def git(root: Path, *args: str) -> str:
    """Answer of git; nothing outside a clone."""
    try:
        return subprocess.run(["git", "-C", str(root), *args], capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def commit(root: Path) -> tuple[str, int]:
    """The last commit and its time; SOURCE_DATE_EPOCH goes before its time; nothing outside a clone."""
    name, _, when = git(root, "log", "-1", "--format=%H %ct").partition(" ")
    return name, int(os.environ.get("SOURCE_DATE_EPOCH", when or 0))


def origin(root: Path) -> dict:
    """Commit with its date, whether what an edition is made of was changed since, and the packages at work."""
    name, epoch = commit(root)
    lock = root / "requirements.lock"
    packages = sorted(set(re.findall(r"^([\w.-]+)==", lock.read_text("utf-8"), re.M))) if lock.exists() else []
    return {"commit": name or None, "date": datetime.fromtimestamp(epoch, UTC).isoformat() if epoch else None,
            "changed": bool(git(root, "status", "--porcelain", "--", *MADE_OF)) if name else None,
            "packages": {each: number for each in packages if (number := version(each))}}


def version(package: str) -> str:
    """Installed version of a package; nothing where it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def text(about: dict, found: dict[str, dict]) -> str:
    """The manifest as it is written; `seal` is the hash of everything else in it."""
    known = {"about": about, "files": found}
    seal = hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()
    return json.dumps(known | {"seal": seal}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write(folder: Path, about: dict) -> None:
    """Write the manifest of a folder."""
    (folder / NAME).write_text(text(about, files(folder)), "utf-8", newline="\n")


def add(folder: Path, names: list[str], about: dict) -> None:
    """Take booklets into the manifest of a folder, with what they were made from; all else stays as it was."""
    known = read(folder) if (folder / NAME).exists() else {"about": {}, "files": {}}
    known["about"].setdefault("booklets", {}).update(dict.fromkeys(names, about))
    known["files"].update((name, describe(folder / name)) for name in names)
    (folder / NAME).write_text(text(known["about"], known["files"]), "utf-8", newline="\n")


def read(folder: Path) -> dict:
    """The manifest of a folder; DataError where there is none or it names anything outside the folder."""
    path = folder / NAME
    if path.is_symlink() or not path.is_file():
        raise DataError(f"没有清单（{NAME}）", folder)
    try:
        known = json.loads(path.read_bytes())
        names = [*known["files"]]
        sound = isinstance(known["about"], dict) and isinstance(known["seal"], str) and all(
            isinstance(each["sha256"], str) and isinstance(each["size"], int) for each in known["files"].values())
    except (OSError, ValueError, RecursionError, TypeError, KeyError, AttributeError):
        names, sound = [], False
    if not sound:
        raise DataError("清单读不出，应为 nianbao build 或 nianbao site 所写的 JSON", path)
    for name in names:
        parts = PurePosixPath(name).parts
        if not parts or name != "/".join(parts) or {"..", "/"} & set(parts) or re.search(r"[\\:\x00-\x1f\ud800-\udfff]", name):
            raise DataError(f"清单中的文件名“{shown(name[:100])}”越出文件夹，不予理会", path)
    return known


def verify(folder: Path) -> tuple[dict, list[tuple[str, str]]]:
    """The manifest, and what is not as it says: (改动, 缺少 or 多出; file)."""
    known = read(folder)
    listed, found = known["files"], files(folder)
    wrong = [("改动" if name in listed and name in found else "多出" if name in found else "缺少", name)
             for name in sorted(listed.keys() | found.keys()) if listed.get(name) != found.get(name) or not found[name]["sha256"]]
    if (folder / NAME).read_bytes() != text(known["about"], listed).encode("utf-8", "surrogatepass"):
        wrong.insert(0, ("改动", NAME))
    return known, wrong


def shown(name: str) -> str:
    """A file name from outside as it may be shown: without what steers a terminal."""
    return "".join(each if each.isprintable() else f"\\x{ord(each):02x}" for each in name)


def sound(folder: Path) -> dict:
    """The manifest of a folder in which everything is as it says; DataError names what is not."""
    known, wrong = verify(folder)
    if wrong:
        more = f"等{len(wrong)}个文件" if len(wrong) > 3 else ""
        raise DataError(f"编成后有改动（{'、'.join(shown(name) for _, name in wrong[:3])}{more}），请重新运行 nianbao build", folder)
    return known
