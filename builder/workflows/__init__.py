"""Workflows: rules that always fire, once, over sets; rehearsed, explained and undone."""
