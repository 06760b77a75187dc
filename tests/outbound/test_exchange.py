"""What is sent, what comes back, and what ends an exchange: sizes, times, certificates, broken answers."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import time
from email.utils import formatdate
from pathlib import Path

import pytest

from builder.outbound import Answer, Client, Limits, Unreached
from tests.outbound.receivers import Listener, listening, said

QUICK = Limits(connect_s=0.5, total_s=0.6, answer_bytes=10_000, request_bytes=10_000)


def client_of(listener: Listener) -> Client:
    return Client(private_hosts=[f"127.0.0.1:{listener.port}"], limits=QUICK)


def refusal(listener: Listener) -> tuple[str, bool]:
    """(code, is it passing?) of a GET that fails."""
    with pytest.raises(Unreached) as caught:
        client_of(listener).get(f"http://127.0.0.1:{listener.port}/")
    return caught.value.problems[0].code.removeprefix("outbound."), caught.value.is_passing


def test_a_request_says_its_host_and_asks_for_nothing_compressed():
    with listening(said("201 Created", b"{}", "Content-Type: application/json")) as listener:
        url = f"http://127.0.0.1:{listener.port}/hook?a=1#part"
        answer = client_of(listener).post(url, b'{"a":1}', headers={"Content-Type": "application/json"})
    assert (answer.status, answer.body, answer.headers["content-type"]) == (201, b"{}", "application/json")
    head, _blank, body = listener.request.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /hook?a=1 HTTP/1.1"
    assert {
        f"Host: 127.0.0.1:{listener.port}",
        "Accept-Encoding: identity",
        "Content-Length: 7",
        "Connection: close",
    } <= set(lines)
    assert body == b'{"a":1}'


@pytest.mark.parametrize(
    "answer",
    [
        said("200 OK", b"abc", "Connection: close"),
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc",
        b"HTTP/1.0 200 OK\r\n\r\nabc",
    ],
    ids=["with length", "without length", "HTTP/1.0"],
)
def test_a_body_may_end_with_its_connection(answer):
    with listening(answer) as listener:
        assert client_of(listener).get(f"http://127.0.0.1:{listener.port}/").body == b"abc"


def test_chunks_are_put_together():
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    with listening(chunked) as listener:
        assert client_of(listener).get(f"http://127.0.0.1:{listener.port}/").body == b"abcde"


def test_a_header_with_a_line_break_is_never_sent():
    with listening(said()) as listener:
        with pytest.raises(Unreached):
            client_of(listener).get(f"http://127.0.0.1:{listener.port}/", headers={"X-A": "b\r\nX-C: d"})
        assert listener.heard in ([], [b""])


def test_a_message_over_the_limit_is_not_sent():
    with listening(said()) as listener:
        with pytest.raises(Unreached) as caught:
            client_of(listener).post(f"http://127.0.0.1:{listener.port}/", b"x" * 10_001)
        assert not caught.value.is_passing
        assert listener.connections == 0


def endless(start: bytes, part: bytes, pause_s: float = 0.0):
    def talk(talking):
        talking.sendall(start)
        while True:
            talking.sendall(part)
            time.sleep(pause_s)

    return talk


@pytest.mark.parametrize(
    "talk",
    [
        said(body=b"x" * 10_001),
        endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 1_000),
        endless(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"3e8\r\n" + b"x" * 1_000 + b"\r\n"
        ),
    ],
    ids=["announced", "endless", "endless chunks"],
)
def test_an_answer_over_the_limit_is_refused(talk):
    with listening(talk) as listener:
        assert refusal(listener) == ("large", False)


@pytest.mark.parametrize(
    "talk",
    [
        endless(b"", b"", 5),
        endless(b"HTTP/1.1 200 OK\r\nX-A: ", b"b", 0.05),
        endless(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", b"b", 0.05),
        endless(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nb\r\n", 0.05),
        endless(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", 0.05),
    ],
    ids=["silent", "dripping header", "dripping body", "dripping chunks", "always 100"],
)
def test_a_slow_answer_ends_at_the_deadline(talk):
    with listening(talk) as listener:
        began = time.monotonic()
        assert refusal(listener) == ("time", True)
        assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "talk",
    [
        b"",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 300 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
    ],
    ids=["nothing", "no http", "no status", "cut off", "no chunk", "many headers", "long header"],
)
def test_a_broken_answer_may_be_better_next_time(talk):
    with listening(talk) as listener:
        assert refusal(listener) == ("broken", True)


def test_nobody_listening_may_be_better_next_time():
    with listening() as listener:
        pass
    assert refusal(listener) == ("connect", True)


def test_a_slow_name_server_ends_at_the_deadline_too():
    def slow(host: str, port: int) -> list[str]:
        time.sleep(5)
        return []

    began = time.monotonic()
    with pytest.raises(Unreached) as caught:
        Client(["api.example.com"], limits=QUICK, resolve=slow).get("https://api.example.com/")
    assert caught.value.is_passing
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    ("status", "is_passing"),
    [
        (408, True),
        (425, True),
        (429, True),
        (500, True),
        (503, True),
        (400, False),
        (401, False),
        (404, False),
        (410, False),
        (301, False),
    ],
)
def test_a_status_says_whether_trying_again_helps(status, is_passing):
    with pytest.raises(Unreached) as caught:
        Answer(status).require_success()
    assert caught.value.is_passing is is_passing


def test_success_is_any_2xx():
    assert Answer(204).require_success().status == 204


@pytest.mark.parametrize(
    ("asked", "wait_s"),
    [
        ("120", 120),
        ("999999999999", 86_400),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
    ],
)
def test_the_other_side_may_ask_to_wait(asked, wait_s):
    assert Answer(429, {"retry-after": asked}).retry_after_s == wait_s


def test_a_date_to_wait_for_is_understood():
    wait_s = Answer(503, {"retry-after": formatdate(time.time() + 60, usegmt=True)}).retry_after_s
    assert wait_s is not None
    assert 50 < wait_s <= 61


# --- certificates ---


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> tuple[Path, Path]:
    """A certificate for api.example.com that no authority signed, and its key."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed: no certificate to try")
    folder = tmp_path_factory.mktemp("tls")
    made, key = folder / "certificate.pem", folder / "key.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
    ]
    names = [
        "-subj",
        "/CN=api.example.com",
        "-addext",
        "subjectAltName=DNS:api.example.com",
        "-keyout",
        str(key),
        "-out",
        str(made),
    ]
    subprocess.run([*command, *names], check=True, capture_output=True)
    return made, key


@pytest.fixture
def secure(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with listening(said(body=b"secret"), tls=context) as listener:
        yield listener


def over_tls(host: str, listener: Listener, tls: ssl.SSLContext | None) -> Answer:
    client = Client(
        private_hosts=[f"{host}:{listener.port}"], limits=QUICK, tls=tls, resolve=lambda *_: ["127.0.0.1"]
    )
    return client.get(f"https://{host}:{listener.port}/")


def test_a_pinned_address_is_still_spoken_to_by_its_name(secure, certificate):
    answer = over_tls("api.example.com", secure, ssl.create_default_context(cafile=str(certificate[0])))
    assert answer.body == b"secret"
    assert f"Host: api.example.com:{secure.port}".encode() in secure.request


def test_a_certificate_that_nobody_signed_is_refused(secure):
    with pytest.raises(Unreached) as caught:
        over_tls("api.example.com", secure, None)
    assert (caught.value.problems[0].code, caught.value.is_passing) == ("outbound.certificate", False)


def test_a_certificate_of_another_name_is_refused(secure, certificate):
    with pytest.raises(Unreached) as caught:
        over_tls("other.example.com", secure, ssl.create_default_context(cafile=str(certificate[0])))
    assert caught.value.problems[0].code == "outbound.certificate"
