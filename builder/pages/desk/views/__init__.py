"""How the types of views are drawn, one file each, registered in `all`."""
