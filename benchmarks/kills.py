"""Sixty kills (SIGKILL) at random moments of a build of the whole book.

    .venv/bin/python benchmarks/kills.py [--kills 60] [--seed 1] [--formats html]

Works in a copy of the project. Before each build one figure is corrected, so that there is work to do. After each kill
the published edition must be the last complete one, byte by byte, and verify; no process may be left soon after;
every tenth kill is followed by a build that must end right and show the newest figure, and so is the last one.
"""

import argparse
import hashlib
import random
import signal
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

from increment import FIGURES, correct, prove
from programs import programs


def tree(folder: Path) -> str:
    """Hash of all files of a folder."""
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        whole.update(path.relative_to(folder).as_posix().encode() + (path.read_bytes() if path.is_file() else b""))
    return whole.hexdigest()


def living(word: str) -> list[str]:
    """Processes that carry a word in their environment."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if word.encode() in path.read_bytes():
                found.append(path.parent.joinpath("cmdline").read_text().replace("\0", " ")[:80])
        except OSError:
            continue
    return found


def main() -> None:
    """All kills; AssertionError at the first thing that is wrong."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--kills", type=int, default=60)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--formats", default="html")
    args = options.parse_args()
    choose, word = random.Random(args.seed), uuid.uuid4().hex
    chapter, code = FIGURES["unemployment"]
    with tempfile.TemporaryDirectory() as folder:
        version = programs(Path(folder))[0]
        root = version.root
        env = version.environment | {"BENCHMARK": word}

        def start(*command: str) -> subprocess.Popen:
            return subprocess.Popen(
                version.command(*command),
                cwd=root,
                env=env,
                start_new_session=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

        target = root / "_build" / "2025"
        path = version.observations(2025) / "unemployment.csv"
        build = ("build", "--formats", args.formats)
        assert start(*build).wait() == 0
        correct(path, code)
        begin = time.monotonic()
        assert start(*build).wait() == 0
        length, good, killed, finished = time.monotonic() - begin, tree(target), 0, 0
        while killed < args.kills:
            old, new = correct(path, code)
            fresh = choose.random() < 0.2
            begin = time.monotonic()
            process = start(*build, *(["--fresh"] if fresh else []))
            try:
                outcome = process.wait(choose.uniform(0.05, length * (3 if fresh else 1.05)))
                assert outcome == 0, outcome
                finished, good = finished + 1, tree(target)  # it was quicker than the kill: a new edition
                length = length if fresh else time.monotonic() - begin
                continue
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
            killed += 1
            end = time.monotonic() + 15
            while (left := living(word)) and time.monotonic() < end:
                time.sleep(0.05)
            assert not left, left
            now = tree(target)
            if now != good:  # killed after the swap: the new edition, whole
                prove(target, chapter, code, old, new)
                good = now
            assert start("verify").wait() == 0
            print(f"{killed} killed, edition complete", flush=True)
            if killed % 10 == 0 or killed == args.kills:
                assert start(*build).wait() == 0
                prove(target, chapter, code, old, new)
                good = tree(target)
        print(
            f"{killed} kills, {finished} builds that were quicker; no process left, every edition complete and verified"
        )


if __name__ == "__main__":
    main()
