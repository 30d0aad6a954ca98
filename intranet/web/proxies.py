"""Whom we believe about the client's address: a proxy that was named in the settings, and nobody else."""

import ipaddress
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

from intranet.kernel.settings import SettingsError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class TrustedProxies:
    """Reads `X-Forwarded-*` only when the socket's peer is one of `addresses`, or a Unix socket, which has no address."""

    def __init__(self, app: "WSGIApplication", *, hops: int, addresses: Sequence[str]) -> None:
        self.direct, self.networks = app, [_network(each) for each in addresses]
        self.proxied = ProxyFix(app, x_for=hops, x_proto=hops, x_host=hops)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        app = self.proxied if self.is_trusted(environ.get("REMOTE_ADDR", "")) else self.direct
        return app(environ, start_response)

    def is_trusted(self, peer: str) -> bool:
        if not peer:
            return True
        try:
            address = ipaddress.ip_address(peer.partition("%")[0])
        except ValueError:
            return False
        inner = getattr(address, "ipv4_mapped", None) or address  # a socket for both kinds says ::ffff:10.0.0.1
        return any(inner in network for network in self.networks)


def _network(said: str) -> Network:
    """Raises SettingsError."""
    try:
        return ipaddress.ip_network(said.strip(), strict=False)
    except ValueError as error:
        raise SettingsError(f"proxy_addresses: {said!r} is no address and no network like 10.0.0.0/8") from error
