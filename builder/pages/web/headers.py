"""The headers of every answer, set in one place."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request

from builder.pages.web.visit import house

POLICY = (
    "default-src 'self'; script-src 'self'{nonce}; style-src 'self'{nonce}; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
HSTS = "max-age=31536000"


def register(app: Flask) -> None:
    app.jinja_env.globals["csp_nonce"] = nonce
    app.after_request(add)


def nonce() -> str:
    """This answer's nonce, for the rare `<script nonce>` or `<style nonce>` of our own."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return g.nonce


def add(response: Response) -> Response:
    """No inline script or style without the nonce, no framing, and nothing personal in any cache."""
    allowed = f" 'nonce-{g.nonce}'" if "nonce" in g else ""
    response.headers.setdefault("Content-Security-Policy", POLICY.format(nonce=allowed))
    for name, value in FIXED.items():
        response.headers.setdefault(name, value)
    if (house().settings.base_url or "").startswith("https:"):
        response.headers.setdefault("Strict-Transport-Security", HSTS)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
        response.vary.add("Cookie")
    return response
