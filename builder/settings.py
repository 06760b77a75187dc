"""What the operator sets, read once from the environment; a wrong setting stops the start with words."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from schema_store.problems import Problem, Problems, _

DATABASES = ("sqlite:///", "postgresql+psycopg://")


@dataclass(frozen=True)
class Settings:
    """The operator's settings (CONTRACT, "Settings").

    `data` is the folder of database, files and secrets. `now` is the moment at which the product's clock
    starts (None: the real one). `language` None means: the browser's, else English. `proxies`: how many of the
    operator's own stand in front and add to X-Forwarded-For; with none of them that header is not believed.
    """

    data: Path
    database_url: str
    zone: ZoneInfo
    base_url: str | None = None
    language: str | None = None
    now: datetime | None = None
    proxies: int = 0

    def secret(self, name: str) -> str:
        """A random secret of this installation, made on first use and kept in `data` with mode 0600."""
        path = self.data / f"{name}.secret"
        try:
            return path.read_text().strip()
        except FileNotFoundError:
            self.data.mkdir(parents=True, exist_ok=True)
            try:
                with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                    file.write(secrets.token_urlsafe(48))
            except FileExistsError:  # another process was first
                pass
            return path.read_text().strip()


def read(environment: Mapping[str, str]) -> Settings:
    """Settings from `environment` (`TESSERA_…`). Raises Problems that name the variable."""
    data = Path(environment.get("TESSERA_DATA") or "instance").absolute()
    zone = _zone(environment.get("TESSERA_ZONE") or "Asia/Shanghai")
    return Settings(
        data=data,
        database_url=_database_url(environment.get("TESSERA_DATABASE_URL"))
        or f"sqlite:///{data / 'tessera.db'}",
        zone=zone,
        base_url=(environment.get("TESSERA_BASE_URL") or "").rstrip("/") or None,
        language=_language(environment.get("TESSERA_LANGUAGE")),
        now=_now(environment.get("TESSERA_NOW"), zone),
        proxies=_proxies(environment.get("TESSERA_PROXIES")),
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise _wrong(
            "TESSERA_ZONE", _("“{value}” is not a time zone; write one such as Asia/Shanghai."), name
        ) from None


def _database_url(url: str | None) -> str | None:
    """The address of a kind of database that the product knows; what stands behind it is not looked at yet."""
    if not url or url.startswith(DATABASES):
        return url or None
    kind = url.split(":")[0] if ":" in url else url  # what follows may hold a password
    raise _wrong(
        "TESSERA_DATABASE_URL",
        _("“{value}” is not a database; write postgresql+psycopg://… or leave it out."),
        kind,
    )


def _language(name: str | None) -> str | None:
    if not name:
        return None
    short = name.split("-")[0].split("_")[0].lower()
    if short not in ("en", "zh"):
        raise _wrong(
            "TESSERA_LANGUAGE", _("“{value}” is not a language of this product; write en or zh."), name
        )
    return short


def _proxies(text: str | None) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) == 1):
        raise _wrong(
            "TESSERA_PROXIES", _("“{value}” is not a number of proxies; write 0 to 9, or leave it out."), text
        )
    return int(text)


def _now(text: str | None, zone: ZoneInfo) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _wrong(
            "TESSERA_NOW", _("“{value}” is not an ISO time such as 2026-03-01T09:00."), text
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _wrong(name: str, template: str, value: str) -> Problems:
    return Problems(Problem("settings.value", f"{name}: {template}", {"value": value}))
