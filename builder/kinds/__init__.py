"""Kinds of definitions: one Python file and one JSON Schema file (schema_store/shapes) each."""
