"""The shop seen from the street: visitors without a session, who open its form and send it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from builder.mechanics.public_forms import tickets
from tests.pages.shop import Page, Shop
from tests.public.visiting import KEY

FORM = f"/forms/{KEY}"
TYPED = {"name": "Li Mei", "phone": "13800138000", "birthday": "1990-05-01", "form.consent": "yes"}


class Visitor:
    """Somebody with a browser that keeps no cookie and runs no script."""

    def __init__(self, street: Street, address: str, language: str):
        self.street, self.client = street, street.app.test_client(use_cookies=False)
        self.headers = {"Accept-Language": language}
        self._more = {"environ_overrides": {"REMOTE_ADDR": address}, "headers": self.headers}

    def get(self, path: str = FORM, **query: Any) -> Page:
        return Page(self.client.get(path, query_string=query or None, **self._more))

    def post(self, path: str, fields: dict[str, Any]) -> Page:
        return Page(self.client.post(path, data=fields, **self._more))

    def send(self, page: Page | None = None, *, after_s: float = 10, path: str = "", **changes: Any) -> Page:
        """Fill in a page that was opened so long ago, and send it; a change to None leaves an input out."""
        page = page or self.get()
        fields = page.form() | TYPED | {name.replace("__", "."): one for name, one in changes.items()}
        fields["form.ticket"] = self.street.earlier(fields["form.ticket"], after_s)
        action = str(page.one("form#answer")["action"])
        return self.post(path or action, {name: one for name, one in fields.items() if one is not None})


class Street(Shop):
    def visitor(self, address: str = "203.0.113.7", language: str = "en") -> Visitor:
        return Visitor(self, address, language)

    @property
    def secret(self) -> str:
        return self.house.settings.secret("forms")

    def earlier(self, written: str, by_s: float) -> str:
        """The same ticket, as if its page had been opened that much earlier."""
        found = tickets.read(written, KEY, secret=self.secret)
        if found is None:
            return written
        opened = replace(found, opened_at=found.opened_at - timedelta(seconds=by_s))
        return tickets.written(opened, KEY, secret=self.secret)
