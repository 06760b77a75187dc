"""What pages of the desk are made of: parts and actions of a record's page, parts of the first page. No Flask here."""
