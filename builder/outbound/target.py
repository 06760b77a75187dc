"""Where a request goes: an address taken apart once, and whether the public internet begins there."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from builder.outbound.answer import Unreached, failed
from schema_store.problems import _

PORTS = {"https": 443, "http": 80}

_URL = re.compile(r"https?://[!-~]+", re.IGNORECASE)
_STRANGE = re.compile(r"[\\\"<>^`{|}]")
_HOST = re.compile(r"[a-z0-9_]([a-z0-9._-]{0,251}[a-z0-9_])?")
_PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_NEVER = [
    ipaddress.ip_network(network)
    for network in (
        "168.63.129.16/32",  # a cloud's own services, on an address that looks public
        "192.0.0.0/24",
        "192.88.99.0/24",
        "2001::/23",  # tunnels that carry IPv4 (Teredo) and other special uses
        "2002::/16",  # 6to4: any IPv4 address inside
        "3fff::/20",
    )
]
"""What is refused although the standard library calls it global (it differs between Python's releases)."""


@dataclass(frozen=True)
class Target:
    """An address taken apart once; nothing reads the URL again. `host` is ASCII, without brackets."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def has_usual_port(self) -> bool:
        return self.port == PORTS[self.scheme]

    @property
    def name(self) -> str:
        """The host as people and the Host header write it."""
        return self._bracketed if self.has_usual_port else f"{self._bracketed}:{self.port}"

    @property
    def names(self) -> set[str]:
        """The ways in which a list of hosts may name it."""
        return {f"{self._bracketed}:{self.port}", self.name}

    @property
    def _bracketed(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host


def target_of(url: str) -> Target:
    if not _URL.fullmatch(url) or _STRANGE.search(url) or len(url) > 2_000:
        raise _wrong_address(url)
    try:
        parts = urlsplit(url)
        port = parts.port
        host = _host(parts)
    except ValueError:
        raise _wrong_address(url) from None
    scheme = parts.scheme.lower()
    if parts.username is not None or parts.password is not None or not host or port == 0:
        raise _wrong_address(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(scheme, host, port or PORTS[scheme], path)


def _host(parts: SplitResult) -> str:
    """The host in small letters. Raises ValueError where it is no name and no address."""
    host = (parts.hostname or "").rstrip(".").lower()
    if parts.netloc.rpartition("@")[2].startswith("["):
        return str(ipaddress.IPv6Address(host))
    if not _HOST.fullmatch(host) or ".." in host:
        raise ValueError
    return host


def is_public(address: str) -> bool:
    """Whether everybody's internet begins at `address`: no loopback, no local network, no cloud's own services."""
    try:
        found: Any = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if found.version == 6:
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if found in _NAT64:  # how a network without IPv4 reaches IPv4
            return is_public(str(ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF)))
        if found not in _PUBLIC_V6:
            return False
    if found.is_multicast or found.is_unspecified or found.is_reserved or found.is_link_local:
        return False
    return found.is_global and not any(found.version == net.version and found in net for net in _NEVER)


def require_public(target: Target, addresses: Sequence[str]) -> None:
    """Every address, not only one of them: a name with a public and a private one is somebody's trick."""
    if not all(is_public(address) for address in addresses):
        raise failed("private", _("“{host}” is not on the public internet."), host=target.name)


def _wrong_address(url: str) -> Unreached:
    shown = "".join(char if char.isprintable() else "\ufffd" for char in url[:100].rpartition("@")[2])
    return failed("address", _("“{url}” is not a web address that can be reached."), url=shown)
