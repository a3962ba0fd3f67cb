"""The preview keeps to its folder and to this machine, whatever is asked."""

from __future__ import annotations

import http.client
import re
import socket
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from nianbao.build.serve import HOST, Pages, listening
from nianbao.build.watch import Handler, State
from nianbao.cli import parser

SECRET = "not for you"


@pytest.fixture(params=["serve", "watch"])
def port(request, tmp_path: Path) -> Iterator[int]:
    """The port of a server of a small folder, with something beside it that is not for anybody."""
    pages = tmp_path / "html"
    (pages / "sub").mkdir(parents=True)
    (pages / "index.html").write_text("<body>front</body>", "utf-8")
    (tmp_path / "secret.html").write_text(SECRET, "utf-8")
    (pages / "link.html").symlink_to(tmp_path / "secret.html")
    (pages / "out").symlink_to(tmp_path, target_is_directory=True)
    more = {"state": State()} if request.param == "watch" else {}
    made = Handler if request.param == "watch" else Pages
    with listening(0, partial(made, directory=str(pages), **more)) as server:
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield server.server_port
        server.shutdown()


def asked(port: int, path: str, host: str = HOST, method: str = "GET") -> tuple[int, str]:
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    connection.putrequest(method, path, skip_host=True)
    connection.putheader("Host", host)
    connection.endheaders()
    answer = connection.getresponse()
    return answer.status, answer.read().decode("utf-8", "replace")


@pytest.mark.parametrize("host", [HOST, f"{HOST}:8000", "localhost", "localhost:1", "[::1]:8000", "LOCALHOST"])
def test_this_machine_is_answered(port, host):
    status, text = asked(port, "/index.html", host)
    assert status == 200 and "front" in text


@pytest.mark.parametrize("host", ["example.org", "", "127.0.0.1.example.org", "10.0.0.1", "[", "localhost.evil"])
def test_another_name_is_not(port, host):
    assert asked(port, "/index.html", host)[0] == 421


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.html",
        "/%2e%2e/secret.html",
        "/..%2fsecret.html",
        "/sub/../../secret.html",
        "/link.html",
        "/out/secret.html",
        "//etc/passwd",
        "/%00",
        "/sub",
        "/sub/",
        "/" + "x" * 5000,
        "/\\..\\secret.html",
    ],
    ids=range(12),
)
def test_nothing_outside_and_no_lists(port, path):
    status, text = asked(port, path)
    assert status in {301, 404} and SECRET not in text and "secret.html" not in text.replace(path, "")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
def test_nothing_but_reading(port, method):
    assert asked(port, "/index.html", method=method)[0] == 501


def test_no_other_address_is_listened_to(port):
    """Not even another one of this machine: who is elsewhere has none of its names and none of its addresses."""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port), timeout=10)


@pytest.mark.parametrize("command", ["serve", "watch"])
def test_no_option_makes_it_listen_elsewhere(command, capsys):
    with pytest.raises(SystemExit):
        parser().parse_args([command, "--help"])
    assert set(re.findall(r"--[a-z]+", capsys.readouterr().out)) <= {"--help", "--year", "--data", "--port", "--jobs"}
