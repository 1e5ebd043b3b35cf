"""The preview under attack: nothing but this machine's own page gets an answer, and it lives on."""

from __future__ import annotations

import http.client
import json
import re
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from tests.previews import Running, chinese_workbook, preview, save

HOSTILE = "<img src=x onerror=alert(9)></script><script>alert(8)</script>"
PATIENCE = 60.0


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return chinese_workbook(tmp_path_factory.mktemp("attacks"))


@pytest.fixture(scope="module")
def running(book: Path) -> Iterator[Running]:
    with preview(book, "--port", "0") as one:
        deadline = time.monotonic() + PATIENCE
        while b"H100" not in get(one, "/note")[2]:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield one
        assert get(one, "/")[0] == 200  # after all that


def get(
    running: Running,
    path: str,
    headers: Mapping[str, str] | None = None,
    *,
    method: str = "GET",
    body: bytes | None = None,
    cookie: bool = True,
) -> tuple[int, Mapping[str, str], bytes]:
    """One request as the page itself sends it, but for `headers`."""
    said = {"Host": f"127.0.0.1:{running.port}"} | ({"Cookie": running.cookie} if cookie else {})
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=PATIENCE)
    try:
        connection.request(method, path, body, said | dict(headers or {}))
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, (
            answer.read()
        )  # fmt: skip
    finally:
        connection.close()


def raw(running: Running, data: bytes) -> bytes:
    """Bytes as they are; the beginning of the answer, nothing when the line was dropped."""
    place = ("127.0.0.1", running.port)
    with suppress(OSError), socket.create_connection(place, timeout=PATIENCE) as line:
        line.sendall(data)
        return line.recv(200)
    return b""


def status(answer: bytes) -> int:
    return int(answer.split(b" ")[1]) if answer else 0


def seal(running: Running) -> str:
    found = re.search(rb'name="seal" content="([^"]+)"', get(running, "/")[2])
    assert found
    return found[1].decode()


def choose(running: Running, body: bytes, **headers: str) -> int:
    said = {"Origin": f"http://127.0.0.1:{running.port}", "X-Seal": seal(running)}
    said |= {name.replace("_", "-"): value for name, value in headers.items()}
    return get(running, "/choose", said, method="POST", body=body)[0]


@pytest.fixture(scope="module")
def slow(running: Running) -> Iterator[socket.socket]:
    """A client that never ends its request, opened before everything else."""
    with socket.create_connection(("127.0.0.1", running.port), timeout=PATIENCE) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        yield line


def test_it_listens_on_loopback_alone(running: Running, slow: socket.socket) -> None:
    heard = [one.laddr for one in running.family()[0].net_connections() if one.status == "LISTEN"]
    assert [address.ip for address in heard] == ["127.0.0.1"]


def test_the_token_moves_into_a_cookie(running: Running) -> None:
    code, said, body = get(running, f"/?token={running.token}", cookie=False)
    assert (code, said["location"], body) == (303, "/", b"")
    assert said["set-cookie"].endswith("; Path=/; HttpOnly; SameSite=Strict")
    assert get(running, "/")[0] == 200


@pytest.mark.parametrize("path", ["/", "/note", "/events", "/page/1.png?width=800", "/places.json",
                                  "/static/preview.js", "/choose", "/nothing"])  # fmt: skip
def test_without_the_token_nothing_is_told(running: Running, path: str) -> None:
    code, said, body = get(running, path, cookie=False)
    assert code == 403
    assert b"H100" not in body
    assert said["connection"] == "close"
    wrong = running.cookie[:-1] + ("A" if running.cookie[-1] != "A" else "B")
    assert get(running, path, {"Cookie": wrong}, cookie=False)[0] == 403
    assert get(running, f"{path}?token={running.token}x", cookie=False)[0] == 403


@pytest.mark.parametrize("host", ["evil.com", "evil.com:{port}", "localhost:{port}", "127.0.0.1",
                                  "127.0.0.1:1", "[::1]:{port}", "127.0.0.1:{port}.evil.com",
                                  "127.0.0.1:{port}@evil.com", ""])  # fmt: skip
def test_another_host_is_refused(running: Running, host: str) -> None:
    assert get(running, "/note", {"Host": host.format(port=running.port)})[0] in {400, 403}
    path = f"/?token={running.token}"
    assert get(running, path, {"Host": host.format(port=running.port)})[0] in {400, 403}


@pytest.mark.parametrize("origin", ["http://evil.com", "null", "https://127.0.0.1:{port}",
                                    "http://localhost:{port}", "http://127.0.0.1:1"])  # fmt: skip
def test_another_origin_is_refused(running: Running, origin: str) -> None:
    said = {"Origin": origin.format(port=running.port)}
    assert get(running, "/note", said)[0] == 403
    assert choose(running, b'{"lang": "en"}', **said) == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_request_from_another_site_is_refused(running: Running, site: str) -> None:
    assert get(running, "/note", {"Sec-Fetch-Site": site})[0] == 403
    assert get(running, "/note", {"Sec-Fetch-Site": "same-origin"})[0] == 200


def test_only_a_sealed_post_from_the_page_changes_anything(running: Running) -> None:
    body = b'{"lang": "zh"}'
    page = {"Origin": f"http://127.0.0.1:{running.port}"}
    assert get(running, "/choose", method="POST", body=body)[0] == 403
    assert get(running, "/choose", page, method="POST", body=body)[0] == 403
    assert get(running, "/choose", {"X-Seal": seal(running)}, method="POST", body=body)[0] == 403
    assert choose(running, body, X_Seal=seal(running)[:-1]) == 403
    assert choose(running, body) == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_change_nothing(running: Running, method: str) -> None:
    said = {"Origin": f"http://127.0.0.1:{running.port}", "X-Seal": seal(running)}
    before = get(running, "/note")[1]["x-version"]
    assert get(running, "/choose?lang=en", said, method=method, body=b"")[0] == 405
    assert get(running, "/note")[1]["x-version"] == before


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"lang": "xx"}', b'{"lang": ["en"]}', b'{"theme": "../default"}',
     b'{"theme": "..%2fdefault"}', b'{"theme": "CON"}', b'{"workbook": "/etc/passwd"}',
     b'{"lang": "en", "edition": "internal"}', b"[" * 4000, b"\xff\xfe", b'{"lang": 1e999}'],
)  # fmt: skip
def test_what_cannot_be_chosen_is_refused(running: Running, body: bytes) -> None:
    assert choose(running, body) == 400


@pytest.mark.parametrize(
    "path",
    ["/static/..%2f..%2fpyproject.toml", "/static/%2e%2e/%2e%2e/pyproject.toml",
     "/static/..%5c..%5cpyproject.toml", "/static/preview.css%00", "/static/%00",
     "/static/preview.css%00.js", "/static/CON", "/static/nul.css", "/static/index.html",
     "/static/preview.css/", "/static/", "/static/%252e%252e%252fx", "//etc/passwd",
     "/etc/passwd", "/..", "/../../etc/passwd", "/page/0.png?width=800", "/page/-1.png?width=800",
     "/page/1e3.png?width=800", "/page/99999999999999999999999.png?width=800",
     "/page/1.png?width=99999", "/page/1.png?width=1", "/page/1.png?width=-5",
     "/page/1.png?width=%D9%A3%D9%A3%D9%A3", "/page/1.png", "/page/..%2f1.png?width=800",
     "/workbook", "/note/..", "/.git/config"],
)  # fmt: skip
def test_no_path_leads_elsewhere(running: Running, path: str) -> None:
    code, _, body = get(running, path)
    assert code == 404
    assert b"[project]" not in body
    assert b"root:" not in body


def test_long_bodies_and_heads_are_refused(running: Running) -> None:
    assert choose(running, b"x" * 5_000) == 413
    host = f"Host: 127.0.0.1:{running.port}\r\nCookie: {running.cookie}\r\n".encode()
    more = f"Origin: http://127.0.0.1:{running.port}\r\nX-Seal: {seal(running)}\r\n".encode()
    huge = b"POST /choose HTTP/1.1\r\n" + host + more + b"Content-Length: 99999999999\r\n\r\n"
    assert status(raw(running, huge)) == 413
    chunks = b"POST /choose HTTP/1.1\r\n" + host + more + b"Transfer-Encoding: chunked\r\n\r\n"
    assert status(raw(running, chunks + b"2000\r\n" + b"x" * 0x2000 + b"\r\n")) in {413, 0}
    head = b"GET / HTTP/1.1\r\n" + host + b"X-Long: " + b"y" * 200_000 + b"\r\n\r\n"
    assert status(raw(running, head)) in {431, 0}
    many = b"".join(b"X-%d: y\r\n" % number for number in range(5_000))
    assert status(raw(running, b"GET / HTTP/1.1\r\n" + host + many + b"\r\n")) in {431, 0}
    path = b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n" + host + b"\r\n"
    assert status(raw(running, path)) in {431, 0}


@pytest.mark.parametrize(
    "data",
    [b"\x16\x03\x01\x02\x00\x01\x00", b"GET\r\n\r\n", b"\x00" * 64, b"GET / HTTP/9.9\r\n\r\n",
     b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n",
     b"CONNECT evil.com:80 HTTP/1.1\r\nHost: evil.com\r\n\r\n",
     b"GET http://evil.com/ HTTP/1.1\r\nHost: evil.com\r\n\r\n",
     b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"],
)  # fmt: skip
def test_what_is_no_request_is_no_harm(running: Running, data: bytes) -> None:
    assert status(raw(running, data)) in {0, 400, 403, 404, 405}


@pytest.mark.parametrize("clients", [100, 400])
def test_silent_clients_keep_nobody_waiting(running: Running, clients: int) -> None:
    with ExitStack() as stack:
        lines = [
            stack.enter_context(socket.create_connection(("127.0.0.1", running.port)))
            for _ in range(clients)
        ]
        for line in lines[::2]:
            with suppress(OSError):  # the oldest of too many are dropped
                line.sendall(b"GET /note HTTP/1.1\r\nHost: ")
        began = time.monotonic()
        assert get(running, "/note")[0] == 200
        assert time.monotonic() - began < 4.5  # a silent one is given up after five seconds


def test_a_client_that_reads_nothing_keeps_nobody_waiting(running: Running) -> None:
    asked = f"GET /note HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\nCookie: {running.cookie}\r\n"
    with ExitStack() as stack:
        for _ in range(20):
            line = stack.enter_context(socket.create_connection(("127.0.0.1", running.port)))
            line.sendall(asked.encode() + b"\r\n")
        assert get(running, "/note")[0] == 200


def test_every_answer_tells_the_browser_to_be_careful(running: Running) -> None:
    for path in ("/", "/note", "/static/preview.js"):
        _, said, _ = get(running, path)
        policy = said["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe-eval" not in policy
        assert "http" not in policy
        assert said["x-content-type-options"] == "nosniff"
        assert said["cache-control"] == "no-store"
        assert said["referrer-policy"] == "no-referrer"
        assert "server" not in said
    assert "frame-ancestors 'none'" in get(running, "/")[1]["content-security-policy"]
    assert "script-src 'sha256-" in get(running, "/note")[1]["content-security-policy"]


def told(running: Running, wanted: str, patience: float = PATIENCE) -> dict[str, object]:
    """The first state on the stream whose JSON has those words."""
    line = http.client.HTTPConnection("127.0.0.1", running.port, timeout=patience)
    try:
        line.request("GET", "/events?version=0", headers={"Cookie": running.cookie})
        for row in line.getresponse():
            if row.startswith(b'data: {"file') and wanted in row.decode():
                found: dict[str, object] = json.loads(row[6:])
                return found
    finally:
        line.close()
    raise AssertionError(f"the stream ended without {wanted}")


def test_a_workbooks_text_stays_text(running: Running, book: Path) -> None:
    save(book, ("H100 租金月内上涨", HOSTILE), ("经纪商报价", HOSTILE))
    told(running, "onerror")
    page = get(running, "/note")[2].decode()
    assert "onerror=alert(9)" in page  # as text
    assert "<img src=x" not in page
    assert "<script>alert(8)" not in page
    save(book)


def test_a_killed_reader_is_replaced_at_the_next_save(running: Running, book: Path) -> None:
    for one in running.family()[1:]:
        with suppress(psutil.Error):
            if {"reportgen.preview.quick", "reportgen.workbook.reading"} & set(one.cmdline()):
                one.kill()
    save(book, ("331", "345"))
    deadline = time.monotonic() + PATIENCE
    while b'value="345"' not in get(running, "/note")[2]:
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.slow
def test_a_second_request_has_no_more_time_than_the_first(running: Running) -> None:
    head = f"GET /note HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\n".encode()
    with socket.create_connection(("127.0.0.1", running.port), timeout=PATIENCE) as line:
        line.sendall(head + f"Cookie: {running.cookie}\r\n\r\n".encode() + head)
        answer = b""
        with suppress(ConnectionResetError):
            while piece := line.recv(4096):
                answer += piece
    assert answer.count(b"HTTP/1.1 200") == 1


def test_a_slow_client_is_dropped(slow: socket.socket) -> None:
    slow.settimeout(PATIENCE)
    with suppress(ConnectionResetError):
        assert slow.recv(100) == b""
