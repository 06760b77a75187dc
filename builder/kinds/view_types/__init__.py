"""The ways in which a view may show its records, one file each: what is set, and what is wrong with it."""
