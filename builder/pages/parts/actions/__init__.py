"""What can be done at the top of a record's page: one file per sort."""
