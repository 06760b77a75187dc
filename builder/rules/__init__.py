"""The rule language: JSONLogic parsed once, checked, then evaluated in Python or compiled to SQL, and explained."""
