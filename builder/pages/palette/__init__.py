"""The palette: one box that finds every definition, field, page, action and record; Ctrl K, or the page `/find`."""
