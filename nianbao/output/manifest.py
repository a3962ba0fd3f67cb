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
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, NamedTuple, NotRequired, TypedDict

from nianbao.errors import DataError

NAME = "manifest.json"
#: The same hashes as `sha256sum` and `certutil` know them, so that anybody can verify without this program.
SUMS = "SHA256SUMS"
#: Beside an edition, for the editor: it holds the words of the tools, with their paths.
APART = frozenset({"build.log"})
#: What an edition is made of, in a content folder.
MADE_OF = ("nianbao", "notebooks", "book", "data", "_config.yml", "_toc.yml", "requirements.lock")
#: What is not as the manifest says.
CHANGED = "改动"
MISSING = "缺少"
EXTRA = "多出"
#: How many files an error names.
NAMED = 3
#: A package and its version in a lock file.
LOCKED = re.compile(r"^([\w.-]+)==", re.MULTILINE)
#: What no name in a manifest may hold: separators of other systems, control characters, halves of characters.
UNSAFE = re.compile(r"[\\:\x00-\x1f\ud800-\udfff]")


class FileEntry(TypedDict):
    """A file: its hash (empty where it has none) and its size in bytes."""

    sha256: str
    size: int


#: What an edition or a site was made from.
About = dict[str, Any]


class Contents(TypedDict):
    """What a manifest says: of the whole, and of each file by its name below the folder."""

    about: About
    files: dict[str, FileEntry]
    seal: NotRequired[str]  # the hash of everything else, once it is written


class Deviation(NamedTuple):
    """A file that is not as the manifest says; `kind` is 改动, 缺少 or 多出."""

    kind: str
    name: str


def files(folder: Path, known: Mapping[str, FileEntry] = MappingProxyType({})) -> dict[str, FileEntry]:
    """Hash and size of each file below a folder, by name; those that are `known` already are not looked at again.

    The manifest of the folder itself, its sums and `build.log` are left out. Links and whatever else is no plain file
    have no hash: nothing outside the folder is read. Raises DataError for a folder that cannot be read.
    """
    paths = {name: path for name, path in sorted(walk(folder)) if name not in {NAME, SUMS, *APART}}
    return {name: known[name] if name in known else describe(path) for name, path in paths.items()}


def walk(folder: Path) -> Iterator[tuple[str, Path]]:
    """All entries below a folder that are not folders, each with its name below; links are not followed.

    Raises DataError for a folder that cannot be read.
    """
    waiting = [("", folder)]
    while waiting:
        prefix, place = waiting.pop()
        try:
            entries = list(os.scandir(place))
        except OSError as error:
            raise DataError(f"文件夹读不出（{error.strerror}）", str(place)) from None
        for each in entries:
            name = f"{prefix}{each.name}"
            if each.is_dir(follow_symlinks=False):
                waiting.append((f"{name}/", Path(each.path)))
            else:
                yield name, Path(each.path)


def describe(path: Path) -> FileEntry:
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
        answer = subprocess.run(["git", "-C", str(root), *args], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return answer.stdout.strip()


def commit(root: Path) -> tuple[str, int]:
    """The last commit and its time in seconds since 1970; no name and zero outside a clone.

    The environment variable SOURCE_DATE_EPOCH goes before the time of the commit.
    """
    name, _, when = git(root, "log", "-1", "--format=%H %ct").partition(" ")
    return name, int(os.environ.get("SOURCE_DATE_EPOCH", when or 0))


def origin(root: Path) -> About:
    """Commit with its date, whether what an edition is made of was changed since, and the packages at work."""
    name, epoch = commit(root)
    lock = root / "requirements.lock"
    packages = sorted(set(LOCKED.findall(lock.read_text("utf-8")))) if lock.exists() else []
    versions = {package: version(package) for package in packages}
    return {
        "commit": name or None,
        "date": datetime.fromtimestamp(epoch, UTC).isoformat() if epoch else None,
        "changed": bool(git(root, "status", "--porcelain", "--", *MADE_OF)) if name else None,
        "packages": {package: number for package, number in versions.items() if number},
    }


def version(package: str) -> str:
    """Installed version of a package; nothing where it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def text(about: Mapping[str, Any], found: Mapping[str, FileEntry]) -> str:
    """The manifest as it is written; `seal` is the hash of everything else in it."""
    known = {"about": about, "files": found}
    seal = hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()
    return json.dumps(known | {"seal": seal}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write(
    folder: Path, about: Mapping[str, Any], known: Mapping[str, FileEntry] = MappingProxyType({})
) -> dict[str, FileEntry]:
    """Write the manifest of a folder, and its sums beside it; `about` says what it was made from.

    `known` are files of which hash and size are known already. Returns all files with theirs.
    """
    found = files(folder, known)
    write_whole(folder, about, found)
    return found


def write_whole(folder: Path, about: Mapping[str, Any], found: Mapping[str, FileEntry]) -> None:
    """Write manifest and sums of the files that were `found` in a folder; the sums hold that of the manifest, too."""
    (folder / NAME).write_text(text(about, found), "utf-8", newline="\n")
    (folder / SUMS).write_text(sums(folder, found), "utf-8", newline="\n")


def sums(folder: Path, found: Mapping[str, FileEntry]) -> str:
    """The text of `SHA256SUMS`: a line a file, the manifest first."""
    lines = [(describe(folder / NAME)["sha256"], NAME)]
    lines += [(about["sha256"], name) for name, about in sorted(found.items())]
    return "".join(f"{digest}  {name}\n" for digest, name in lines)


def add(folder: Path, names: Iterable[str], about: Mapping[str, Any]) -> None:
    """Take booklets into the manifest of a folder, with what they were made from; all else stays as it was."""
    known: Contents = read(folder) if (folder / NAME).exists() else {"about": {}, "files": {}}
    booklets = known["about"].setdefault("booklets", {})
    for name in names:
        booklets[name] = about
        known["files"][name] = describe(folder / name)
    write_whole(folder, known["about"], known["files"])


def read(folder: Path) -> Contents:
    """The manifest of a folder; DataError where there is none or it names anything outside the folder."""
    path = folder / NAME
    if path.is_symlink() or not path.is_file():
        raise DataError(f"没有清单（{NAME}）", str(folder))
    try:
        known = json.loads(path.read_bytes())
        whole = is_whole(known)
    except (OSError, ValueError, RecursionError, TypeError, KeyError, AttributeError):
        whole = False
    if not whole:
        raise DataError("清单读不出，应为 nianbao build 或 nianbao site 所写的 JSON", str(path))
    for name in known["files"]:
        if not is_within(name):
            raise DataError(f"清单中的文件名“{shown(name[:100])}”越出文件夹，不予理会", str(path))
    return known


def is_whole(known: Any) -> bool:
    """Whether what was read is a manifest; TypeError, KeyError or AttributeError where it is something else."""
    entries = known["files"].values()
    sound = all(isinstance(each["sha256"], str) and isinstance(each["size"], int) for each in entries)
    return sound and isinstance(known["about"], dict) and isinstance(known["seal"], str)


def is_within(name: str) -> bool:
    """Whether a name in a manifest is that of a file below its folder, on every system."""
    parts = PurePosixPath(name).parts
    plain = name == "/".join(parts) and not {"..", "/"} & set(parts)
    return bool(parts) and plain and not UNSAFE.search(name)


def verify(folder: Path) -> tuple[Contents, list[Deviation]]:
    """The manifest of a folder, and what is not as it says; DataError as from `read` and `files`."""
    known = read(folder)
    listed = known["files"]
    found = files(folder)
    wrong = []
    for name in sorted(listed.keys() | found.keys()):
        different = deviation(name, listed, found)
        if different:
            wrong.append(different)
    if (folder / NAME).read_bytes() != text(known["about"], listed).encode("utf-8", "surrogatepass"):
        wrong.insert(0, Deviation(CHANGED, NAME))
    if (folder / SUMS).exists() and (folder / SUMS).read_bytes() != sums(folder, listed).encode():
        wrong.append(Deviation(CHANGED, SUMS))
    return known, wrong


def deviation(name: str, listed: Mapping[str, FileEntry], found: Mapping[str, FileEntry]) -> Deviation | None:
    """How a file deviates from what is listed; None where it is the same."""
    if name not in listed:
        return Deviation(EXTRA, name)
    if name not in found:
        return Deviation(MISSING, name)
    same = listed[name] == found[name] and found[name]["sha256"]
    return None if same else Deviation(CHANGED, name)


def shown(name: str) -> str:
    """A file name from outside as it may be shown: without what steers a terminal."""
    return "".join(each if each.isprintable() else f"\\x{ord(each):02x}" for each in name)


def sound(folder: Path) -> Contents:
    """The manifest of a folder in which everything is as it says; DataError names what is not."""
    known, wrong = verify(folder)
    if wrong:
        named = "、".join(shown(each.name) for each in wrong[:NAMED])
        more = f"等{len(wrong)}个文件" if len(wrong) > NAMED else ""
        raise DataError(f"编成后有改动（{named}{more}），请重新运行 nianbao build", str(folder))
    return known
