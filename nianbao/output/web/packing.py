"""Text that says the same many times over, made shorter: what recurs stands once and is referred to by one character.

The characters are those for private use, which no text of the book may hold; `search.js` puts the phrases back.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

#: The first character that stands for a phrase, and how many there are.
FIRST = 0xE000
MOST = 6400
#: Between texts; no text holds it.
BETWEEN = "\n"
#: Where a text may be cut into phrases.
CUTS = re.compile(r"[ ，。；：（）、＋＝\d.,%※—+=()]+")
#: Characters of the shortest phrase, and bytes that a phrase must save.
SHORTEST = 3
SAVING = 8
#: Bytes of a character that stands for a phrase, and of the signs around a phrase in the list.
MARK = 3


def packed(value: object, phrases: Iterable[str] = ()) -> str:
    """A JSON list of two: the phrases that recur in the texts of `value`, and `value` with these replaced.

    `phrases` are known to recur, beside those found in the texts.
    """
    texts = list(texts_in(value))
    counted = Counter(phrases)
    for text in texts:
        counted.update(CUTS.split(text))
        counted.update(text.split(" "))
    whole = BETWEEN.join(texts)
    pool: list[str] = []
    for phrase in sorted(filter(None, counted), key=lambda each: (-len(each), each)):
        if len(phrase) < SHORTEST or saved(phrase, counted[phrase]) < SAVING or len(pool) == MOST:
            continue
        if saved(phrase, whole.count(phrase)) >= SAVING:
            whole = whole.replace(phrase, chr(FIRST + len(pool)))
            pool.append(phrase)
    shorter = iter(whole.split(BETWEEN))
    return dumped([pool, mapped(value, lambda _: next(shorter))])


def saved(phrase: str, times: int) -> int:
    """Bytes that a phrase saves which stands so many times."""
    size = len(phrase.encode())
    return times * (size - MARK) - size - MARK


def dumped(value: object) -> str:
    """JSON without blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def mapped(value: object, change: Callable[[str], str]) -> object:
    """A value with each of its texts changed, in the order of `texts_in`."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list | tuple):
        return [mapped(each, change) for each in value]
    if isinstance(value, dict):
        return {change(name): mapped(each, change) for name, each in value.items()}
    return value


def unpacked(text: str) -> object:
    """What was packed; the inverse of `packed`."""
    pool, value = json.loads(text)
    return mapped(value, lambda each: re.sub("[\ue000-\uf8ff]", lambda mark: pool[ord(mark[0]) - FIRST], each))


def texts_in(value: object) -> Iterator[str]:
    """All texts in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from texts_in(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts_in(each)
