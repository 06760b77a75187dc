"""Pages: thin. They read the request, call a room, render."""
