"""Benchmarks: ratios of this product to what it is measured by, side by side in one run."""
