"""Field types: one file each. They name operators and return documents; they know no rules and no records."""
