"""Reports: what became of targets, how much there was to do, how long it took where, and how it ended."""
