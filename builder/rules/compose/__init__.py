"""A condition as people put it together: an outline of parts, its forms, and the changes that are made to it."""
