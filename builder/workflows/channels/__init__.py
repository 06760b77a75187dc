"""Ways on which a message leaves: one channel per file, all answering `contract.Channel`."""
