"""Who did something, and from where, as JSON and back: what messages and the journal carry."""

from engine.record import Actor, Json, Origin, Plain


def actor_json(actor: Actor) -> dict[str, Json]:
    """Give an actor as plain JSON."""
    lists = {"roles": list(actor.roles), "groups": list(actor.groups)}
    return {**actor._asdict(), **lists, "origin": actor.origin._asdict()}


def actor_from(stored: Plain) -> Actor:
    """Read what `actor_json` gave, also before it told from where."""
    lists = {"roles": tuple(stored["roles"]), "groups": tuple(stored["groups"])}
    return Actor(**{**stored, **lists, "origin": Origin(**stored.get("origin", {}))})
