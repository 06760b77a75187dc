"""The studio: where admins see, change, check and publish what they made, and run it. All its addresses, in one list."""

from __future__ import annotations

from flask import Blueprint


def blueprint() -> Blueprint:
    return Blueprint("studio", __name__, url_prefix="/studio")
