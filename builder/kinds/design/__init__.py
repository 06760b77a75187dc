"""A definition as a form that its shape draws: what can be filled in, read back, and changed by buttons. No web."""
