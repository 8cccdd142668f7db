"""Lets hypothesis judge what is true, not how fast the machine is on which it finds out."""

from hypothesis import HealthCheck, settings

settings.register_profile("steward", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steward")
