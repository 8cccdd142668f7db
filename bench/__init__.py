"""Benchmarks: each figure beside a baseline measured in the same run, so that it holds on any machine."""
