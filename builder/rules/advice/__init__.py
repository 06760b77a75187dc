"""What a rule tells its author before any record is asked: parts that decide nothing, the index it wants."""
