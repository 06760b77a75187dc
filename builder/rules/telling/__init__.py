"""What people are told of a rule: its sentence, its steps over a record, what would turn it, what was empty."""
