"""The crash suite: a whole Steward at work while everything is killed, and an oracle that judges what is left."""
