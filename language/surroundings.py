"""What exists around a definition, as the checker sees it: people, calendars, messages, actions, other processes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from language.definition import Definition
from language.messages import Message
from language.organisation import REFERABLE, Organisation
from language.static_types import StaticType, type_of
from language.values import Shape


@dataclass(frozen=True, slots=True)
class ActionShape:
    """What an action takes and gives; `required` names the inputs that must be there."""

    inputs: Mapping[str, StaticType | Shape]
    required: tuple[str, ...] = ()
    outputs: Mapping[str, StaticType | Shape] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The names that exist around a definition.

    `messages` maps each to the names its template reads, `things` each kind of thing a reference can be of to its ids,
    `members` each role and group to the active people in it, as far as that is known.
    """

    people: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    calendars: tuple[str, ...] = ()
    processes: Mapping[str, Definition] = field(default_factory=dict)
    messages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    things: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    actions: Mapping[str, ActionShape] = field(default_factory=dict)
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def from_organisation(
        cls,
        organisation: Organisation,
        messages: Mapping[str, Message],
        actions: Mapping[str, ActionShape],
        processes: Mapping[str, Definition],
    ) -> "Surroundings":
        """Take the names of an organisation, and of what stands beside it."""
        return cls(
            people=tuple(organisation.of("user")),
            groups=tuple(organisation.of("group")),
            roles=tuple(organisation.of("role")),
            calendars=tuple(organisation.of("calendar")),
            processes=processes,
            messages={name: message.names for name, message in messages.items()},
            things={kind: tuple(organisation.of(kind)) for kind in REFERABLE},
            actions=actions,
            members={
                **{name: organisation.holders(name) for name in organisation.of("role")},
                **{name: organisation.members(name) for name in organisation.of("group")},
            },
        )


def static(shape: StaticType | Shape) -> StaticType:
    """Give the type of an input or output of an action, however it was declared."""
    return type_of(shape) if isinstance(shape, Shape) else shape
