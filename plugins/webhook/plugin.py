"""Signed web hooks: a POST for each record that a workflow touches, in the form of Standard Webhooks.

The operator names the endpoints in `<data>/plugins/webhook.json` and keeps each one's secret apart, in
`<data>/webhook-<endpoint>.secret`. Workflows name an endpoint only: no address and no secret ever stands in a
definition. https://github.com/standard-webhooks/standard-webhooks says how receivers check the signature.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from builder.plugin_api import (
    About,
    Catalog,
    Channel,
    Client,
    DeliverAction,
    Delivery,
    House,
    Limits,
    Message,
    Passing,
    Permanent,
    Problem,
    Problems,
    Registration,
    Scope,
    Text,
    Unreached,
    check_rule,
    pick,
    pointer,
)

LIMITS = Limits(connect_s=5, total_s=20, answer_bytes=100_000, request_bytes=500_000)
_KEY = "^[a-z][a-z0-9_]{0,29}$"

about = About(
    key="webhook",
    label={"en": "Web hooks", "zh": "网络回调"},
    help={
        "en": "Tells other systems about records, by signed requests.",
        "zh": "通过带签名的请求把记录变化通知其他系统。",
    },
    version="1",
    settings={
        "type": "object",
        "properties": {
            "endpoints": {
                "type": "object",
                "propertyNames": {"pattern": _KEY},
                "additionalProperties": {
                    "type": "object",
                    "properties": {
                        "url": {
                            "type": "string",
                            "maxLength": 2_000,
                            "description": "Where the requests go; https unless the host is private.",
                            "x-zh": "请求发送到的网址；非内网主机必须使用 https。",
                        },
                        "is_private": {
                            "type": "boolean",
                            "default": False,
                            "description": "The host is on this machine or in the company's own network.",
                            "x-zh": "主机在本机或公司内网。",
                        },
                    },
                    "required": ["url"],
                    "additionalProperties": False,
                },
                "description": "The systems that are told, each by a short name.",
                "x-zh": "接收通知的系统，各有一个短名。",
            }
        },
        "additionalProperties": False,
    },
)


def register(to: Registration) -> None:
    """Hand in the channel and the action. Raises Unreached for an endpoint whose address cannot be one."""
    endpoints = {name: endpoint(name, given) for name, given in to.settings.get("endpoints", {}).items()}
    to.channel(Webhook(endpoints))
    to.action(SendWebhook(endpoints))


def endpoint(name: str, given: Mapping[str, Any]) -> Endpoint:
    """The endpoint of what the operator set."""
    client = Client.of(given["url"], is_private=given.get("is_private", False), limits=LIMITS)
    return Endpoint(name, given["url"], client)


@dataclass(frozen=True)
class Endpoint:
    """One system that is told; `client` reaches its host and no other."""

    name: str
    url: str
    client: Client

    def keys(self, data: Path) -> list[bytes]:
        """Its signing keys, newest first: one per line of its file, `whsec_` and base64. Raises Passing."""
        path = data / f"webhook-{self.name}.secret"
        try:
            lines = path.read_text().split()
        except OSError:
            lines = []
        if not lines:
            raise Passing(
                f"The endpoint “{self.name}” has no secret yet: write one to {path.name} in the data folder."
            )
        return [signing_key(line) for line in lines]


def signing_key(secret: str) -> bytes:
    """The key in `whsec_<base64 of 24 to 64 bytes>`. Raises Passing: the operator can mend it."""
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        key = b""
    if not 24 <= len(key) <= 64:
        raise Passing("A secret of this endpoint is not “whsec_” and base64 of 24 to 64 bytes.")
    return key


def signature(keys: Sequence[bytes], message_id: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature`: one `v1,<base64>` for each key, so that a key can be replaced in peace."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return " ".join(
        "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode() for key in keys
    )


class Webhook(Channel):
    """One POST a message. Receivers know a repeated message by its `webhook-id`."""

    key = "webhook"
    label: ClassVar[Text] = {"en": "Web hook", "zh": "网络回调"}
    is_repeatable = True

    def __init__(self, endpoints: Mapping[str, Endpoint]):
        self._endpoints = endpoints

    @property
    def is_on(self) -> bool:
        return bool(self._endpoints)

    def deliver(self, delivery: Delivery, house: House) -> Mapping[str, Any]:
        """POST the message; `{"status": 204}` of the answer. Raises Passing or Permanent."""
        endpoint = self._endpoints.get(delivery.settings["endpoint"])
        if endpoint is None:
            raise Permanent(f"There is no endpoint “{delivery.settings['endpoint']}” any more.")
        body = payload(delivery)
        timestamp = int(house.clock.now().timestamp())
        headers = {
            "Content-Type": "application/json",
            "webhook-id": delivery.key,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(endpoint.keys(house.settings.data), delivery.key, timestamp, body),
        }
        try:
            answer = endpoint.client.post(endpoint.url, body, headers=headers).require_success()
        except Unreached as error:
            trouble = str(error.problems[0].said())
            raise Passing(trouble, error.retry_after_s) if error.is_passing else Permanent(trouble) from error
        return {"status": answer.status}


def payload(delivery: Delivery) -> bytes:
    """`{"type", "timestamp", "data": {"entity", "id", <field>: <json form> …}}`: the same bytes on every attempt."""
    document = {
        "type": delivery.settings["event"],
        "timestamp": delivery.decided_at.isoformat(),
        "data": {"entity": delivery.entity, "id": delivery.record_id, "record": dict(delivery.values)},
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


class SendWebhook(DeliverAction):
    """Tell an endpoint about each record."""

    key = "send_webhook"
    label: ClassVar[Text] = {"en": "Send a web hook", "zh": "发送网络回调"}
    help: ClassVar[Text] = {
        "en": "Tells another system about each record concerned.",
        "zh": "把每条相关记录通知另一个系统。",
    }
    settings: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "properties": {
            "endpoint": {
                "type": "string",
                "pattern": _KEY,
                "title": "Endpoint",
                "x-zh-title": "接收端",
                "description": "Who is told: the name of an endpoint that the operator set up.",
                "x-zh": "通知对象：运维人员配置的接收端短名。",
            },
            "event": {
                "type": "string",
                "pattern": "^[a-zA-Z0-9_]+([.][a-zA-Z0-9_]+)*$",
                "maxLength": 100,
                "title": "Event",
                "x-zh-title": "事件",
                "description": "What happened, as the other system calls it, such as member.dormant.",
                "x-zh": "事件名称，例如 member.dormant。",
            },
            "fields": {
                "type": "array",
                "items": {"type": "string", "pattern": _KEY},
                "maxItems": 100,
                "uniqueItems": True,
                "title": "Fields",
                "x-zh-title": "字段",
                "description": "The record's fields that are sent along.",
                "x-zh": "一并发送的记录字段。",
                "x-names": {"fields_of": "/entity"},
            },
        },
        "required": ["endpoint", "event"],
        "additionalProperties": False,
    }

    def __init__(self, endpoints: Mapping[str, Endpoint]):
        self._endpoints = endpoints

    def check(self, settings: Mapping[str, Any], entity: str, catalog: Catalog) -> list[Problem]:
        problems = []
        if settings["endpoint"] not in self._endpoints:
            known = ", ".join(self._endpoints) or "–"
            template = "The operator has set up no endpoint “{name}”; there are: {known}."
            params = {"name": settings["endpoint"], "known": known}
            problems.append(Problem("webhook.endpoint", template, params, "/endpoint"))
        for at, key in enumerate(settings.get("fields", ())):
            try:
                check_rule({"var": key}, catalog, entity, wanted="value")
            except Problems as wrong:
                problems += [problem.at(pointer("fields", at)) for problem in wrong.problems]
        return problems

    def sentence(self, settings: Mapping[str, Any], scope: Scope) -> str:
        template = {"en": "tell “{endpoint}” ({event})", "zh": "通知“{endpoint}”（{event}）"}
        return pick(template, scope.language).format(
            **{name: settings[name] for name in ("endpoint", "event")}
        )

    def message(self, settings: Mapping[str, Any], scope: Scope) -> Message:
        values = {
            key: check_rule({"var": key}, scope.catalog, scope.entity, wanted="value")
            for key in settings.get("fields", ())
        }
        return Message(Webhook.key, {"endpoint": settings["endpoint"], "event": settings["event"]}, values)
