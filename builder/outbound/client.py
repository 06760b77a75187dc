"""The client: who may be reached, and one exchange from the look-up to the last byte."""

from __future__ import annotations

import http.client
import ssl
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from builder.outbound.answer import Answer, Unreached, failed
from builder.outbound.target import Target, require_public, target_of
from builder.outbound.wire import Connection, Dial, Resolve, dial, look_up, timed
from schema_store.problems import _

USER_AGENT = "Tessera"
CHUNK = 65_536


@dataclass(frozen=True)
class Limits:
    """`connect_s` for one address; `total_s` from the look-up to the last byte; sizes in bytes."""

    connect_s: float = 5.0
    total_s: float = 20.0
    answer_bytes: int = 1_000_000
    request_bytes: int = 5_000_000


class Client:
    """Speaks to `hosts` and `private_hosts`, and to nobody else.

    A host is "api.example.com" (port 443), "api.example.com:8443" or "*.example.com" (any name below). A private
    host is written without a star. `tls`, `resolve` and `dial` are there for tests. Safe between threads.
    """

    def __init__(
        self,
        hosts: Iterable[str] = (),
        *,
        private_hosts: Iterable[str] = (),
        limits: Limits = Limits(),
        tls: ssl.SSLContext | None = None,
        resolve: Resolve = look_up,
        dial: Dial = dial,
    ):
        self._hosts = frozenset(host.lower() for host in hosts)
        self._private = frozenset(host.lower() for host in private_hosts)
        self._limits = limits
        self._tls = tls
        self._resolve = resolve
        self._dial = dial

    @classmethod
    def of(cls, url: str, *, is_private: bool = False, **more: Any) -> Client:
        """A client for the one host of `url`. Raises Unreached where `url` is no address."""
        host = target_of(url).name
        return cls(private_hosts=[host], **more) if is_private else cls([host], **more)

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> Answer:
        """The answer to a GET. Raises Unreached."""
        return self.request("GET", url, headers=headers)

    def post(self, url: str, body: bytes, *, headers: Mapping[str, str] | None = None) -> Answer:
        """The answer to a POST of `body`. Raises Unreached."""
        return self.request("POST", url, body=body, headers=headers)

    def request(
        self, method: str, url: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer, whatever its status. Raises Unreached when there is none."""
        if body is not None and len(body) > self._limits.request_bytes:
            raise failed(
                "large",
                _("The message has {size} bytes; at most {limit} are sent."),
                size=len(body),
                limit=self._limits.request_bytes,
            )
        target = target_of(url)
        is_private = self._require_allowed(target)
        deadline = time.monotonic() + self._limits.total_s
        addresses = self._addresses(target, deadline)
        if not is_private:
            require_public(target, addresses)
        connection = self._connect(target, addresses, deadline)
        try:
            return self._exchange(connection, method, target, body, headers or {})
        except (TimeoutError, ssl.SSLError, OSError, http.client.HTTPException, ValueError) as error:
            raise _broken(error, target) from error
        finally:
            connection.hang_up()

    def _require_allowed(self, target: Target) -> bool:
        """Whether the target is a private host; raises Unreached where it is no host of this client."""
        names = target.names
        if names & self._private:
            return True
        below = {"*" + name[at:] for name in names for at, sign in enumerate(target.host) if sign == "."}
        if not (names | below) & self._hosts:
            raise failed("host", _("“{host}” is not among the hosts that may be reached."), host=target.name)
        if target.scheme != "https":
            raise failed("plain", _("“{host}” is reached by https only."), host=target.name)
        return False

    def _addresses(self, target: Target, deadline: float) -> list[str]:
        """The addresses of the target, looked up once. The system's resolver knows no time limit, so a thread waits."""
        found: list[Sequence[str] | Exception] = []

        def ask() -> None:
            try:
                found.append(self._resolve(target.host, target.port))
            except (OSError, UnicodeError, ValueError) as error:
                found.append(error)

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        asking.join(max(0.0, deadline - time.monotonic()))
        if not found or isinstance(found[0], Exception) or not found[0]:
            raise failed(
                "name",
                _("The name “{host}” has no address at the moment."),
                is_passing=True,
                host=target.name,
            )
        return list(found[0])

    def _connect(self, target: Target, addresses: Sequence[str], deadline: float) -> Connection:
        last: OSError = TimeoutError()
        for address in addresses:
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                break
            try:
                plain = self._dial(address, target.port, min(self._limits.connect_s, left_s))
            except OSError as error:
                last = error
                continue
            try:
                tls = (self._tls or usual_tls()) if target.scheme == "https" else None
                return Connection(target, timed(plain, tls, target.host, deadline))
            except OSError as error:
                plain.close()
                raise _broken(error, target) from error
        raise _broken(last, target, while_connecting=True) from last

    def _exchange(
        self,
        connection: Connection,
        method: str,
        target: Target,
        body: bytes | None,
        headers: Mapping[str, str],
    ) -> Answer:
        connection.request(
            method,
            target.path,
            body=body,
            headers={"User-Agent": USER_AGENT, **headers, "Connection": "close"},
        )
        with connection.getresponse() as response:
            said = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, said, self._body(response))

    def _body(self, response: http.client.HTTPResponse) -> bytes:
        limit, parts, size = self._limits.answer_bytes, [], 0
        while size <= limit and (part := response.read1(CHUNK)):
            parts.append(part)
            size += len(part)
        if size > limit:
            raise failed("large", _("The answer is longer than {limit} bytes."), limit=limit)
        if response.length:  # it ended before the length that it had announced
            raise http.client.IncompleteRead(b"", response.length)
        return b"".join(parts)


@lru_cache(maxsize=1)
def usual_tls() -> ssl.SSLContext:
    """The system's certificate authorities; certificate and name are checked. Made once: it takes a while."""
    return ssl.create_default_context()


def _broken(error: Exception, target: Target, *, while_connecting: bool = False) -> Unreached:
    """What a network error means for whoever waits."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return failed("certificate", _("The certificate of “{host}” is not valid for it."), host=target.name)
    if isinstance(error, TimeoutError):
        return failed("time", _("“{host}” took too long."), is_passing=True, host=target.name)
    if while_connecting:
        return failed("connect", _("“{host}” does not take connections."), is_passing=True, host=target.name)
    return failed("broken", _("The exchange with “{host}” broke off."), is_passing=True, host=target.name)
