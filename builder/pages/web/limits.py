"""Limits that the whole site shares."""

MAX_BODY = 5_000_000
"""Bytes that a request may bring; a page that takes files raises it for itself (`request.max_content_length`)."""

MAX_ID = 2**63 - 1
"""The largest number that a database gives to a row."""
