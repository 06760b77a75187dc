"""What a channel answers: a way on which a message leaves, and what its failures mean.

A message is decided once and keyed once: its row of `delivery` is written in the run's own transaction and sent
later. Every attempt carries the same key, by which a receiver can tell a repetition.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.work import House


@dataclass(frozen=True)
class Delivery:
    """One message to send.

    `key`: unique for ever, the same on every attempt. `settings`: what the workflow says (see
    actions.contract.Message). `values`: the record's values in *json* form, by name. `attempt` counts from 1.
    """

    id: int
    key: str
    settings: Mapping[str, Any]
    values: Mapping[str, Any]
    workflow: str
    run_id: int
    entity: str
    record_id: int | None
    decided_at: datetime
    attempt: int


class Undelivered(Exception):
    """It did not arrive; `trouble` says why, for people. Raise one of the two below."""

    def __init__(self, trouble: str):
        self.trouble = trouble
        super().__init__(trouble)


class Passing(Undelivered):
    """Trying again may help: time-out, 500, 429. `retry_after_s`: not sooner than the receiver asks."""

    def __init__(self, trouble: str, retry_after_s: float | None = None):
        super().__init__(trouble)
        self.retry_after_s = retry_after_s


class Permanent(Undelivered):
    """Trying again will not help: a wrong address, 400, a refusal."""


class Channel(ABC):
    """One way out. One instance serves the whole process and is called from several threads."""

    key: ClassVar[str]
    label: ClassVar[Text]
    help: ClassVar[Text] = ""
    reaches_outside: ClassVar[bool] = True
    is_repeatable: ClassVar[bool] = False
    """True where the receiver recognises the key, so that a message whose answer was lost may be sent again.

    Otherwise such a message is shown as unknown and is sent again only when a person says so.
    """

    @property
    def is_on(self) -> bool:
        """False while an operator has not set it up: what is decided meanwhile waits."""
        return True

    @abstractmethod
    def deliver(self, delivery: Delivery, house: House) -> Mapping[str, Any]:
        """Send it; what to remember of the answer, `{}` for nothing. No transaction is open; 30 seconds are allowed.

        Raises Passing or Permanent; anything else is a fault of the channel and counts as passing.
        """
