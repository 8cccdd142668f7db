"""Temporal, deterministic: the one workflow that carries out every process, and the client by which all reach it."""
