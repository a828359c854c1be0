"""Which network addresses a server-side request may be made to. The default is the public internet only."""

import ipaddress

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# Beside what `is_global` refuses: protocol assignments (which hold cloud metadata services), 6to4 relays,
# benchmarking and multicast. Listed here, since the standard library's tables differ between releases.
_REFUSED_V4 = [
    ipaddress.IPv4Network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
]
# Of IPv6 only global unicast is public, without special purposes, Teredo, documentation and 6to4.
_PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
_REFUSED_V6 = [
    ipaddress.IPv6Network(block)
    for block in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
]
# An IPv4 address in IPv6 clothes: mapped, and as a NAT64 gateway of the local network translates it.
_EMBEDDING_V6 = [ipaddress.IPv6Network(block) for block in ("::ffff:0:0/96", "64:ff9b::/96")]

# Where clouds keep their metadata services, beside the link-local ones: some lie in private networks, one looks public.
_METADATA = [
    ipaddress.ip_address(address)
    for address in ("100.100.100.200", "168.63.129.16", "fd00:ec2::254", "fd20:ce::254")
]
_METADATA_NAMES = frozenset(
    {"instance-data", "instance-data.ec2.internal", "metadata", "metadata.goog", "metadata.google.internal"}
)

# What may be let in by name: the networks of an organization, never a link-local metadata service.
_PRIVATE = [
    ipaddress.ip_network(block)
    for block in (
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::1/128",
        "fc00::/7",
    )
]


def is_public(address: IPAddress) -> bool:
    """Whether the address is a host on the public internet, whatever form it is written in."""
    address = _unwrapped(address)
    if address in _METADATA:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not any(address in block for block in _REFUSED_V4)
    if address.scope_id or address not in _PUBLIC_V6:
        return False
    return address.is_global and not any(address in block for block in _REFUSED_V6)


def is_private_network(address: IPAddress) -> bool:
    """Whether the address may belong to a host that an administrator lets in; never that of a metadata service."""
    address = _unwrapped(address)
    if address in _METADATA or (isinstance(address, ipaddress.IPv6Address) and address.scope_id):
        return False
    return any(address.version == block.version and address in block for block in _PRIVATE)


def is_metadata_name(host: str) -> bool:
    """Whether clouds call their metadata service so, whatever the name stands for here."""
    return host in _METADATA_NAMES


def _unwrapped(address: IPAddress) -> IPAddress:
    if isinstance(address, ipaddress.IPv6Address) and any(address in block for block in _EMBEDDING_V6):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address
