"""What workflows can do: one action per file, all answering `contract.Action`."""
