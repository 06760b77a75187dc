"""An entity in a few strokes: fields typed as lines or taken from a sheet, and the definitions they make."""
