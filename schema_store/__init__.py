"""Definitions as documents: kinds, their shapes, versions, diff and packages. No Flask, nothing of builder."""
