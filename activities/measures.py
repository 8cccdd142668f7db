"""What a worker counts of its own work, for Prometheus: outcomes by a few names each, never by record or person."""

from prometheus_client import CollectorRegistry, Counter, Histogram

REGISTRY = CollectorRegistry()
"""The counts of this process; they begin anew with it."""

DONE, SENT, FAILED, REFUSED, CANCELLED = "done", "sent", "failed", "refused", "cancelled"
"""How something may end."""

ACTIVITIES = Histogram(
    "steward_activity_seconds",
    "Seconds that attempts of activities took, by their outcome.",
    ("activity", "outcome"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0, 600.0),
    registry=REGISTRY,
)
MESSAGES = Counter(
    "steward_messages", "Attempts to send what is in the outbox.", ("kind", "outcome"), registry=REGISTRY
)
ATTEMPTS = Counter("steward_webhook_attempts", "Attempts to tell webhooks.", ("outcome",), registry=REGISTRY)
