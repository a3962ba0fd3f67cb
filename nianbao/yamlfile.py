"""YAML files an editor writes, read with the line of every value, so that an error can name the place.

PyYAML turns a text into nodes that know their lines; what is asked of a node is checked here. Aliases, merge keys and
tags of other programs have no place in settings and are refused: they can make a small file very large, or start code.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import yaml

from nianbao.errors import DataError

#: Bytes of a file that are still read.
LARGEST_FILE = 1 << 20
#: Characters of a value that a message repeats.
CLIP = 40
CORE = "tag:yaml.org,2002:"
#: Kinds of values that may stand in settings, by their tags, as the editor knows them.
KINDS = {
    f"{CORE}null": "空",
    f"{CORE}bool": "是非（true 或 false）",
    f"{CORE}int": "整数",
    f"{CORE}float": "小数",
    f"{CORE}str": "文字",
    f"{CORE}timestamp": "日期",
    f"{CORE}seq": "列表",
    f"{CORE}map": "“名称: 值”",
}
NOT_YAML = "不是合格的 YAML，请查这里的缩进、冒号后的空格和引号"


class Refused(yaml.MarkedYAMLError):
    """Something that YAML allows and settings do not; `problem` is the message."""


class Loader(yaml.SafeLoader):
    """PyYAML's safe loader without aliases."""

    def compose_node(self, parent, index):
        """A node; Refused for an alias."""
        if self.check_event(yaml.AliasEvent):
            raise Refused(problem="不用锚点和别名（& 和 *），请把值写全", problem_mark=self.peek_event().start_mark)
        return super().compose_node(parent, index)


class Value:
    """A value of a YAML file, which knows its place.

    Parameters: `node` of PyYAML; `file` as messages show it; `name` of the value, such as `limits.seconds`, empty for
    the whole file.
    """

    def __init__(self, node: yaml.Node, file: str, name: str = ""):
        self.node = node
        self.file = file
        self.name = name

    @property
    def line(self) -> int:
        """The line it begins in, from 1."""
        return self.node.start_mark.line + 1

    @property
    def kind(self) -> str:
        """What it is, as the editor knows it."""
        return KINDS[self.node.tag]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written there."""
        return self.node.tag == f"{CORE}null"

    def error(self, message: str) -> DataError:
        """A DataError with the place of this value."""
        return DataError(message, self.file, self.line)

    def wrong(self, expected: str) -> DataError:
        """A DataError that tells what was expected and what stands there."""
        name = f"“{self.name}”" if self.name else ""
        return self.error(f"{name}应为{expected}，现为{self._described()}")

    def _described(self) -> str:
        if not isinstance(self.node, yaml.ScalarNode) or self.is_empty:
            return self.kind
        text = self.node.value
        clipped = text if len(text) <= CLIP else f"{text[:CLIP]}…"
        return f"{self.kind} {clipped}" if text else "空的文字"

    def mapping(self, known: Collection[str] | None = None) -> dict[str, Value]:
        """The values of a mapping by name. DataError for another kind and for names that are not `known`."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.wrong("“名称: 值”的写法")
        found = {}
        for key, node in self.node.value:
            named = Value(key, self.file, "名称")
            if key.tag != f"{CORE}str":
                raise named.wrong("文字")
            if known is not None and key.value not in known:
                raise named.error(f"没有名为“{key.value[:CLIP]}”的设置，可用：{'、'.join(known)}")
            found[key.value] = Value(node, self.file, f"{self.name}.{key.value}" if self.name else key.value)
        return found

    def items(self) -> list[Value]:
        """The values of a list; DataError for another kind."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.wrong("列表（每项前有“- ”）")
        return [Value(node, self.file, f"{self.name}第{at}项") for at, node in enumerate(self.node.value, 1)]

    def text(self, empty: bool = False) -> str:
        """A text of one line; DataError for anything else, and for no text unless it may be `empty`."""
        if self.node.tag != f"{CORE}str":
            raise self.wrong("文字（数字和日期请加引号）")
        text = self.node.value
        if not text.strip() and not empty:
            raise self.wrong("文字")
        if not all(each.isprintable() or each == "　" for each in text):
            raise self.error(f"“{self.name}”应为一行文字，不含换行和看不见的字符")
        return text

    def chosen(self, choices: Collection[str]) -> str:
        """One of some words; DataError for anything else."""
        if self.node.tag != f"{CORE}str" or self.node.value not in choices:
            raise self.wrong(f" {'、'.join(choices)} 之一")
        return self.node.value

    def whole(self, least: int, most: int) -> int:
        """A whole number between two bounds; DataError for anything else."""
        number = self.plain() if self.node.tag == f"{CORE}int" else None
        if number is None or not least <= number <= most:
            raise self.wrong(f" {least} 到 {most} 的整数")
        return number

    def flag(self) -> bool:
        """True or false; DataError for anything else."""
        if self.node.tag != f"{CORE}bool":
            raise self.wrong("true 或 false")
        return self.plain()

    def scalar(self) -> str | int | float | bool:
        """A text, a number, true or false; DataError for anything else."""
        if self.node.tag == f"{CORE}str":
            return self.text(empty=True)
        if self.node.tag in {f"{CORE}int", f"{CORE}float", f"{CORE}bool"}:
            return self.plain()
        raise self.wrong("文字、数字、true 或 false")

    def plain(self) -> Any:
        """It and all in it as Python values; DataError where a text is no value of its kind, such as a 13th month."""
        loader = Loader("")
        try:
            return loader.construct_document(self.node)
        except (yaml.YAMLError, ValueError, OverflowError) as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else self.line
            raise DataError(f"“{self.name}”读不出，应为{self.kind}", self.file, line) from None
        finally:
            loader.dispose()


def read(path: Path, label: str) -> Value:
    """The value a YAML file holds: a mapping. DataError, with the line where there is one, for anything else.

    `label` is the file's name in messages.
    """
    text = decoded(path, label)
    loader = Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise DataError("文件是空的，应有“名称: 值”", label)
        check(node, label)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        words = error.problem if isinstance(error, Refused) else NOT_YAML
        raise DataError(words, label, mark.line + 1 if mark else None) from None
    except RecursionError:
        raise DataError("层次太多，应不超过几层", label) from None
    finally:
        loader.dispose()
    value = Value(node, label)
    value.mapping()
    return value


def decoded(path: Path, label: str) -> str:
    """The text of a file; DataError where there is none, for other encodings and for characters that YAML refuses."""
    if not path.exists():
        raise DataError("缺少此文件", label)
    if not path.is_file() or path.stat().st_size > LARGEST_FILE:
        raise DataError(f"应是普通的文件，不超过{LARGEST_FILE >> 20}兆字节", label)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise DataError("文件编码不是 UTF-8，请另存为 UTF-8", label, line) from None
    odd = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if odd:
        line = text.count("\n", 0, odd.start()) + 1
        raise DataError(f"有看不见的字符（U+{ord(odd[0]):04X}），请删去或另存为 UTF-8", label, line)
    return text


def check(node: yaml.Node, label: str) -> None:
    """DataError where a value, or one in it, has a tag of its own, or a name stands twice."""
    if node.tag not in KINDS:
        shown = node.tag.removeprefix(CORE)
        raise DataError(f"不用“{shown}”这样的标签，请直接写值", label, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        for each in node.value:
            check(each, label)
    if isinstance(node, yaml.MappingNode):
        names: set[str] = set()
        for key, value in node.value:
            check(key, label)
            check(value, label)
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise DataError("名称应为文字", label, line)
            if key.value in names:
                raise DataError(f"“{key.value[:CLIP]}”写了两次", label, line)
            names.add(key.value)
