"""The demo company's own systems, which Steward knows only by their address: they import nothing of it.

books.py      identity, stock and purchasing: what they keep, each request carried out once
serving.py    the same over HTTP, with a token, and failing when told to
shop.py       a web shop with a good and a bad version, its requests counted
rings.py      brings a version of the shop to a ring, as an operator's command
__main__.py   `python -m demo FILE PORT`
"""
