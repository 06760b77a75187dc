"""The API under /api/v1: JSON in and out, a token in the header, problem+json for errors."""

from builder.pages.api import definitions, description, past, records, runs
from builder.pages.api.blueprint import api

__all__ = ["api", "definitions", "description", "past", "records", "runs"]
