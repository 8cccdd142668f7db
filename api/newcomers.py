"""Who of the organisation somebody is whom the provider knows, and which roles come with that."""

from collections.abc import Iterator

from api.provider import Claims, Provider, SignInError
from language.organisation import Organisation, Row
from store.sessions import Session, begun

EMAIL = "email"
ASK = "Ask whoever looks after the organisation."


def newcomer(provider: Provider, claims: Claims, around: Organisation, at: float) -> Session:
    """Give the session that begins for who comes back from the provider. Raises SignInError for who does not get in."""
    roles = tuple(dict.fromkeys(_roles(provider, claims)))
    if provider.person_claim == EMAIL:
        name = _address(claims)
        people = [person for person, row in around.of("user").items() if name and _is_at(row, name)]
    else:
        name = str(claims.get(provider.person_claim) or "")
        people = [name] if around.find("user", name) is not None else []
    if len(people) > 1:
        raise SignInError(f"{name} is the address of several people of the organisation. {ASK}")
    if people:
        return _known(people[0], roles, around, at)
    if provider.guest_role is None or not name:
        raise SignInError(f"{name or 'Who you are'} is not known in this organisation. {ASK}")
    return begun(name, at, name=str(claims.get("name") or name), roles=(provider.guest_role, *roles))


def _known(person: str, roles: tuple[str, ...], around: Organisation, at: float) -> Session:
    if not around.of("user")[person]["active"]:
        raise SignInError(f"{person} is not active any more in this organisation. {ASK}")
    return begun(person, at, roles=roles)


def _is_at(row: Row, address: str) -> bool:
    return str(row.get(EMAIL) or "").casefold() == address


def _address(claims: Claims) -> str:
    """Give the mail address, where the provider has made sure that it is theirs."""
    address = str(claims.get(EMAIL) or "").casefold()
    if address and claims.get("email_verified") is not True:
        raise SignInError(f"The provider has not verified that {address} is yours. Have it verified there.")
    return address


def _roles(provider: Provider, claims: Claims) -> Iterator[str]:
    groups = claims.get(provider.groups_claim)
    for group in groups if isinstance(groups, list) else [groups]:
        if isinstance(group, str) and group in provider.roles:
            yield provider.roles[group]
