"""The one exception an editor ever sees: what is wrong, where, and what was expected."""

from __future__ import annotations

import errno
import multiprocessing
import os
import re
import sys
from concurrent.futures import BrokenExecutor

#: What the system says, in the editor's words.
SYSTEM = {
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "超出了磁盘配额",
    errno.EROFS: "磁盘或文件夹是只读的",
    errno.EACCES: "没有读写的权限",
    errno.EPERM: "没有读写的权限",
    errno.ENOENT: "找不到文件",
    errno.EMFILE: "打开的文件太多",
    errno.EEXIST: "同名的文件或文件夹已经在那里",
    errno.EISDIR: "应为文件，现为文件夹",
    errno.ENOTDIR: "路径中的一段应为文件夹，现为文件",
    errno.EFBIG: "文件超出了系统允许的大小",
    errno.ENAMETOOLONG: "文件名太长",
    errno.ELOOP: "链接绕成了圈",
    errno.EIO: "磁盘读写出错",
}


#: What else may have ended a process that a script has started.
UNGUARDED = '；也可能是脚本没有把要做的事放在 if __name__ == "__main__": 之下，多进程时子进程会把脚本从头再运行一遍'


class DataError(Exception):
    """Input that cannot be used.

    Parameters: `message` in Chinese; `file`, `row` and `column` name the place (row 1 is the first line of the file).
    """

    def __init__(self, message: object, file: object = None, row: int | None = None, column: str | None = None):
        self.file = file
        self.row = row
        self.column = column
        parts = []
        if file:
            parts.append(str(file))
        if row:
            parts.append(f"第{row}行")
        if column:
            parts.append(f"“{column}”列")
        place = "，".join(parts)
        super().__init__(shown(f"{place}：{message}" if place else str(message)))

    def _render_traceback_(self) -> list[str]:
        """What Jupyter shows of it: what is wrong, and not the way through the program."""
        return [f"错误：{self}"]


class ChildEnded(BrokenExecutor):
    """A process that worked for this one ended before it had answered; the message is its last words, if any."""


def explained(error: OSError | MemoryError | BrokenExecutor) -> str:
    """What is wrong with the machine, in one Chinese line."""
    if isinstance(error, MemoryError):
        return "内存不够"
    if isinstance(error, BrokenExecutor):
        words = shown(str(error)) if isinstance(error, ChildEnded) else ""
        said = f"（{words}）" if words else ""
        return f"一个子进程意外结束，可能是内存不够，请重新运行{said}{UNGUARDED if in_script() else ''}"
    words = str(error)
    if error.errno:
        words = SYSTEM.get(error.errno) or os.strerror(error.errno)
    return f"{words}：{error.filename}" if error.filename else words


def in_script() -> bool:
    """Whether a script of somebody's own is running, not a command, a notebook or a console."""
    main = sys.modules.get("__main__")
    file = getattr(main, "__file__", None) or ""  # that of a command has no such end
    return file.endswith(".py") and getattr(main, "__spec__", None) is None


def refuse_second_run() -> None:
    """DataError in a process that only imports the script which started it, and so would do everything once more.

    Python starts such processes (spawn) where a script uses several, and expects the guard of the main module.
    """
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        raise DataError(
            '脚本没有把要做的事放在 if __name__ == "__main__": 之下，子进程把它从头又运行了一遍；请加上这一行再运行'
        )


def shown(text: str) -> str:
    """A text that may stand on a line of a terminal: what cannot be seen, and halves of characters, as their codes."""
    line = re.sub(r"\s*\n\s*", " ", text)
    return "".join(each if each.isprintable() or each == "　" else f"<U+{ord(each):04X}>" for each in line)
