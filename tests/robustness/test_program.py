"""The program itself: nothing in it evaluates or unpickles, and the server sends what the pages say."""

from __future__ import annotations

import ast
import re

from nianbao.output.web.frame import POLICY
from tests.support.projects import ROOT

#: The one speaks with a process that it started itself, over a pair of sockets that nobody else can open; the other
#: copies a figure of its own process in memory. Neither reads what somebody else has written.
OWN = {"beside.py", "phone.py"}


def dotted(node: ast.expr) -> str:
    """What is called: names with points between them; in front of a name that is asked of something else, a point."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def test_nothing_in_the_package_evaluates_or_unpickles():
    banned = {"eval", "exec", "compile", "__import__", "execfile", "breakpoint"}
    modules = {"pickle", "cPickle", "marshal", "shelve", "dill", "joblib", "jsonpickle", "cloudpickle"}
    for path in sorted((ROOT / "nianbao").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            place = f"{path.name}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Call):
                called = dotted(node.func)
                assert called not in banned and called not in {"os.system", "os.popen", "subprocess.getoutput"}, place
                assert not re.fullmatch(r"yaml\.(?!safe_load$|safe_dump$)\w+", called), place
                assert not any(each.arg == "shell" for each in node.keywords), place
                assert not called.endswith((".extractall", ".read_pickle", ".to_pickle", "tempfile.mktemp")), place
            names = (
                [each.name for each in node.names]
                if isinstance(node, ast.Import)
                else [node.module]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            found = {(each or "").split(".")[0] for each in names} & modules
            assert not found or path.name in OWN, place


def test_the_server_sends_what_the_pages_say():
    server = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    sent = re.search(r'Content-Security-Policy "([^"]+)" always', server)[1].split("; ")
    assert set(sent) == {each.replace(" file:", "") for each in POLICY.split("; ")} | {"frame-ancestors 'none'"}
    server_of_pages = server.replace("'wasm-unsafe-eval'", "")  # what the workbench needs to run Python
    assert "unsafe" not in server_of_pages + POLICY
    for head in ("X-Content-Type-Options nosniff", "Referrer-Policy no-referrer"):
        assert f"add_header {head} always;" in server
