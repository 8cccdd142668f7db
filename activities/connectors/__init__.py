"""Actions that other systems carry out, over HTTP: an operator's file says which, where, and with which credentials.

declaring.py     what is written of a connector and of its actions
reading.py       the file becomes declarations, or every mistake in it with its place
acting.py        a declared action as one that definitions may `call`
asking.py        the request that an action makes of its input
answering.py     what a status means, and the outputs that are in an answer
sending.py       one request over the network: bounded in time and size, following nothing
addresses.py     which addresses may be reached
secrets.py       values that are kept outside the file
"""
