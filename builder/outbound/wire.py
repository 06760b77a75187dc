"""Sockets and the HTTP on them: every wait ends at one deadline."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from typing import Any

from builder.outbound.target import PORTS, Target

Resolve = Callable[[str, int], Sequence[str]]
"""`(host, port)` → its addresses."""

Dial = Callable[[str, int, float], socket.socket]
"""`(address, port, timeout_s)` → a connected socket."""


def look_up(host: str, port: int) -> list[str]:
    """All addresses of `host`, as the system's resolver knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def dial(address: str, port: int, timeout_s: float) -> socket.socket:
    """A TCP connection to this address."""
    return socket.create_connection((address, port), timeout_s)


class Connection(http.client.HTTPConnection):
    """HTTP over a socket that is there already."""

    def __init__(self, target: Target, made: Timed):
        super().__init__(target.host, target.port)
        self.default_port = PORTS[target.scheme]  # what the Host header leaves out
        self.sock = made
        self._made = made

    def connect(self) -> None:
        raise http.client.NotConnected

    def hang_up(self) -> None:
        """Close the socket: `close` leaves it open, as an answer may still be read from it."""
        self._made.hang_up()


def timed(plain: socket.socket, tls: ssl.SSLContext | None, host: str, deadline: float) -> Timed:
    if tls is None:
        return Timed(plain, deadline)
    plain.settimeout(max(0.001, deadline - time.monotonic()))
    return Timed(tls.wrap_socket(plain, server_hostname=host), deadline)


class Timed:
    """A socket whose every wait ends at one deadline: a time-out for each read lets an answer drip for ever."""

    def __init__(self, made: socket.socket, deadline: float):
        self._made = made
        self._deadline = deadline

    def _wait(self) -> socket.socket:
        left_s = self._deadline - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        self._made.settimeout(left_s)
        return self._made

    def sendall(self, data: bytes) -> None:
        self._wait().sendall(data)

    def receive(self, buffer: Any) -> int:
        return self._wait().recv_into(buffer)

    def makefile(self, *_mode: Any) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self))

    def close(self) -> None:
        """Nothing: `http.client` calls it before it reads the body of an answer that ends with the connection."""

    def hang_up(self) -> None:
        self._made.close()


class _Reader(io.RawIOBase):
    """What `http.client` reads from."""

    def __init__(self, made: Timed):
        self._made = made

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._made.receive(buffer)
