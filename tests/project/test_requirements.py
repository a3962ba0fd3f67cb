"""What the program is made with: versions are locked with their hashes, ranges hold them, nothing is for tests only."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

import licences
import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from nianbao.build.environment import DEV_LOCK, LOCK
from tests.support.projects import ROOT

LOCKS = {"requirements.txt": "requirements.lock", "requirements-dev.txt": "requirements-dev.lock"}
#: Requirements that no module of the program imports, and why a book needs them all the same.
NOT_IMPORTED = {
    "myst-nb": "_config.yml and nianbao/build/sphinx.py name it: Jupyter Book's way from notebooks to pages",
    "mplfonts": "nianbao/charts/style.py and nianbao/output/print/typst.py take its font files",
}
#: What an environment says of itself; the program runs on all of these.
ENVIRONMENTS = [
    {
        "python_version": python,
        "python_full_version": f"{python}.{release}",
        "sys_platform": system,
        "platform_system": {"linux": "Linux", "win32": "Windows", "darwin": "Darwin"}[system],
        "os_name": "nt" if system == "win32" else "posix",
        "platform_machine": "x86_64",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    for python, release in (("3.11", 2), ("3.11", 9), ("3.12", 4), ("3.13", 1), ("3.14", 0))
    for system in ("linux", "win32", "darwin")
]


def plain(name: str) -> str:
    """A package name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


@dataclass(frozen=True)
class Locked:
    """A version of a package in a lock: where it is installed, and the hashes of its files."""

    name: str
    version: str
    marker: Marker | None
    hashes: frozenset[str]
    direct: bool

    def is_for(self, environment: dict[str, str]) -> bool:
        """Whether it is installed there."""
        return self.marker is None or self.marker.evaluate(environment)


def locked(name: str) -> list[Locked]:
    """The entries of a lock."""
    source = next(source for source, lock in LOCKS.items() if lock == name)
    found = []
    for entry in re.split(r"^(?=[\w.-]+==)", (ROOT / name).read_text("utf-8"), flags=re.M)[1:]:
        head = re.match(r"([\w.-]+)==([^\s;\\]+)(?: ; (.+?))? *\\$", entry, re.M)
        assert head, entry[:100]
        hashes = frozenset(re.findall(r"--hash=sha256:([0-9a-f]{64})\b", entry))
        marker = Marker(head[3]) if head[3] else None
        found.append(Locked(plain(head[1]), head[2], marker, hashes, f"-r {source}\n" in entry))
    return found


def pins(name: str) -> dict[str, str]:
    """The packages of a list, each with its one version."""
    lines = [line.partition("#")[0].strip() for line in (ROOT / name).read_text("utf-8").splitlines()]
    found = [line.split("==") for line in lines if line]
    assert all(len(parts) == 2 for parts in found), name
    assert len({plain(package) for package, _ in found}) == len(found), f"{name}: a package twice"
    return {plain(package): version for package, version in found}


@pytest.mark.parametrize("source", LOCKS)
def test_a_lock_agrees_with_its_requirements(source: str):
    known = locked(LOCKS[source])
    wanted = pins(source)
    assert {(each.name, each.version) for each in known if each.direct} == set(wanted.items())
    assert {(each.name, each.version) for each in known if each.name in wanted} == set(wanted.items())
    assert len(known) > 50 and all(each.hashes for each in known)
    text = (ROOT / LOCKS[source]).read_text("utf-8")
    assert not re.search(r"https?://|file:|index-url|find-links|trusted-host", text)
    assert LOCKS[source] in {LOCK, DEV_LOCK}


@pytest.mark.parametrize(
    "environment", ENVIRONMENTS, ids=lambda one: f"{one['python_full_version']}-{one['sys_platform']}"
)
def test_no_environment_gets_a_package_twice_or_in_two_versions(environment: dict[str, str]):
    """Where a lock holds two versions of a package, each is for other environments; both locks say the same."""
    versions: dict[str, set[tuple[str, frozenset[str]]]] = {}
    for name in LOCKS.values():
        here = [each for each in locked(name) if each.is_for(environment)]
        assert [package for package, times in Counter(each.name for each in here).items() if times > 1] == [], name
        for each in here:
            versions.setdefault(each.name, set()).add((each.version, each.hashes))
    assert len(versions) > 150
    assert {package: found for package, found in versions.items() if len(found) > 1} == {}


def test_no_package_stands_in_two_lists():
    lists = {name: set(pins(name)) for name in (*LOCKS, "requirements-cluster.txt", "requirements-fuzz.txt")}
    counts = Counter(package for packages in lists.values() for package in packages)
    assert [package for package, times in counts.items() if times > 1] == []


def test_the_ranges_of_the_wheel_hold_what_is_locked():
    """A wheel asks for the packages of requirements.txt, from the version the tests ran with."""
    about = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extra = about["optional-dependencies"]
    for wanted, listed in ((about["dependencies"], "requirements.txt"), (extra["cluster"], "requirements-cluster.txt")):
        ranges = [Requirement(text) for text in wanted]
        known = pins(listed)
        assert sorted(plain(each.name) for each in ranges) == sorted(known)
        for each in ranges:
            assert each.specifier.contains(known[plain(each.name)]), f"{each}: {listed} says {known[plain(each.name)]}"
            assert f">={known[plain(each.name)]}" in str(each.specifier), f"{each}: an older version was not tried"
    assert all(SpecifierSet(about["requires-python"]).contains(one["python_full_version"]) for one in ENVIRONMENTS)


def imported(folder: Path) -> set[str]:
    """The top-level modules that the code below a folder imports, anywhere in it, or names in full."""
    found: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            found |= set(modules(node))
    return found


def modules(node: ast.AST) -> Iterator[str]:
    """The top-level modules of an import."""
    if isinstance(node, ast.Import):
        yield from (each.name.partition(".")[0] for each in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module.partition(".")[0]


@cache
def owners() -> dict[str, set[str]]:
    """The packages that each installed top-level module comes from."""
    return {module: set(map(plain, names)) for module, names in packages_distributions().items()}


def modules_of(package: str) -> set[str]:
    """The top-level modules of an installed package."""
    return {module for module, names in owners().items() if package in names}


@pytest.mark.long
def test_every_requirement_of_a_book_is_used_by_the_program():
    used = imported(ROOT / "nianbao")
    assert len(used) > 20
    unused = {package for package in pins("requirements.txt") if not modules_of(package) & used}
    assert unused == set(NOT_IMPORTED), "what only tests need belongs into requirements-dev.txt"
    for package in pins("requirements.txt"):
        names = [name for name in modules_of(package) if name.isidentifier()]
        assert names and all(find_spec(name) for name in names), f"{package} cannot be imported"


@pytest.mark.long
def test_the_program_does_without_what_tests_need():
    """Nothing that the program imports comes with requirements-dev.txt only."""
    of_book = {each.name for each in locked("requirements.lock")}
    for_tests = {each.name for each in locked("requirements-dev.lock")} - of_book
    assert len(for_tests) > 20
    theirs = {module for package in for_tests for module in modules_of(package)}
    shared = {module for package in of_book for module in modules_of(package)}
    assert imported(ROOT / "nianbao") & (theirs - shared) == set()


def test_the_licence_list_is_up_to_date():
    assert (ROOT / "docs" / "licences.md").read_text("utf-8") == licences.page(), "run make docs"
