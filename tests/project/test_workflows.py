"""The workflows that ship with the project and with the repository of another province: what they run is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml

from nianbao.build.province import STARTER
from nianbao.build.targets import TARGETS
from nianbao.cli import parser
from tests.support.projects import ROOT

WORKFLOWS = sorted([*ROOT.glob(".github/workflows/*.yml"), *STARTER.glob("github/workflows/*.yml")])


def steps(path: Path) -> list[str]:
    """What a workflow has a shell run."""
    jobs = yaml.safe_load(path.read_text("utf-8"))["jobs"].values()
    return [step["run"] for job in jobs for step in job["steps"] if "run" in step]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_what_a_workflow_asks_of_the_program_is_there(path: Path):
    assert steps(path)
    for line in steps(path):
        for call in re.findall(r"python -m nianbao (.*)", line):
            words = shlex.split(call)
            if words[0] not in TARGETS:
                parser().parse_args(words)


def test_windows_macos_and_arm_are_asked_and_so_are_all_pythons():
    known = yaml.safe_load((ROOT / ".github" / "workflows" / "elsewhere.yml").read_text("utf-8"))
    matrix = known["jobs"]["tests"]["strategy"]["matrix"]
    assert {name.split("-")[0] for name in matrix["os"]} == {"windows", "macos", "ubuntu"}
    assert any(name.endswith("-arm") for name in matrix["os"])
    assert {*matrix["python"], *(each["python"] for each in matrix["include"])} == {"3.11", "3.12", "3.13", "3.14"}


@pytest.mark.parametrize("path", [path for path in WORKFLOWS if path.name in {"elsewhere.yml", "check.yml"}])
def test_known_vulnerabilities_are_asked_for(path: Path):
    assert any("audit" in line for line in steps(path))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_read_and_no_more_than_it_needs(path: Path):
    allowed = yaml.safe_load(path.read_text("utf-8"))["permissions"]
    assert allowed["contents"] == "read" and ("write" not in allowed.values() or path.name == "pages.yml")
