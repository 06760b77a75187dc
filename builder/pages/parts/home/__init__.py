"""What the first page is made of: one file per sort."""
