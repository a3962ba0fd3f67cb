"""From executed notebooks to PDF: ours, and Jupyter Book's own way through LaTeX (xelatex), in one run.

    .venv/bin/python benchmarks/print.py [--runs 5] [--beside FOLDER]

Needs `xelatex` and `latexmk` for the second; without them only ours is timed. Jupyter Book's LaTeX builder leaves out
what our notebooks show as HTML. So that both set the same book, its copy of the executed notebooks holds the sentences
and tables as Markdown and the charts as PNG; making that copy is not timed. With `--beside` the PDF of an older version
is timed, too, from its own executed notebooks.
"""

import base64
import os
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import nbformat
import typst
import yaml
from programs import Program, against_before, line, options, programs, ratios

from nianbao.chapter import record
from nianbao.chapter.record import CardsRecord, ChartRecord, ProseRecord, Record, TableRecord

BIN = Path(sys.executable).parent

EXPORT = """
import sys
from pathlib import Path
try:
    from nianbao.build.edition import Edition
    from nianbao.output.print import export
    edition = Edition.open()
except ModuleNotFoundError:  # a version before 0.2, which has no rooms
    from nianbao import export
    from nianbao.edition import Edition
    edition = Edition()
export.export(edition, Path(sys.argv[1]), ["pdf"])
"""


# -- the same book for LaTeX ------------------------------------------------------------------------------------------
def markdown(shown: Record) -> str:
    """What a record shows, a chart apart, as Markdown."""
    if isinstance(shown, TableRecord):
        return f"{shown.caption}\n\n{table(shown)}"
    if isinstance(shown, CardsRecord):
        return "\n\n".join(f"{card.name} {record.plain(card.value)} {record.plain(card.moved)}" for card in shown.cards)
    assert isinstance(shown, ProseRecord)
    return "\n\n".join(words for block in shown.blocks for words in paragraphs(block))


def paragraphs(block: record.Block) -> list[str]:
    """The paragraphs of a block, headings and items of lists among them."""
    if isinstance(block, record.ListBlock):
        return [words for item in block.items for part in item for words in paragraphs(part)]
    if isinstance(block, record.Paragraph | record.Heading):
        return [record.plain(block.content)]
    raise SystemExit(f"a {type(block).__name__} in the prose of a chapter: how is LaTeX to set it?")


def table(shown: TableRecord) -> str:
    """The heads and rows of a table as Markdown."""
    heads = [f"{head.group}{head.name}" for head in shown.body.heads]
    rows = [[getattr(cell, "text", "…") for cell in row.cells] for row in shown.body.rows]
    clean = [[cell.replace("|", "/").replace("\n", " ") for cell in row] for row in [heads, *rows]]
    clean.insert(1, ["---"] * len(heads))
    return "\n".join("| " + " | ".join(row) + " |" for row in clean)


def picture(svg: str) -> bytes:
    """A drawing as PNG."""
    page = b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")'
    package = find_spec("mplfonts")
    assert package is not None and package.origin is not None
    fonts = str(Path(package.origin).parent / "fonts")
    return typst.compile(page, format="png", ppi=150.0, sys_inputs={"svg": svg}, font_paths=[fonts])


def plain_copy(executed: Path) -> int:
    """Replace what our notebooks show by Markdown and PNG; returns how many outputs that are."""
    count = 0
    for path in sorted((executed / "notebooks").glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        for output in (output for cell in notebook.cells for output in cell.get("outputs", [])):
            shown = record.of_output(output)
            if isinstance(shown, ChartRecord):
                output["data"] = {"image/png": base64.b64encode(picture(shown.svg)).decode()}
            elif shown is not None:
                output["data"] = {"text/markdown": markdown(shown)}
            count += shown is not None
        nbformat.write(notebook, path)
    return count


# -- what is timed -----------------------------------------------------------------------------------------------------
def executed(version: Program) -> Path:
    """A folder whose `src` holds the sources of the edition of a version, its chapters executed."""
    version.nianbao("run")
    (run,) = (version.root / "_build").glob("*-run")
    folder = version.root / "executed"
    shutil.copytree(run / "notebooks", folder / "src" / "notebooks")
    shutil.copytree(version.root / "book", folder / "src" / "book")
    for name in ("_toc.yml", "_config.yml"):
        shutil.copy(version.root / name, folder / "src")
    return folder


def latex(version: Program, folder: Path) -> float:
    """Seconds from executed notebooks to Jupyter Book's PDF by xelatex."""
    config = yaml.safe_load((folder / "_config.yml").read_text("utf-8"))
    config["execute"] = {"execute_notebooks": "off"}
    config["sphinx"]["config"]["nb_render_markdown_format"] = "myst"
    config["latex"] = {"latex_engine": "xelatex", "use_jupyterbook_latex": False}
    (folder / "_config.yml").write_text(yaml.safe_dump(config, allow_unicode=True), "utf-8")
    made = version.timed([BIN / "jupyter-book", "build", "--builder", "latex", "."], folder)
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
    """Medians, spread and the ratios of the same run."""
    given = options(__doc__).parse_args()
    with_latex = bool(shutil.which("xelatex") and shutil.which("latexmk"))
    known: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        versions = programs(Path(folder), given.beside)
        sources = {version.name: executed(version) for version in versions}
        plain = Path(folder) / "plain"
        shutil.copytree(sources["ours"] / "src", plain)
        if not plain_copy(plain):
            raise SystemExit("the executed notebooks hold no records")
        for number in range(given.runs):
            for version in versions:
                seconds = version.timed([version.python, "-c", EXPORT, sources[version.name]])
                known.setdefault(version.name, []).append(seconds)
            if with_latex:
                copy = Path(folder) / f"latex-{number}"
                shutil.copytree(plain, copy)
                known.setdefault("latex", []).append(latex(versions[0], copy))
            last = {name: round(values[-1], 2) for name, values in known.items()}
            print(last, f"load {os.getloadavg()[0]:.1f}", flush=True)
    line("ours", known["ours"])
    against_before("PDF", known)
    if with_latex:
        line("latex", known["latex"])
        ratios("latex / ours", known["latex"], known["ours"])
    else:
        print("xelatex or latexmk is not installed: not compared")


if __name__ == "__main__":
    main()
