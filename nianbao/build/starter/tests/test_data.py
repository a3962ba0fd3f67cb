"""The data of this report can be read, and every year adds up. The program has tests of its own."""

from __future__ import annotations

import unittest
from pathlib import Path

from nianbao.audit.audit import of_edition
from nianbao.data.dataset import Dataset

DATA = Path(__file__).resolve().parent.parent / "data"


class TheData(unittest.TestCase):
    """What `nianbao check` says of each edition."""

    def test_every_year_adds_up(self):
        for year in Dataset(DATA, lazy=True).editions:
            with self.subTest(year=year):
                findings = of_edition(DATA, year).findings
                self.assertEqual([each.check for each in findings if each.status == "fails"], [])

    def test_every_chapter_of_the_contents_is_there(self):
        root = DATA.parent
        listed = [
            line.split("file:")[1].strip()
            for line in (root / "_toc.yml").read_text("utf-8").splitlines()
            if "file:" in line
        ]
        self.assertGreater(len(listed), 3)
        for name in listed:
            with self.subTest(page=name):
                self.assertTrue((root / f"{name}.ipynb").exists() or (root / f"{name}.md").exists())


if __name__ == "__main__":
    unittest.main()
