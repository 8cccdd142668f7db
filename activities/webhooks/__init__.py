"""Tells other systems what happens to records, over HTTP: whoever manages webhooks says where to, and what of it.

courier.py       the loop: what is due is sent, at least once, and how it went is kept
writing.py       the message about an event: a CloudEvent, for the eyes of the webhook's owner
signing.py       the headers by which a receiver knows that it is from us (Standard Webhooks)
trying.py        when something is sent again, and when no more
"""
