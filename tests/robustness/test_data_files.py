"""Data files that are none, cells that make no sense, names and links that lead elsewhere: refused in one line."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import fuzz
import pytest

from nianbao.cli import main
from nianbao.data.dataset import Dataset
from nianbao.errors import DataError
from nianbao.intake.grids import open_file
from tests.support.hostile import NAMES, UNSEEN, change, read_and_check, refused
from tests.support.projects import ROOT


@pytest.mark.parametrize("sign", UNSEEN, ids=ascii)
def test_what_cannot_be_seen_is_refused_in_data_and_in_what_is_handed_in(small_data, tmp_path, sign):
    change(small_data / "catalogue" / "indicators" / "pension.csv", "年末在册的人", f"年末{sign}的人")
    refused(lambda: Dataset(small_data), "catalogue/indicators/pension.csv", "第2行", "U+")
    (tmp_path / "x.csv").write_bytes(f"代码,参保人数（万人）,备注\n1,1.5,甲{sign}乙\n".encode())
    if sign not in "\u200b\ufeff":  # in what is handed in, these are taken out
        refused(lambda: open_file(tmp_path / "x.csv"))


@pytest.mark.parametrize("code", [0xD800, 0xDBFF, 0xDC00, 0xDFFF])
def test_halves_of_characters(small_data, tmp_path, code):
    change(small_data / "editions" / "2025" / "texts" / "remarks.csv", "比上年", f"比{chr(code)}")
    refused(lambda: Dataset(small_data, 2025).texts("remarks", 2025), "UTF-8")
    with pytest.raises(DataError) as caught:
        raise DataError(f"没有{chr(code)}", f"{chr(code)}.csv")
    assert f"U+{code:04X}" in str(caught.value).encode("utf-8").decode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xef\xbb\xbf\xef\xbb\xbfindicator",
        b"\x1f\x8b\x08",
        b"PK\x03\x04",
        b"%PDF-1.7",
        b'"' * 3,
        b'"\n' * 99,
        b"a,b\n1,2,3\n",
        b"," * 70000,
        b"a\n" + b"x" * 5001,
        b"a\n" + b"x" * 140000,
        "指标".encode("gbk"),
        b"indicator\n" * 9,
        b"\r\r\r",
        b"a\x00b,c\n",
    ],
    ids=range(18),
)
def test_files_that_are_no_tables(small_data, content):
    (small_data / "observations" / "2025" / "pension.csv").write_bytes(content)
    refused(lambda: Dataset(small_data), "2025/pension.csv")


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("catalogue/codelists/regions.csv", "unit,1,", "unit,2,"),
        ("catalogue/codelists/regions.csv", "unit,1,", "unit,9,"),
        ("catalogue/codelists/regions.csv", "province,,", "province,3,"),
        ("catalogue/indicators/pension.csv", "万人,2,", "万人,²,"),
        ("catalogue/indicators/pension.csv", "万人,2,", "万人,99999,"),
        ("catalogue/indicators/pension.csv", "万人,2,", "万人,-1,"),
        ("catalogue/indicators/pension.csv", "region,,,年", "region2,,,年"),
        ("observations/2025/pension.csv", "12.50", "1e9"),
        ("observations/2025/pension.csv", "12.50", "٣"),
        ("observations/2025/pension.csv", "12.50", "9" * 5000),
        ("observations/2025/pension.csv", "12.50", "1." + "0" * 50),
        ("observations/2025/pension.csv", "12.50", "nan"),
        ("observations/2025/pension.csv", "12.50", "Infinity"),
        ("observations/2025/pension.csv", "0.05", "-0.05"),
        ("observations/2025/pension.csv", "0.05", "９"),
        (f"{fuzz.OF_REPORT}/claims.csv", "2024,2.50", "²,2.50"),
        (f"{fuzz.OF_REPORT}/claims.csv", "2024,2.50", "99999999,2.50"),
        (f"{fuzz.OF_REPORT}/claims.csv", "2.50", "1e99"),
        ("editions/2025/revisions.csv", "2024,10.00", "²,10.00"),
        ("editions/2025/revisions.csv", "10.01", "1/0"),
        (f"{fuzz.OF_REPORT}/formulas.csv", "pension.a[1] - pension.a[3]", "open('x')"),
        (f"{fuzz.OF_REPORT}/formulas.csv", "pension.a[1] - pension.a[3]", "pension.x"),
        (f"{fuzz.OF_REPORT}/formulas.csv", "pension.a[1]", "pension.a[../1]"),
        ("catalogue/identities.csv", "-10000", "1e999999999"),
        ("catalogue/identities.csv", "-10000,1", "-10000,x"),
        (f"{fuzz.OF_REPORT}/captions.csv", "table,2025,1,1", "table,2025,1,²"),
        (f"{fuzz.OF_REPORT}/captions.csv", "part", "teil"),
        (f"{fuzz.OF_REPORT}/relations.csv", "pension.b / 10000", "exec('x')"),
        (f"{fuzz.OF_REPORT}/labels.csv", "printed", "x"),
        (f"{fuzz.OF_REPORT}/labels.csv", "same", "equal"),
        (f"{fuzz.OF_REPORT}/errata.csv", "fails", "{0.__class__}"),
    ],
)
def test_cells_that_make_no_sense(small_data, file, old, new):
    change(small_data / file, old, new)
    start = time.monotonic()
    refused(lambda: read_and_check(small_data), Path(file).stem)
    assert time.monotonic() - start < 5


# -- names and links ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_names_from_outside_stay_in_their_folder(small_data, name):
    written = '"' + name.replace('"', '""') + '"'
    change(small_data / "catalogue" / "codelists" / "regions.csv", "3,乙县", f"{written},乙县")
    refused(lambda: Dataset(small_data), "regions.csv", "代码")
    regions = "catalogue/codelists/regions.csv"
    shutil.copy(ROOT / "data" / regions, small_data / regions)
    change(small_data / "catalogue" / "indicators" / "pension.csv", "pension.b,", f"{written},")
    refused(lambda: Dataset(small_data), "pension.csv", "indicator")


@pytest.mark.parametrize(
    "name",
    [
        "observations/2025/x.csv",
        "editions/2025/texts/remarks.csv",
        "observations/2024",
        "catalogue/codelists/x.csv",
        "observations/2025/counties",
        "catalogue/identities.csv",
        "documents/report-2025/claims.csv",
    ],
)
def test_links_are_not_followed(small_data, tmp_path, name):
    outside = tmp_path / "outside.csv"
    outside.write_text("indicator,item,value,status,source\n", "utf-8")
    (small_data / name).parent.mkdir(exist_ok=True)
    shutil.rmtree(small_data / name, ignore_errors=True)
    (small_data / name).unlink(missing_ok=True)
    (small_data / name).symlink_to(
        outside if name.endswith(".csv") else tmp_path, target_is_directory=not name.endswith(".csv")
    )
    refused(lambda: (read_and_check(small_data), Dataset(small_data).texts("remarks", 2025)), "链接")


def test_a_pipe_is_no_file(small_data):
    (small_data / "documents" / "report-2025" / "claims.csv").unlink()
    os.mkfifo(small_data / "documents" / "report-2025" / "claims.csv")
    refused(lambda: read_and_check(small_data), "claims.csv")


@pytest.mark.parametrize(
    "name",
    ["../x", "..", "/etc/passwd", "01-pension/../..", "a\tb", "\udcff", "*", "", "01-pension.ipynb", "{x}"],
    ids=range(10),
)
@pytest.mark.parametrize("option", ["--chapter", "--year", "--data"])
def test_options_do_not_lead_elsewhere(capsys, monkeypatch, tmp_path, option, name):
    monkeypatch.chdir(tmp_path)
    if option == "--chapter" and not name:
        pytest.skip("没有写章名，就是全书")
    try:
        code = main(["run", option, name or "x"])
    except SystemExit as ended:
        code = ended.code
    said = capsys.readouterr().err
    assert code == 2 and said.startswith("错误：") and "Traceback" not in said and not list(tmp_path.iterdir())
