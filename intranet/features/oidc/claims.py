"""What comes of asking the provider: claims that were checked, or a refusal."""

from dataclasses import dataclass
from typing import Any

from intranet.plugin_api import NotFound, Refused, site


class ProviderDown(Refused):
    """The provider does not answer, or not as a provider does."""

    code = "provider_unavailable"


class NotLetIn(Refused):
    """The provider, or what it said, opens no door here. The message is the cause, for the audit log."""

    code = "wrong_login"


@dataclass(frozen=True)
class Claims:
    """What the provider says of somebody, checked. `email` is one that it vouches for."""

    subject: str
    username: str
    name: str
    email: str


def section() -> Any:
    """The settings. Raises NotFound where there are none."""
    found = site().settings.oidc
    if found is None:
        raise NotFound
    return found
