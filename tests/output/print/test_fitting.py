"""Distances of lines: chapters whose last page is nearly empty are set closer where that saves the page."""

from __future__ import annotations

from collections.abc import Mapping

from nianbao.output.print.fitting import CLOSER, HEIGHT, LOOSE, RUNT, TOP, WIDER, End, leadings, pages


def typesetter(lengths: Mapping[str, float], asked: list):
    """Answers like a typesetter whose chapters are so many pages long at the normal distance of lines."""

    def ask(distances):
        asked.append(dict(distances))
        ends = {}
        last = 2
        for name, length in lengths.items():
            long = length * distances[name] / LOOSE
            whole = int(long)
            last += whole + 1
            ends[name] = End(last, TOP + (long - whole) * HEIGHT)
        return ends

    return ask


def test_a_chapter_is_set_no_closer_than_it_must():
    chosen = leadings(["甲", "乙", "丙"], typesetter({"甲": 5.6, "乙": 5.1, "丙": 4.25}, []))
    assert chosen == {"甲": LOOSE, "乙": CLOSER[0], "丙": CLOSER[1]}


def test_where_it_saves_no_page_the_lines_stay_and_a_runt_gets_company():
    chosen = leadings(["短", "少"], typesetter({"短": 0.1, "少": 1.3}, []))
    assert chosen == {"短": LOOSE, "少": LOOSE}
    stubborn = {"甲": End(3, TOP + RUNT / 2 * HEIGHT)}
    assert leadings(["甲"], lambda distances: stubborn) == {"甲": WIDER}


def test_the_typesetter_is_asked_only_as_often_as_needed():
    asked: list = []
    leadings(["甲"], typesetter({"甲": 2.7}, asked))
    assert len(asked) == 1


def test_pages_are_counted_from_the_end_of_the_chapter_before():
    assert pages({"甲": End(4, 0), "乙": End(9, 0)}) == {"甲": 4, "乙": 5}
