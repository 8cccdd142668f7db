"""What a definition does: a pure function from a record and an event to a new record and commands.

Begin with `engine.record` (the data) and `engine.advance` (the function); each other module is one concern of it.
"""
