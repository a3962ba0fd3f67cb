"""The one exception an editor ever sees: what is wrong, where, and what was expected."""

import errno
import os
import re
from concurrent.futures import BrokenExecutor

SYSTEM = {errno.ENOSPC: "磁盘已满", errno.EDQUOT: "超出了磁盘配额", errno.EROFS: "磁盘或文件夹是只读的",
          errno.EACCES: "没有读写的权限", errno.EPERM: "没有读写的权限", errno.ENOENT: "找不到文件", errno.EMFILE: "打开的文件太多"}


def explained(error: OSError | MemoryError | BrokenExecutor) -> str:
    """What is wrong with the machine, in one Chinese line."""
    if isinstance(error, OSError):
        words = SYSTEM.get(error.errno) or (os.strerror(error.errno) if error.errno else str(error))
        return f"{words}：{error.filename}" if error.filename else words
    return "内存不够" if isinstance(error, MemoryError) else "一个子进程意外结束，可能是内存不够，请重新运行"


class DataError(Exception):
    """Input that cannot be used.

    Parameters: `message` in Chinese; `file`, `row` and `column` name the place (row 1 is the heading line).
    """

    def __init__(self, message, file=None, row=None, column=None):
        self.file, self.row, self.column = file, row, column
        place = "，".join(
            str(part) for part in (file, f"第{row}行" if row else None, f"“{column}”列" if column else None) if part
        )
        super().__init__(shown(f"{place}：{message}" if place else message))


def shown(text: str) -> str:
    """A text that may stand on a line of a terminal: what cannot be seen, and halves of characters, as their codes."""
    return "".join(each if each.isprintable() or each == "　" else f"<U+{ord(each):04X}>" for each in re.sub(r"\s*\n\s*", " ", text))
