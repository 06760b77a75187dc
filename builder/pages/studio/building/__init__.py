"""Entities and fields made and changed without a line of JSON: quick build, children, the editor of fields."""
