"""A definition as people read it, one file a kind. Never as JSON."""
