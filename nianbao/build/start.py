"""What an editor does, offered one after another: `nianbao start`, which a double click on 开始.bat begins.

Each choice is a command of the program, carried out as if it had been typed; what it says is what it says there.
"""

from __future__ import annotations

import re
import subprocess
import sys
import webbrowser
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from nianbao.data.csvfiles import display_path

#: Where workbooks stand that are to be filled in, by what `new-year` calls them.
WORKBOOKS = "data/observations/*/*.xlsx"
YEAR = re.compile(r"(?:19|20)\d\d")
#: What ends the menu, besides the end of the input.
LEAVING = ("0", "q", "退出")
CHOICES = ("新的一年：生成填报用的工作簿", "读入填好的工作簿", "核对", "编书：网页、PDF、Word、EPUB", "看编好的书")
FORMATS = "html,pdf,docx,epub"


@dataclass
class Menu:
    """The menu of the content folder `root`.

    `ask` puts a question and returns the answer (EOFError at the end of the input), `say` tells a line, `run` carries
    out a command of the program and returns its exit code, `show` opens a page.
    """

    root: Path
    ask: Callable[[str], str] = input
    say: Callable[[str], None] = print
    run: Callable[[Sequence[str]], int] | None = None
    show: Callable[[str], object] = webbrowser.open

    def begin(self) -> None:
        """Offer what there is to do until the editor leaves."""
        does = (self.new_year, self.take, self.check, self.build, self.look)
        while True:
            self.say("")
            for number, words in enumerate(CHOICES, 1):
                self.say(f"  {number}　{words}")
            self.say("  0　退出")
            answer = self.answer("请输入数字：", "0")
            if answer in LEAVING:
                return
            if answer in {str(number) for number in range(1, len(does) + 1)}:
                does[int(answer) - 1]()
            else:
                self.say(f"没有“{answer}”这一项")

    def answer(self, question: str, default: str = "") -> str:
        """What the editor types, in half-width signs and without the quotes of a file that was drawn here."""
        try:
            typed = self.ask(question)
        except EOFError:
            return default
        plain = typed.translate({code: code - 0xFEE0 for code in range(0xFF10, 0xFF1A)})
        return plain.strip().strip("\"'“”").strip() or default

    def nianbao(self, *arguments: str) -> bool:
        """Carry out a command; whether it ended well."""
        command = [sys.executable, "-m", "nianbao", *arguments]
        run = self.run or (lambda known: subprocess.call([*command[:3], *known], cwd=self.root))
        return run(arguments) == 0

    # -- what there is to do --------------------------------------------------------------------------------------
    def new_year(self) -> None:
        """A workbook to fill in."""
        usual = str(date.today().year - 1)
        year = self.answer(f"哪一年的年报？（直接回车为 {usual}）", usual)
        if self.nianbao("new-year", year):
            self.say("用 Excel 或 WPS 填好、存盘后，回到这里选 2")

    def take(self) -> None:
        """A workbook that was filled in, after a look at what it would change."""
        found = self.workbooks()
        for number, path in enumerate(found, 1):
            self.say(f"  {number}　{display_path(path)}")
        usual = "1" if found else ""
        more = "输入上面的数字，或" if found else ""
        answer = self.answer(f"读入哪个文件？{more}把文件拖到这里再回车：", usual)
        if not answer:
            return
        chosen = found[int(answer) - 1] if answer.isdecimal() and 0 < int(answer) <= len(found) else Path(answer)
        year = self.year_of(chosen)
        if not self.nianbao("intake", str(chosen), "--year", year, "--preview"):
            return
        if self.answer("以上改动要写入吗？（y 写入，直接回车不写）", "n").lower() in {"y", "是", "yes"}:
            self.nianbao("intake", str(chosen), "--year", year)

    def year_of(self, path: Path) -> str:
        """The year that a workbook is for: that in its name or its folder, else the editor is asked."""
        found = YEAR.findall(path.stem) or YEAR.findall(path.parent.name)
        return found[0] if found else self.answer("哪一年的数据？", str(date.today().year - 1))

    def workbooks(self) -> list[Path]:
        """The workbooks that stand in the data, last changed first; what a program that has one open keeps is none."""
        found = [path for path in self.root.glob(WORKBOOKS) if not path.name.startswith(("~$", "."))]
        return sorted(found, key=lambda path: (-path.stat().st_mtime, path.name))[:9]

    def check(self) -> None:
        """Does it add up?"""
        self.nianbao("check")

    def build(self) -> None:
        """The book in all formats."""
        if self.nianbao("build", "--formats", FORMATS):
            self.look()

    def look(self) -> None:
        """The book that was built last, in a browser: its pages need no server."""
        years = sorted(self.root.glob("_build/[12][0-9][0-9][0-9]/html/index.html"))
        if not years:
            self.say("还没有编成的书，请先选 4")
            return
        self.say(f"在浏览器中打开：{display_path(years[-1])}")
        self.show(years[-1].resolve().as_uri())
