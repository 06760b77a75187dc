"""Local listeners that count who connects, and answer as they are told."""

from __future__ import annotations

import base64
import hashlib
import hmac
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Talk = Callable[[socket.socket], None]


@dataclass
class Listener:
    """`port`: where it listens. `connections`: how many came. `heard`: what each sent first."""

    port: int
    connections: int = 0
    heard: list[bytes] = field(default_factory=list)

    @property
    def request(self) -> bytes:
        """The only request that came."""
        [only] = self.heard
        return only


@contextmanager
def listening(
    talk: Talk | bytes = b"", *, address: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> Iterator[Listener]:
    """A listener on `address`; each connection is heard, then answered by bytes or by a function."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.create_server((address, 0), family=family) as server:
        listener = Listener(server.getsockname()[1])
        serving = threading.Thread(target=_serve, args=(server, listener, talk, tls), daemon=True)
        serving.start()
        try:
            yield listener
        finally:
            server.shutdown(socket.SHUT_RDWR)
            serving.join(5)


def _serve(server: socket.socket, listener: Listener, talk: Talk | bytes, tls: ssl.SSLContext | None) -> None:
    while True:
        try:
            made, _from = server.accept()
        except OSError:
            return
        listener.connections += 1
        threading.Thread(target=_answer, args=(made, listener, talk, tls), daemon=True).start()


def _answer(made: socket.socket, listener: Listener, talk: Talk | bytes, tls: ssl.SSLContext | None) -> None:
    made.settimeout(10)
    try:
        with tls.wrap_socket(made, server_side=True) if tls else made as talking:
            listener.heard.append(_request(talking))
            if callable(talk):
                talk(talking)
            else:
                talking.sendall(talk)
    except OSError:
        made.close()


def _request(talking: socket.socket) -> bytes:
    """A request whose length its headers say."""
    heard = b""
    while b"\r\n\r\n" not in heard and (part := talking.recv(65_536)):
        heard += part
    head, _end, body = heard.partition(b"\r\n\r\n")
    lengths = [
        line.split(b":")[1] for line in head.lower().splitlines() if line.startswith(b"content-length:")
    ]
    length = int(lengths[0]) if lengths else 0
    while len(body) < length and (part := talking.recv(65_536)):
        body += part
        heard += part
    return heard


def said(status: str = "200 OK", body: bytes = b"", *headers: str) -> bytes:
    """An HTTP answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def heard(listener: Listener) -> tuple[dict[str, str], bytes]:
    """Headers and body of the only request."""
    head, _blank, body = listener.request.partition(b"\r\n\r\n")
    lines = [line.split(": ", 1) for line in head.decode().split("\r\n")[1:]]
    return {name.lower(): value for name, value in lines}, body


def is_signed(headers: dict[str, str], body: bytes, key: bytes) -> bool:
    """The receiver's check, as the specification words it."""
    signed = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = [part.split(",", 1) for part in headers["webhook-signature"].split(" ")]
    is_fresh = abs(time.time() - int(headers["webhook-timestamp"])) < 300
    return is_fresh and any(version == "v1" and hmac.compare_digest(one, wanted) for version, one in given)
