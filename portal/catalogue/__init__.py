"""The catalogue: what somebody may begin, and the things they may order, with the form of each."""
