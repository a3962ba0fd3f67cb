"""The workbench in a real browser that can reach nothing but this machine: what it says is what the commands say."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import axe_playwright_python
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, BrowserContext, Page

from nianbao.errors import DataError
from nianbao.workbench.desk import packed
from nianbao.workbench.gathering import gather, listed
from tests.conftest import chromium
from tests.intake.small import SHEET, origin
from tests.intake.small import YEAR as NEW_YEAR
from tests.proof.test_readers import as_pdf, as_workbook
from tests.support.projects import ROOT, YEAR, environment

pytestmark = pytest.mark.long
#: Milliseconds that Python in the browser may take on a busy machine.
PATIENCE = 300_000
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Served:
    """The page at an address: bytes that were sent for it, and paths that were asked for."""

    address: str
    folder: Path
    sent: int = 0
    asked: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The folder of the page, gathered from the registries."""
    if not shutil.which("npm"):
        pytest.skip("没有 npm，工作台不能编成")
    store = ROOT / "_build" / ".workbench"
    into = tmp_path_factory.mktemp("workbench") / "workbench"
    try:
        gather(into, store, say=lambda line: None)
    except DataError as error:
        if "校验值" in str(error):
            raise
        pytest.skip(f"工作台的部件取不到：{error}")
    return into


@pytest.fixture(scope="module")
def served(folder) -> Iterator[Served]:
    """The page over http, without any head of security: what the page itself says must do."""
    known = Served("", folder)

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            known.asked.append(self.path)
            super().do_GET()

        def copyfile(self, source, outputfile):
            content = source.read()
            known.sent += len(content)
            outputfile.write(content)

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder)) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        known.address = f"http://127.0.0.1:{running.server_port}/"
        yield known
        running.shutdown()


@pytest.fixture(scope="module")
def alone(browser, tmp_path_factory) -> Iterator[tuple[Browser, Path]]:
    """A browser for which no name in the world has an address, and its record of all that it asked for."""
    record = tmp_path_factory.mktemp("record") / "net.json"
    refused = ["--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", f"--log-net-log={record}"]
    quiet = ["--no-sandbox", "--disable-background-networking"]
    running = browser.browser_type.launch(executable_path=chromium(), args=[*quiet, *refused])
    yield running, record
    running.close()


@pytest.fixture(scope="module")
def context(alone) -> Iterator[BrowserContext]:
    """A visit with what the browser keeps of it."""
    with_phone = alone[0].new_context(viewport={"width": 1200, "height": 900}, accept_downloads=True, locale="zh-CN")
    yield with_phone
    with_phone.close()


@pytest.fixture(scope="module")
def page(context, served) -> Page:
    """The page with its program."""
    page = context.new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.set_default_timeout(PATIENCE)
    page.goto(served.address)
    page.wait_for_selector("html[data-ready]", timeout=PATIENCE)
    return page


@dataclass
class Outcome:
    """What a piece of work said, the files it gave, and the seconds it took."""

    verdict: str
    lines: str
    files: dict[str, bytes]
    seconds: float


def done(page: Page, task: str, *files: Path, year: str = "") -> Outcome:
    """Lay files on the page in place of those that lie there, have a piece of work done, and take all files away."""
    for button in page.locator("#laid button").all()[::-1]:
        button.click()
    page.set_input_files("#files", files)
    page.fill("#year", year)
    begun = time.monotonic()
    page.click(f"[data-work={task}]")
    page.wait_for_selector("#result:not([hidden])", timeout=PATIENCE)
    seconds = time.monotonic() - begun
    taken = {}
    for link in page.locator("#taken a").all():
        with page.expect_download() as waiting:
            link.click()
        taken[waiting.value.suggested_filename] = Path(waiting.value.path()).read_bytes()
    return Outcome(page.inner_text("#verdict"), page.locator("#lines").text_content(), taken, seconds)


def nianbao(*args: str | Path, folder: Path) -> subprocess.CompletedProcess:
    """The command, in a folder of its own."""
    command = [sys.executable, "-m", "nianbao.cli", *map(str, args)]
    return subprocess.run(command, cwd=folder, env=environment(ROOT), capture_output=True, text=True, timeout=600)


def checked(data: Path, folder: Path) -> tuple[str, dict[str, bytes]]:
    """What `nianbao check` says of a data folder, and the files it writes."""
    root = folder / "content"
    shutil.copytree(data, root / "data")
    for name in ("_config.yml", "_toc.yml", "book"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, root / name)
    said = nianbao("check", folder=root).stdout.strip("\n").split("\n")
    made = root / "_build" / str(YEAR)
    return "\n".join(said[:-1]), {name: (made / name).read_bytes() for name in ("audit.csv", "diagnosis.csv")}


def planted(data: Path, old: str, new: str) -> None:
    """Put another figure in the place of the one that is printed of the insured of the enterprise scheme."""
    path = data / "observations" / str(YEAR) / "pension.csv"
    text = path.read_text("utf-8")
    row = re.search(rf"^pension\.enterprise\.insured,[^,]*,{re.escape(old)},", text, re.MULTILINE)
    path.write_text(text.replace(row[0], row[0].replace(old, new)), "utf-8")


# -- the same as the commands --------------------------------------------------------------------------------------
def test_the_published_data_give_the_findings_of_the_command(page, served, tmp_path, capsys):
    """Byte for byte; with the megabytes and seconds it took."""
    found = done(page, "check", packed(ROOT / "data", tmp_path / "data.zip"))
    lines, files = checked(ROOT / "data", tmp_path)
    assert found.lines.strip("\n") == lines
    assert found.files == files
    assert len(list(csv.reader(io.StringIO(files["audit.csv"].decode("utf-8-sig"))))) > 3000
    with capsys.disabled():
        print(f"\n工作台：装入{served.sent / 1e6:.1f}兆字节，核对已公布的数据{found.seconds:.1f}秒")
    assert served.sent < 20e6


def test_a_planted_error_is_found_as_by_the_command(page, tmp_path):
    data = shutil.copytree(ROOT / "data", tmp_path / "data")
    planted(data, "275.09", "257.09")
    found = done(page, "check", packed(data, tmp_path / "data.zip"))
    lines, files = checked(data, tmp_path)
    assert found.verdict == "有合不上的数，见下" and "印作257.09万人" in found.lines
    assert (found.lines.strip("\n"), found.files) == (lines, files)


def test_data_that_cannot_be_read_are_refused_in_the_words_of_the_command(page, tmp_path):
    data = shutil.copytree(ROOT / "data", tmp_path / "data")
    planted(data, "275.09", "二七五")
    found = done(page, "check", packed(data, tmp_path / "data.zip"))
    assert found.verdict == "没有做成，原因见下"
    assert found.lines == nianbao("check", "--data", data, folder=ROOT).stderr.strip("\n")


def test_a_spoilt_workbook_gets_the_messages_of_the_command(page, tmp_path):
    data = shutil.copytree(origin() / "data", tmp_path / "data")
    archive = packed(data, tmp_path / "small.zip")
    book = load_workbook(origin() / "good.xlsx")
    book[SHEET]["C6"] = "约33"
    book[SHEET]["E8"] = "待查"
    path = tmp_path / f"填报-{NEW_YEAR}.xlsx"
    book.save(path)
    found = done(page, "intake", archive, path)
    said = nianbao("intake", path, "--year", NEW_YEAR, "--data", data, folder=ROOT)
    assert said.returncode == 2 and "C6" in found.lines
    assert found.lines == said.stdout.strip("\n")
    marked = load_workbook(io.BytesIO(found.files[f"标注-填报-{NEW_YEAR}.xlsx"]))[SHEET]
    assert marked["C6"].value == "约33" and marked["C6"].comment and marked["E8"].comment


def test_a_good_workbook_is_read_and_its_data_can_be_checked_at_once(page, tmp_path):
    archive = packed(origin() / "data", tmp_path / "small.zip")
    path = tmp_path / f"填报-{NEW_YEAR}.xlsx"
    path.write_bytes((origin() / "good.xlsx").read_bytes())
    found = done(page, "intake", archive, path)
    assert found.verdict.startswith("已读入") and "data.zip" in found.files
    assert page.locator("#laid li").all_inner_texts()[-1].startswith("data.zip（数据）")
    page.click("[data-work=check]")
    page.wait_for_selector("#result:not([hidden])", timeout=PATIENCE)
    assert "共核" in page.locator("#lines").text_content()


@pytest.mark.parametrize("write, ending", [(as_pdf, ".pdf"), (as_workbook, ".xlsx"), (None, ".txt")])
def test_a_report_gets_what_the_command_says(page, tmp_path, write, ending):
    path = tmp_path / f"报告{ending}"
    if write:
        write(path)
    else:
        path.write_text("2024年末参保30.12万人，比上年增加1.20万人，增长9.15%。\n", "utf-8")
    found = done(page, "proof", path)
    said = nianbao("proof", path, "--csv", tmp_path / "out.csv", "--html", tmp_path / "out.html", folder=tmp_path)
    assert said.returncode in (0, 1), said.stderr
    assert found.lines == said.stdout.strip("\n")
    assert found.files["校对-报告.csv"] == (tmp_path / "out.csv").read_bytes()
    assert found.files["校对-报告.html"] == (tmp_path / "out.html").read_bytes()


def test_a_word_file_is_commented_or_its_lack_is_said(page, served, tmp_path):
    """Its reader is not in the registries for every version: the page then says so and names a way out."""
    from docx import Document

    path = tmp_path / "报告.docx"
    opened = Document()
    opened.add_paragraph("2024年末参保30.12万人，比上年增加1.20万人，增长9.15%。")
    opened.save(str(path))
    found = done(page, "proof", path)
    brought = all((served.folder / "parts" / each.file).is_file() for each in listed() if each.purpose == "word")
    if brought:
        assert found.lines == nianbao("proof", path, folder=tmp_path).stdout.strip("\n")
        assert "批注-报告.docx" in found.files
    else:
        assert "没有读.docx文件的部件，请另存为 PDF" in found.lines and not found.files
        assert "Word（.docx）" in page.inner_text(".lacking")


# -- the page ----------------------------------------------------------------------------------------------------------
def test_work_can_be_cancelled_and_begun_anew(page, tmp_path):
    page.set_input_files("#files", packed(ROOT / "data", tmp_path / "data.zip"))
    page.fill("#year", "")
    page.click("[data-work=check]")
    page.get_by_text("正在逐项核对").wait_for()
    page.keyboard.press("Escape")
    page.get_by_text("已取消：核对数据").wait_for()
    assert not page.is_visible("#cancel")
    page.wait_for_selector("html[data-ready]", timeout=PATIENCE)
    path = tmp_path / "报告.txt"
    path.write_text("参保30.12万人。\n", "utf-8")
    assert "覆盖" in done(page, "proof", path).lines


def test_all_is_done_by_keyboard(page, tmp_path):
    path = tmp_path / "报告.txt"
    path.write_text("参保30.12万人。\n", "utf-8")
    for button in page.locator("#laid button").all()[::-1]:
        button.click()
    page.set_input_files("#files", path)
    page.focus("#files")
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.trim() || document.activeElement.id"))
        if reached[-1] == "校对报告":
            break
    assert reached[-1] == "校对报告" and "年份" not in reached and "year" in reached
    page.keyboard.press("Enter")
    page.wait_for_selector("#result:not([hidden])", timeout=PATIENCE)
    assert page.evaluate("document.activeElement.id") == "result"


def test_what_lacks_is_said(page, tmp_path):
    for button in page.locator("#laid button").all()[::-1]:
        button.click()
    for task, words in (("check", "请先放入数据"), ("intake", "请先放入数据"), ("proof", "请先放入要校对的报告")):
        page.click(f"[data-work={task}]")
        assert words in page.inner_text("#state")
    page.fill("#year", "二六")
    page.set_input_files("#files", packed(origin() / "data", tmp_path / "data.zip"))
    page.click("[data-work=check]")
    assert "应是四位数字" in page.inner_text("#state")
    page.fill("#year", "")


@pytest.mark.parametrize("scheme, width", [("light", 1200), ("dark", 360)])
def test_axe_finds_nothing_and_nothing_leaves_the_window(page, tmp_path, scheme, width):
    path = tmp_path / "报告.txt"
    path.write_text("2024年末参保30.12万人，比上年增加1.20万人，增长9.15%。\n", "utf-8")
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    done(page, "proof", path)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    page.evaluate((Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8"))
    ask = "tags => axe.run({preload: false, resultTypes: ['violations'], runOnly: {type: 'tag', values: tags}})"
    found = page.evaluate(ask, WCAG)["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == []
    page.set_viewport_size({"width": 1200, "height": 900})
    page.emulate_media(color_scheme="light")


# -- nothing goes anywhere else ----------------------------------------------------------------------------------------
def test_page_and_worker_are_held_to_their_own_folder(page, served):
    """By the policy that the page shows: a request elsewhere is refused before it is made, the worker's too."""
    shown = page.inner_text("#policy")
    assert "connect-src 'self'" in shown
    assert page.get_attribute("meta[http-equiv=Content-Security-Policy]", "content") == shown
    other = served.address.replace("127.0.0.1", "127.0.0.2")
    ask = f"fetch('{other}').then(() => 'got', error => String(error))"
    assert "got" not in page.evaluate(ask)
    assert "got" not in page.workers[0].evaluate(ask)
    own = f"fetch('{served.address}parts.json').then(answer => answer.ok)"
    assert page.workers[0].evaluate(own)


def test_it_works_without_a_network_after_the_first_load(context, page, served, tmp_path):
    path = tmp_path / "报告.txt"
    path.write_text("2024年末参保30.12万人，比上年增加1.20万人，增长9.15%。\n", "utf-8")
    before = len(served.asked)
    context.set_offline(True)
    again = context.new_page()
    again.goto(served.address)
    again.wait_for_selector("html[data-ready]", timeout=PATIENCE)
    assert "合不上" in done(again, "proof", path).verdict
    again.close()
    context.set_offline(False)
    assert set(served.asked[before:]) <= {"/service.js"}  # whether there is a newer program, asked for all the same


def test_nothing_was_asked_of_anywhere_else(alone, page):
    """The browser's own record, of all tests above; what it asks for itself (news of its parts) no page has asked."""
    running, record = alone
    assert page.errors == []
    running.close()
    asked = [line for line in record.read_text("utf-8", errors="replace").splitlines() if '"initiator":' in line]
    by_pages = [line for line in asked if '"initiator":"not an origin"' not in line]
    addresses = {found for line in by_pages for found in re.findall(r'"url":"([^"]*)"', line)}
    assert any(each.endswith("/parts/pyodide.asm.wasm") for each in addresses)
    assert {each for each in addresses if not re.match(r"(blob:)?http://127\.0\.0\.1:", each)} == set()
