"""What is written must not be what is read, nor two things the same file: asked before anything is written."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from nianbao.data.csvfiles import display_path
from nianbao.errors import DataError


def check_apart(outputs: Sequence[Path | None], inputs: Sequence[Path] = (), folders: Sequence[Path] = ()) -> None:
    """DataError for an output that is a file which is read, that is another output, or that lies in one of `folders`.

    outputs: files or folders to be written, None for those that are not wanted. inputs: files that are read. Links and
    hard links are seen through.
    """
    wanted = [path for path in outputs if path is not None]
    for at, path in enumerate(wanted):
        if any(is_same(path, each) for each in inputs):
            raise DataError("这是要读的文件，写到这里会把它盖掉，请换一个名称", display_path(path))
        if any(is_same(path, each) for each in wanted[:at]):
            raise DataError("两样东西要写到同一个文件，后一样会把前一样盖掉，请各写一个名称", display_path(path))
        if any(is_within(path, each) for each in folders):
            raise DataError("这里放的是数据或书稿，不能写到这里，请换一个文件夹", display_path(path))


def is_same(path: Path, other: Path) -> bool:
    """Whether two paths are of one file, which need not be there yet."""
    if os.path.exists(path) and os.path.exists(other):
        return os.path.samefile(path, other)
    return whole(path) == whole(other)


def is_within(path: Path, folder: Path) -> bool:
    """Whether a path is a folder or lies in it."""
    return whole(path).is_relative_to(whole(folder))


def whole(path: Path) -> Path:
    """A path from the root on, without links, in small letters where the system does not tell these from others."""
    return Path(os.path.normcase(os.path.realpath(path)))
