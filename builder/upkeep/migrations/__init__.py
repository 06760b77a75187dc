"""Migrations of the product's own tables; entities' tables are made by publishing."""
