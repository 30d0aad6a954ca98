"""Which addresses are outside, on the internet. Python's own `is_global` differs by release, so the lists stand here.

IPv4: all but the special purposes that IANA lists. IPv6: of what is given out at all (2000::/3) all but the special
purposes; so every way to spell an IPv4 address in IPv6 (mapped, compatible, NAT64, 6to4, Teredo) is inside.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

INNER_V4 = tuple(
    IPv4Network(each)
    for each in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",  # answers inside of every virtual machine at Microsoft
    )
)  # fmt: skip
OUTER_V6 = IPv6Network("2000::/3")
INNER_V6 = tuple(
    IPv6Network(each)
    for each in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)  # fmt: skip
ISATAP = (0x00005EFE, 0x02005EFE)  # the half of an interface's number that says: an IPv4 address follows


def is_outer(address: Address) -> bool:
    """Whether this is an address on the internet, spelled in the usual way."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in INNER_V4)
    if address.scope_id is not None or address not in OUTER_V6 or (int(address) >> 32) & 0xFFFFFFFF in ISATAP:
        return False
    return not any(address in network for network in INNER_V6)
