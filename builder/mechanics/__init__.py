"""What entities share beyond fields and rules: so far the forms that strangers fill in."""
