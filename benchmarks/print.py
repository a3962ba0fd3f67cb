"""From executed notebooks to PDF: ours, and Jupyter Book's own way through LaTeX (xelatex), in one run.

    .venv/bin/python benchmarks/print.py [--runs 5]

Needs `xelatex` and `latexmk` for the second; without them only ours is timed. Jupyter Book's LaTeX builder leaves out
what our notebooks show as HTML. So that both set the same book, its copy of the executed notebooks holds the sentences
and tables as Markdown and the charts as PNG; making that copy is not timed.
"""

import argparse
import base64
import importlib.util
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import typst
import yaml
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
FONTS = str(Path(importlib.util.find_spec("mplfonts").origin).parent / "fonts")


def timed(command, folder=ROOT) -> float:
    """Seconds a command takes; it must succeed."""
    start = time.monotonic()
    result = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if result.returncode:
        raise SystemExit(result.stdout[-3000:])
    return time.monotonic() - start


OURS = """
import sys
from pathlib import Path
from nianbao.output.print import export
from nianbao.build.edition import Edition
edition, source = Edition.open(), Path(sys.argv[1])
export.export(edition, source, ["pdf"])
"""

EXECUTE = """
import sys
from pathlib import Path
from nianbao.build.building import Builder, Way
from nianbao.build.edition import Edition
Builder(Edition.open(), print, Way(workers=2)).run(Path(sys.argv[1]))
"""


def markdown(about: dict, html: str) -> str:
    """A sentence or a table as Markdown."""
    if about.get("kind") != "table":
        blocks = BeautifulSoup(html, "lxml").find_all(["p", "li"])
        return "\n\n".join(each.get_text() for each in blocks)
    head, *rows = [[str(cell).replace("|", "/").replace("\n", " ") for cell in row] for row in about["data"]]
    lines = ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]
    return f"表{about['number']} {about['title']}\n\n" + "\n".join(lines)


def plain_copy(executed: Path) -> None:
    """Replace the HTML outputs by Markdown and PNG."""
    for path in sorted((executed / "notebooks").glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            for output in cell.get("outputs", []):
                about = output.get("metadata", {}).get("nianbao")
                if not about:
                    continue
                html = output["data"]["text/html"]
                if about.get("kind") == "chart":
                    svg = str(BeautifulSoup(html, "html.parser").svg).replace("viewbox", "viewBox")
                    page = (
                        b"#set page(width: auto, height: auto, margin: 0pt)\n"
                        b'#image(bytes(sys.inputs.svg), format: "svg")'
                    )
                    png = typst.compile(page, format="png", ppi=150.0, sys_inputs={"svg": svg}, font_paths=[FONTS])
                    output["data"] = {"image/png": base64.b64encode(png).decode()}
                else:
                    output["data"] = {"text/markdown": markdown(about, html)}
        nbformat.write(notebook, path)


def latex(folder: Path) -> float:
    """Seconds from executed notebooks to Jupyter Book's PDF by xelatex."""
    config = yaml.safe_load((folder / "_config.yml").read_text("utf-8"))
    config["execute"] = {"execute_notebooks": "off"}
    config["sphinx"]["config"]["nb_render_markdown_format"] = "myst"
    config["latex"] = {"latex_engine": "xelatex", "use_jupyterbook_latex": False}
    (folder / "_config.yml").write_text(yaml.safe_dump(config, allow_unicode=True), "utf-8")
    made = timed([BIN / "jupyter-book", "build", "--builder", "latex", "."], folder)
    tex = folder / "_build" / "latex"
    source = next(path for path in tex.glob("*.tex") if path.stem not in {"sphinxmessages"})
    start = time.monotonic()
    subprocess.run(
        ["latexmk", "-xelatex", "-interaction=nonstopmode", "-f", "-silent", source.name],
        cwd=tex,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # it ends in 1 for missing characters
    if not source.with_suffix(".pdf").exists():
        raise SystemExit("xelatex made no PDF")
    return made + time.monotonic() - start


def main() -> None:
    """Medians, spread and the ratio of the same run."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--runs", type=int, default=5)
    runs = options.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        executed = Path(folder) / "executed" / "src"
        timed([sys.executable, "-c", EXECUTE, str(executed)])
        shutil.copytree(ROOT / "book", executed / "book")
        for name in ("_toc.yml", "_config.yml"):
            shutil.copy(ROOT / name, executed)
        ours, theirs = [], []
        plain = Path(folder) / "plain"
        shutil.copytree(executed, plain)
        plain_copy(plain)
        for number in range(runs):
            ours.append(timed([sys.executable, "-c", OURS, str(executed.parent)]))
            if shutil.which("xelatex") and shutil.which("latexmk"):
                copy = Path(folder) / f"latex-{number}"
                shutil.copytree(plain, copy)
                theirs.append(latex(copy))
            print(ours[-1:], theirs[-1:], flush=True)
    print(f"ours   median {statistics.median(ours):.2f} s  ({min(ours):.2f} to {max(ours):.2f})")
    if theirs:
        ratios = [b / a for a, b in zip(ours, theirs, strict=True)]
        print(f"latex  median {statistics.median(theirs):.2f} s  ({min(theirs):.2f} to {max(theirs):.2f})")
        print(f"ratio  median {statistics.median(ratios):.1f} x  ({min(ratios):.1f} to {max(ratios):.1f})")
    else:
        print("xelatex or latexmk is not installed: not compared")


if __name__ == "__main__":
    main()
