"""From documents to what is live: checked as a whole, planned in sentences, published in one transaction."""
