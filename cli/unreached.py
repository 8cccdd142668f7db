"""Why Temporal could not be reached, and what helps: read from what its library, or its program, says of a failure."""

import re
from typing import NamedTuple


class Reached(NamedTuple):
    """How Temporal was to be reached; of the API key only whether there is one."""

    address: str
    namespace: str
    tls: bool
    api_key: bool


class Why(NamedTuple):
    """What is wrong, as the end of a sentence that begins with the server, and what to do."""

    what: str
    remedy: str

    def of(self, address: str) -> str:
        """Tell it of the server at an address."""
        subject = f"no Temporal server answers at {address}" if self is NOBODY else f"the Temporal server at {address}"
        return f"{subject}{self.what}. {self.remedy}."


AUTHORITY = Why(
    " has a certificate of an authority that is not trusted here",
    "Name the file with that authority's certificate: TEMPORAL_TLS_SERVER_CA_CERT_PATH",
)
OTHER_NAME = Why(
    " has a certificate for other names",
    "Use a name that it is for in TEMPORAL_ADDRESS, or say it in TEMPORAL_TLS_SERVER_NAME",
)
EXPIRED = Why(" has a certificate that is not valid now", "Renew it, and compare the clocks of both machines")
MISFIT = Why(
    " was not asked: the client certificate and its key do not belong together, or are not PEM",
    "Mend TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH",
)
NOT_TLS = Why(" does not speak TLS", "Set TEMPORAL_TLS=false, or name the address with TLS: TEMPORAL_ADDRESS")
WANTS_TLS = Why(" closes connections without TLS", "Set TEMPORAL_TLS=true")
CERTIFICATE = Why(
    " closes the connection: it wants a client certificate, or refuses the one it got",
    "Set TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH to one that its authority has signed",
)
WRONG_KEY = Why(
    " refuses the API key",
    "Set TEMPORAL_API_KEY to one that is valid now and may use the namespace",
)
NO_KEY = Why(" wants to know who calls", "Set TEMPORAL_API_KEY")
NOBODY = Why("", "Start one with `steward up`, or set STEWARD_TEMPORAL_ADDRESS or TEMPORAL_ADDRESS")

SAID: tuple[tuple[str, Why], ...] = (
    (r"NotValidForName|certificate is (not )?valid for|doesn't contain any IP SANs", OTHER_NAME),
    (r"InvalidCertificate\((Expired|NotValidYet)|has expired or is not yet valid", EXPIRED),
    (r"InvalidCertificate|unknown authority|failed to verify certificate|cannot verify server TLS", AUTHORITY),
    (r"KeyMismatch|PrivateKeyParseError|CertificateParseError|both client cert and private key", MISFIT),
    (r"private key does not match|failed to find any PEM|both be? ?provided", MISFIT),
    (r"InvalidContentType|first record does not look like a TLS", NOT_TLS),
    (r"certificate required|bad certificate|unknown certificate", CERTIFICATE),
)
REFUSED = re.compile(r"Unauthenticated|PermissionDenied|Request unauthorized|authentication failed")
CLOSED = re.compile(
    r"connection closed|broken ?pipe|transport error|ConnectionReset|error reading server", re.IGNORECASE
)


def why(said: str, reached: Reached) -> Why:
    """Tell why, from what was said; where nothing fits, that nobody answers."""
    if re.search(r"Namespace .*not found", said):
        make = f"temporal operator namespace create --namespace {reached.namespace}"
        remedy = f"Set TEMPORAL_NAMESPACE to one that it has, or make it: {make}"
        return Why(f' has no namespace "{reached.namespace}"', remedy)
    for pattern, told in SAID:
        if re.search(pattern, said):
            return told
    if REFUSED.search(said):
        return WRONG_KEY if reached.api_key else NO_KEY
    if CLOSED.search(said):
        return CERTIFICATE if reached.tls else WANTS_TLS
    return NOBODY
