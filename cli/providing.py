"""The provider at which people sign in, as the settings describe it (`STEWARD_OIDC_…`)."""

import json
from urllib.parse import urlsplit

from api.provider import Provider
from cli.errors import UsageError
from cli.listening import is_loopback
from settings import Settings


def provider_of(chosen: Settings) -> Provider | None:
    """Give the provider; None where none is configured. Raises UsageError for one that cannot be right."""
    if chosen.oidc_issuer is None:
        return None
    address = urlsplit(chosen.oidc_issuer)
    if address.scheme != "https" and not is_loopback(address.hostname or ""):
        raise UsageError(f"STEWARD_OIDC_ISSUER must begin with https: ({chosen.oidc_issuer})")
    return Provider(
        chosen.oidc_issuer,
        chosen.oidc_client_id,
        _secret(chosen),
        scopes=chosen.oidc_scopes,
        person_claim=chosen.oidc_person_claim,
        groups_claim=chosen.oidc_groups_claim,
        roles=_roles(chosen.oidc_roles),
        guest_role=chosen.oidc_guest_role,
    )


def _secret(chosen: Settings) -> str | None:
    if chosen.oidc_client_secret is not None:
        return chosen.oidc_client_secret.get_secret_value()
    if chosen.oidc_client_secret_file is None:
        return None
    try:
        return chosen.oidc_client_secret_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"STEWARD_OIDC_CLIENT_SECRET_FILE cannot be read: {error}") from error


def _roles(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(role, str) for role in found.values()):
        raise UsageError('STEWARD_OIDC_ROLES must be JSON such as {"itsm-agents": "agent"}')
    return found
