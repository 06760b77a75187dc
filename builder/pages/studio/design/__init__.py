"""The designer: views, forms, applications and workflows as forms that their kinds' shapes draw."""
