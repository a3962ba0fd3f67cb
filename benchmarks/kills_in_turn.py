"""Sixty kills (SIGKILL) of a build, an intake and a site, in turn, at random moments; the small book of the tests.

    .venv/bin/python benchmarks/kills_in_turn.py [--kills 60] [--seed 1]

A turn reads corrected figures of three tables in (every second turn takes them back instead), builds, and gathers the
site; each of the three is killed before it is done, and then run to its end. After each kill no process may be left
soon, and after the next run:

- intake: all of the figures are new or none, no other row changed; what is taken back is byte by byte what was there;
- build: the published edition is the last complete one byte by byte, or the new one, and verifies;
- site: the same of the site, and no version that it kept is lost;
- nothing stands in the folder for temporary files, nor beside data, journal, editions and site, that was not there
  after runs that nobody killed.

What was found is printed kill by kill; the last line counts. An AssertionError names the first thing that is wrong.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from kills import living, tree

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # the small book is one of the tests'

from nianbao.output import manifest
from tests.support.projects import ROOT, YEAR, Project, environment
from tests.support.small_book import FIGURE, small_book

#: Figures that are corrected together: they stand in three tables. The first one is printed by the book.
CORRECTED = ("unemployment.insured", "injury.insured", "pension.enterprise.insured")
WHOLE = "640000"
PAGE = Path("html", "notebooks", "01-work.html")
#: Seconds that a process may live on after the one that started it was killed.
SOON = 15
#: How many of the kills of an intake wait until it lays aside what it will write: that takes no time beside the rest.
AIMED = 0.6
#: Seconds after that moment, at most.
AFTERWARDS = 0.03
#: A run is killed within this part of the time that one takes which nobody kills.
PART = 1.02

Key = tuple[str, str, str]


@dataclass
class Told:
    """What came of the kills of one command: `lengths` are seconds of whole runs, `quicker` those the kill missed."""

    kills: int = 0
    quicker: int = 0
    kept_old: int = 0
    lengths: list[float] = field(default_factory=list)


class Place:
    """A copy of the small book in `folder`, with folders of its own for temporary files and for what commands say."""

    def __init__(self, folder: Path, seed: int):
        self.project: Project = small_book(folder / "project")
        self.root = self.project.root
        shutil.rmtree(self.root / "nianbao")  # of the very files of the repository, which somebody may be working on
        shutil.copytree(ROOT / "nianbao", self.root / "nianbao", ignore=shutil.ignore_patterns("__pycache__"))
        subprocess.run([sys.executable, "-m", "compileall", "-q", "nianbao"], cwd=self.root, check=True)
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        self.word = uuid.uuid4().hex
        self.choose = random.Random(seed)
        self.environment = environment(self.root) | {"BENCHMARK": self.word, "TMPDIR": str(self.temporary)}
        self.said = folder / "said.txt"

    # -- running ---------------------------------------------------------------------------------------------------
    def start(self, *args: str) -> subprocess.Popen:
        """Start `nianbao`; what it says goes to a file."""
        with self.said.open("wb") as said:
            return subprocess.Popen(
                [sys.executable, "-m", "nianbao.cli", *args],
                cwd=self.root,
                env=self.environment,
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )

    def run(self, *args: str) -> float:
        """Run `nianbao` to its end, which must be good; seconds."""
        begin = time.monotonic()
        code = self.start(*args).wait()
        assert code == 0, (args, code, self.said.read_text("utf-8", errors="replace")[-2000:])
        return time.monotonic() - begin

    def look(self) -> None:
        """Any command on the data, which first does what was begun: one that writes nothing itself."""
        self.run("diff", str(YEAR - 1), str(YEAR))

    def kill(self, seconds: float, *args: str, aimed: bool = False) -> bool:
        """Run `nianbao` and kill it after some seconds, or soon after an intake writes; False where it was quicker."""
        process = self.start(*args)
        end = time.monotonic() + seconds
        if aimed:
            journal = self.root / "_intake"
            names = [journal / ".unfinished", journal / "unfinished"]
            while process.poll() is None and not any(name.exists() for name in names):
                time.sleep(0.0005)
            end = time.monotonic() + self.choose.uniform(0, AFTERWARDS)
        while process.poll() is None and time.monotonic() < end:
            time.sleep(0.0005)
        if process.poll() is not None:
            said = self.said.read_text("utf-8", errors="replace")[-2000:]
            assert process.returncode == 0, (args, process.returncode, said)
            return False
        process.kill()
        process.wait()
        end = time.monotonic() + SOON
        while (left := living(self.word)) and time.monotonic() < end:
            time.sleep(0.05)
        assert not left, left
        return True

    # -- what stands there -----------------------------------------------------------------------------------------
    @property
    def data(self) -> Path:
        """The data folder."""
        return self.root / "data"

    @property
    def site(self) -> Path:
        """The gathered site."""
        return self.root / "_build" / "site"

    def rows(self) -> dict[Key, dict[str, str]]:
        """The rows of all observations of the year, by file, indicator and item."""
        found = {}
        for path in sorted(self.project.observations.rglob("*.csv")):
            with path.open(encoding="utf-8-sig", newline="") as stream:
                for row in csv.DictReader(stream):
                    found[path.name, row["indicator"], row["item"]] = row
        return found

    def values(self) -> dict[str, str]:
        """The corrected figures as the data have them."""
        rows = self.rows()
        return {key[1]: row["value"] for key, row in rows.items() if key[1] in CORRECTED and key[2] == WHOLE}

    def strangers(self) -> set[str]:
        """Whatever stands beside what is published, kept or read in, and all in the folder for temporary files."""
        places = [self.root, self.root / "_build", self.root / "_intake"]
        found = [path for place in places for path in place.glob("*")]
        found += [path for place in (self.data, self.root / "_build") for path in place.rglob(".*")]
        found += [*self.root.glob("_intake/*/*/after"), *self.root.glob("_intake/*/.*")]
        names = {path.relative_to(self.root).as_posix() for path in found}
        return names | {f"temporary: {path.name}" for path in self.temporary.iterdir()}


# -- the three commands ------------------------------------------------------------------------------------------------
class Turns:
    """What is done in turn in a place, and what is known of it."""

    def __init__(self, place: Place):
        self.place = place
        self.told = {"build": Told(), "intake": Told(), "site": Told()}
        self.count = 0
        #: Data before each intake that stands.
        self.before: list[str] = []
        self.known: set[str] = set()

    def begin(self) -> None:
        """Each command once, killed by nobody: what it leaves, and the seconds it takes."""
        place = self.place
        for _ in range(2):  # the second build is one with a correction, as all others are
            self.before.append(tree(place.data))
            self.told["intake"].lengths = [place.run("intake", self.correction(), "--year", str(YEAR))]
            self.told["build"].lengths = [place.run("build", "--formats", "html")]
            self.told["site"].lengths = [place.run("site")]
        place.run("intake", "--undo", "--year", str(YEAR))
        assert tree(place.data) == self.before.pop(), "an intake was not taken back"
        self.known = place.strangers()

    def take(self, kills: int) -> None:
        """So many kills; AssertionError at the first thing that is wrong."""
        steps = (self.intake, self.build, self.gather)
        for number in range(kills):
            steps[number % len(steps)]()

    def correction(self) -> str:
        """A file that corrects the last digit of each figure; its name."""
        self.count += 1
        name = f"更正{self.count}.csv"
        lines = ["indicator,item,value"]
        for code, value in self.place.values().items():
            lines.append(f"{code},{WHOLE},{value[:-1]}{(int(value[-1]) + 1) % 10}")
        (self.place.root.parent / name).write_text("\n".join([*lines, ""]), "utf-8")
        return f"../{name}"

    def settle(self, what: str, words: str) -> None:
        """After a kill and the next run: nothing is left that was not there after runs that nobody killed."""
        left = self.place.strangers() - self.known
        assert not left, (what, sorted(left))
        print(f"{what}: {words}", flush=True)

    def moment(self, what: str, times: float = PART) -> float:
        """When a run is killed, in seconds after its start."""
        return self.place.choose.uniform(0.05, max(self.told[what].lengths[-2:]) * times)

    def intake(self) -> None:
        """Read corrected figures in, or take the last ones back: killed, then done."""
        if len(self.before) > 1 and self.told["intake"].kills % 2:
            self.take_back()
        else:
            self.read_in()

    def read_in(self) -> None:
        """Read corrected figures in; killed, then read in again."""
        place, told = self.place, self.told["intake"]
        command = ("intake", self.correction(), "--year", str(YEAR))
        wanted = dict(line.split(f",{WHOLE},") for line in self.lines(command[1]))
        before, was, content = place.rows(), place.values(), tree(place.data)
        self.before.append(content)
        if not place.kill(self.moment("intake"), *command, aimed=place.choose.random() < AIMED):
            told.quicker += 1
            return self.read_in()
        told.kills += 1
        place.look()
        now = place.values()
        assert now in (was, wanted), ("half of an intake", was, now, wanted)
        told.kept_old += now == was
        assert now != was or tree(place.data) == content, "data changed by an intake that did nothing"
        told.lengths.append(place.run(*command))
        assert place.values() == wanted, (place.values(), wanted)
        after = place.rows()
        other = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
        assert len(other) == len(CORRECTED) and {key[1] for key in other} == set(CORRECTED), other
        self.settle("intake", "read in after the kill" if now == was else "done in spite of the kill")

    def lines(self, name: str) -> list[str]:
        """The rows of a file of corrections."""
        return (self.place.root / name).read_text("utf-8").splitlines()[1:]

    def take_back(self) -> None:
        """Take the last intake back; killed, then taken back if it was not."""
        place, told = self.place, self.told["intake"]
        content, earlier = tree(place.data), self.before.pop()
        if not place.kill(
            self.moment("intake"), "intake", "--undo", "--year", str(YEAR), aimed=place.choose.random() < AIMED
        ):
            told.quicker += 1
            assert tree(place.data) == earlier, "not as it was before"
            return self.intake()
        told.kills += 1
        place.look()
        now = tree(place.data)
        assert now in (content, earlier), "half of an undoing"
        told.kept_old += now == content
        if now == content:
            place.run("intake", "--undo", "--year", str(YEAR))
        assert tree(place.data) == earlier, "not as it was before"
        self.settle("intake", "taken back after the kill" if now == content else "taken back in spite of the kill")

    def build(self) -> None:
        """Build what was read in; killed, then built."""
        place, told, target = self.place, self.told["build"], self.place.project.target
        good = tree(target)
        fresh = place.choose.random() < 0.2
        command = ("build", "--formats", "html", *(["--fresh"] if fresh else []))
        if not place.kill(self.moment("build", 2 if fresh else PART), *command):
            told.quicker += 1
            self.prove()
            self.read_in_whole()
            return self.build()
        told.kills += 1
        is_old = tree(target) == good
        told.kept_old += is_old
        if not is_old:
            self.prove()
        assert manifest.verify(target)[1] == [], manifest.verify(target)[1]
        told.lengths.append(place.run("build", "--formats", "html"))
        self.prove()
        self.settle("build", "the last edition stood" if is_old else "the new edition stood")

    def read_in_whole(self) -> None:
        """Read corrected figures in, killed by nobody: something to build."""
        self.before.append(tree(self.place.data))
        self.place.run("intake", self.correction(), "--year", str(YEAR))

    def prove(self) -> None:
        """The edition shows what the data say, and is as its manifest says."""
        target, value = self.place.project.target, self.place.values()[CORRECTED[0]]
        shown = set(re.findall(rf'value="([\d.]+)" data-q="{FIGURE}"', (target / PAGE).read_text("utf-8")))
        assert shown == {value}, (shown, value)
        assert manifest.verify(target)[1] == []

    def versions(self) -> set[str]:
        """The versions that the site has kept."""
        return {path.name for path in self.place.site.glob(f"{YEAR}-*") if path.is_dir()}

    def gather(self) -> None:
        """Gather the site; killed, then gathered."""
        place, told = self.place, self.told["site"]
        good, kept = tree(place.site), self.versions()
        if not place.kill(self.moment("site"), "site"):
            told.quicker += 1
            self.read_in_whole()
            place.run("build", "--formats", "html")
            return self.gather()
        told.kills += 1
        is_old = tree(place.site) == good
        told.kept_old += is_old
        assert manifest.verify(place.site)[1] == [] and kept <= self.versions()
        told.lengths.append(place.run("site"))
        assert manifest.verify(place.site)[1] == [] and kept <= self.versions()
        value = place.values()[CORRECTED[0]]
        page = (place.site / str(YEAR) / PAGE.relative_to("html")).read_text("utf-8")
        assert set(re.findall(rf'value="([\d.]+)" data-q="{FIGURE}"', page)) == {value}, value
        self.settle("site", "the last site stood" if is_old else "the new site stood")


def main() -> None:
    """All kills; AssertionError at the first thing that is wrong."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--kills", type=int, default=60)
    options.add_argument("--seed", type=int, default=1)
    args = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        turns = Turns(Place(Path(folder), args.seed))
        turns.begin()
        begin = time.monotonic()
        turns.take(args.kills)
        for name, told in turns.told.items():
            seconds = f"{min(told.lengths):.1f} to {max(told.lengths):.1f} s" if told.lengths else ""
            print(f"{name}: {told.kills} kills, {told.kept_old} before it was done; a whole run takes {seconds}")
        kills = sum(told.kills for told in turns.told.values())
        quicker = sum(told.quicker for told in turns.told.values())
        minutes = (time.monotonic() - begin) / 60
        load = f"load {os.getloadavg()[0]:.1f}"
        print(
            f"{kills} kills, {quicker} runs that were quicker, {minutes:.0f} min, {load}: nothing lost, no process and "
            "no temporary folder left after the next run"
        )


if __name__ == "__main__":
    main()
