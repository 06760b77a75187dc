"""Formulas as people type them, `IF([Level] = "Gold", 2, 1)`: another face of the same JSONLogic document."""
