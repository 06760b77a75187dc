"""What came of an exchange: an answer, or why there is none and whether trying again may help."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

from schema_store.problems import Problem, Problems, _


class Unreached(Problems):
    """The exchange did not happen or did not end well. `is_passing`: trying again later may help.

    `retry_after_s`: not sooner than the other side asks, where it does.
    """

    def __init__(self, problem: Problem, *, is_passing: bool, retry_after_s: float | None = None):
        super().__init__(problem)
        self.is_passing = is_passing
        self.retry_after_s = retry_after_s


@dataclass(frozen=True)
class Answer:
    """What the other side said. `headers` has lower-case names; `body` is within the limits."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def require_success(self) -> Answer:
        """Itself for a 2xx status. Raises Unreached; passing are 408, 425, 429 and 5xx."""
        if 200 <= self.status < 300:
            return self
        if 300 <= self.status < 400:
            raise failed(
                "redirect",
                _("The address leads to another one ({status}); redirects are not followed."),
                status=self.status,
            )
        is_passing = self.status in (408, 425, 429) or self.status >= 500
        problem = problem_of("status", _("The other side answered {status}."), status=self.status)
        raise Unreached(
            problem, is_passing=is_passing, retry_after_s=self.retry_after_s if is_passing else None
        )

    @property
    def retry_after_s(self) -> float | None:
        """Seconds that the answer asks to wait (`Retry-After`, as a number or a date); at most a day."""
        asked = self.headers.get("retry-after", "").strip()
        if asked.isascii() and asked.isdecimal():
            return float(min(int(asked[:9]), 86_400))
        try:
            wait_s = parsedate_to_datetime(asked).timestamp() - time.time()
        except (ValueError, OverflowError):
            return None
        return max(0.0, min(wait_s, 86_400.0))


def problem_of(code: str, template: str, **params: Any) -> Problem:
    return Problem(f"outbound.{code}", template, params)


def failed(code: str, template: str, *, is_passing: bool = False, **params: Any) -> Unreached:
    return Unreached(problem_of(code, template, **params), is_passing=is_passing)
