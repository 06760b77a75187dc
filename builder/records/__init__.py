"""Records: generated tables, the one reading door and the one writing door, history, rollups, import and export."""
