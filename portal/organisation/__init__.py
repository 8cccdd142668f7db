"""The organisation on pages: people, groups, services, freezes and the rest, read by everybody, changed by who may."""
