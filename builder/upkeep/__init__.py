"""Upkeep: the schema's migrations, integrity check, fingerprint, backup and restore, sample data."""
