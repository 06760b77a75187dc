"""The API under /api/v1: JSON in and out, a token in the header, problem+json for errors."""

from flask import Blueprint

api = Blueprint("api", __name__)
