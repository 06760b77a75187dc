"""Rules that nobody means well by, as the texts that arrive at a door. Every door refuses all of them."""

from __future__ import annotations

import json
from typing import Any


def nested(name: str, levels: int) -> str:
    return f'{{"{name}":[' * levels + "true" + "]}" * levels


def compared(value: str) -> str:
    """`points` compared with a value as it is written."""
    return f'{{"==":[{{"var":"points"}},{value}]}}'


def _written(rule: Any) -> str:
    return json.dumps(rule)


TEXTS: dict[str, str] = {
    "nothing": "",
    "half": '{"and":[',
    "deep brackets": "[" * 100_000,
    "deep": nested("!", 100_000),
    "eleven levels": nested("!", 11),
    "five ifs": nested("if", 5),
    "long": compared('"' + "a" * 70_000 + '"'),
    "longer than any text": compared('"' + "a" * 1_100_000 + '"'),
    "wide": _written({"and": [{"var": "points"}] * 101}),
    "many operators": _written({"and": [{"or": [{"var": "points"}] * 50}] * 50}),
    "huge list": _written({"in": [{"var": "points"}, list(range(50_000))]}),
    "unknown operator": '{"frobnicate":[1]}',
    "method": '{"method":[{"var":"name"},"upper"]}',
    "constructor": '{"constructor":[]}',
    "operator of dots": '{"__init__.__globals__":[]}',
    "log": '{"log":["x"]}',
    "throw": '{"throw":["x"]}',
    "reduce": '{"reduce":[[1,2],{"cat":[{"var":"accumulator"},{"var":"accumulator"}]},"a"]}',
    "class": '{"==":[{"var":"__class__"},1]}',
    "class beyond": '{"==":[{"var":"store.__class__.__init__"},1]}',
    "user's class": '{"==":[{"var":"$user.__class__.__name__"},{"var":"nothing"}]}',
    "format": '{"==":[{"var":"{name.__class__}"},"{0.__class__}"]}',
    "NaN": compared("NaN"),
    "infinity": compared("-Infinity"),
    "1e400": compared("1e400"),
    "2^53": compared(str(2**53)),
    "400 digits": compared("9" * 400),
    "duplicate keys": '{"==":[1,1],"==":[1,2]}',
    "duplicate keys inside": '{"!":[{"var":"points","var":"name"}]}',
    "two operators": '{"and":[true],"or":[true]}',
    "no operator": "{}",
    "empty and": '{"and":[]}',
    "lone surrogate": '{"==":[{"var":"name"},"\\ud800"]}',
    "lone surrogate as a name": '{"==":[{"var":"\\udfff"},1]}',
    "null byte": '{"==":[{"var":"name"},"\\u0000"]}',
    "var of a rule": '{"==":[{"var":{"var":"name"}},1]}',
    "var of nothing": '{"!":[{"var":[]}]}',
    "three references": '{"==":[{"var":"store.store.store.store"},1]}',
    "six aggregates": _written({"and": [{"some": [{"var": "orders"}, True]}] * 6}),
    "rule in a list": '{"in":[1,[{"var":"points"}]]}',
    "null": "null",
    "number": "1",
    "text": '"name"',
    "list": "[true]",
}
