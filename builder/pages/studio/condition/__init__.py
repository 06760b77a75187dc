"""A condition as people put it together: its form, what its buttons do, how it is drawn and what it means."""
