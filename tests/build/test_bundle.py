"""The bundle for machines without internet; the long test makes one, carries it away and builds without a network."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import platforms
import pytest

from nianbao.build import bundle
from nianbao.build.environment import FONTS, LOCK, PIP, WHEELS, Environment, remove_others
from nianbao.errors import DataError
from tests.support.projects import ROOT
from tests.support.small_book import write_small_book

PINS = """\
one-two==1.0 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
three==2 ; sys_platform == 'linux' \\
    --hash=sha256:cc
"""


def has_index() -> bool:
    """Whether a package index answers."""
    asked = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--no-deps", "--retries", "0"]
    return subprocess.run([*asked, PIP.split()[0]], capture_output=True, timeout=60).returncode == 0


# -- what is listed ----------------------------------------------------------------------------------------------------
def test_a_list_of_pins_is_taken_apart():
    known = bundle.entries(PINS)
    assert list(known) == ["one-two", "three"]
    assert known["one-two"].count("--hash") == 2 and known["three"].endswith("sha256:cc")


def test_the_lock_of_a_bundle_has_the_hashes_of_its_files(tmp_path):
    for name in ("one_two-1.0-py3-none-any.whl", "three-2-cp311-abi3-win_amd64.whl"):
        (tmp_path / name).write_bytes(name.encode())
    lines = bundle.with_hashes(PINS, tmp_path).splitlines()
    made = hashlib.sha256(b"one_two-1.0-py3-none-any.whl").hexdigest()
    assert lines[0] == f"one-two==1.0 --hash=sha256:{made}" and len(lines) == 2
    (tmp_path / "three-2-cp311-abi3-win_amd64.whl").unlink()
    with pytest.raises(DataError, match="three"):
        bundle.with_hashes(PINS, tmp_path)


def test_fonts_that_no_book_uses_are_left_out(tmp_path):
    for name in (*FONTS, "SimHei.ttf"):
        (tmp_path / name).touch()
    remove_others(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FONTS)


def test_content_and_program_are_copied_and_nothing_private(tmp_path):
    root = tmp_path / "root"
    for name in ("data/observations/2025/填报-2025.xlsx", "data/a.csv", "nianbao/cli.py", "_intake/1.json", LOCK):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    bundle.copy_parts(root, tmp_path / "made")
    files = {path.relative_to(tmp_path / "made").as_posix() for path in (tmp_path / "made").rglob("*.*")}
    assert files == {"data/a.csv", "nianbao/cli.py"}


def test_all_that_a_book_and_its_setup_need_is_listed():
    assert [part for part in bundle.PARTS if not (ROOT / part).exists()] == []
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    assert {"README.md", "LICENSE"} <= set(re.findall(r'"(README\.md|LICENSE)"', text)) <= set(bundle.PARTS)


def test_systems_are_told_by_the_tags_of_their_wheels():
    assert bundle.SYSTEMS["windows"].tags == ("win_amd64",)
    assert bundle.SYSTEMS["linux-arm"].tags[0] == "manylinux_2_28_aarch64"
    assert bundle.parsed(["--system", "macos", "--python", "3.13"]).system in bundle.SYSTEMS


# -- what is to be had ---------------------------------------------------------------------------------------------
@pytest.mark.long
@pytest.mark.parametrize("python", bundle.PYTHONS)
@pytest.mark.parametrize("system", bundle.SYSTEMS)
def test_every_pin_has_a_wheel_where_the_bureau_works(system: str, python: str):
    """docs/places.md says what has none."""
    if not has_index():
        pytest.skip("没有可用的软件源")
    resolved = platforms.resolve(system, python)
    assert set(resolved.missing) <= set(bundle.FROM_SOURCE) and resolved.packages > 100
    page = (ROOT / "docs" / "places.md").read_text("utf-8")
    assert [name for name in resolved.missing if f"`{name}`" not in page] == []


@pytest.mark.long
def test_the_list_of_parts_names_every_package_of_the_lock(tmp_path):
    if not has_index():
        pytest.skip("没有可用的软件源")
    bundle.parts_list(Environment(ROOT), tmp_path / "parts.json")
    known = json.loads((tmp_path / "parts.json").read_text("utf-8"))
    pinned = re.findall(r"^([\w.-]+)==", (ROOT / LOCK).read_text("utf-8"), re.M)
    assert known["bomFormat"] == "CycloneDX" and known["metadata"]["component"]["name"] == "nianbao"
    assert {each["name"] for each in known["components"]} == set(pinned)


# -- from one machine to another ---------------------------------------------------------------------------------------
#: Has the machine speak with itself, which is all that is left to it, and becomes the command that follows.
ALONE = """\
import fcntl, os, socket, struct, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
    fcntl.ioctl(asked, 0x8914, struct.pack("16sH14x", b"lo", 1))
os.execv(sys.argv[1], sys.argv[1:])
"""


def cut_off(command: list[str]) -> list[str]:
    """The same command with no network: in a namespace of its own where the system has such, else on no index."""
    apart = ["unshare", "--net", "--map-root-user"]
    if shutil.which("unshare") and subprocess.run([*apart, "true"], capture_output=True).returncode == 0:
        return [*apart, sys.executable, "-c", ALONE, *command]
    return command


@pytest.mark.long
def test_a_bundle_becomes_a_book_where_there_is_no_network(tmp_path):
    """Made here, carried to a fresh folder, set up and built with the network cut off."""
    if not has_index():
        pytest.skip("没有可用的软件源")
    here = Environment(ROOT)
    here.python = Path(sys.executable)
    version = "{}.{}".format(*sys.version_info)
    bundle.make(here, ["--python", version, "--out", str(tmp_path / "made")])
    (archive,) = (tmp_path / "made").glob("*.zip")
    subprocess.run([sys.executable, "-m", "zipfile", "-e", archive, tmp_path / "carried"], check=True)
    (folder,) = (tmp_path / "carried").iterdir()
    shutil.rmtree(tmp_path / "made")
    write_small_book(folder)
    known = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    known |= {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}

    def carried_out(*command: str | Path) -> str:
        done = subprocess.run(
            cut_off([str(part) for part in command]), cwd=folder, env=known, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    base = Path(sys.base_prefix) / "bin" / f"python{version}"
    carried_out(base, "-m", "nianbao", "setup")
    python = folder / ".venv" / "bin" / "python"
    said = carried_out(python, "-m", "nianbao", "build", "--formats", "html,pdf")
    assert "完成" in said and list(folder.glob("_build/2025/*.pdf"))
    assert (folder / WHEELS).is_dir() and not list((folder / ".venv").rglob("SimHei*"))
