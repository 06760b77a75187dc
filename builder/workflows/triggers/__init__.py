"""What wakes a workflow: one trigger per file, all answering `contract.Trigger`."""
