"""Which IP addresses are public: an explicit table of all that are not.

The table holds the IANA special-purpose registries (RFC 6890 as updated by RFC 8190, and the entries made
since), multicast, and the prefixes by which an IPv6 address embeds an IPv4 one. A whole block counts as not
public even where the registry lists a few globally reachable addresses in it: none of them is a website.
``ipaddress.is_global`` does not suffice: it calls 64:ff9b::7f00:1, 2002:7f00:1::, ::127.0.0.1, 192.0.0.192
and multicast addresses global.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

IPAddress = IPv4Address | IPv6Address
IPNetwork = IPv4Network | IPv6Network

_PURPOSES = {
    "0.0.0.0/8": "this network (RFC 791)",
    "10.0.0.0/8": "private use (RFC 1918)",
    "100.64.0.0/10": "shared address space of carriers (RFC 6598)",
    "127.0.0.0/8": "loopback (RFC 1122)",
    "169.254.0.0/16": "link local, cloud metadata (RFC 3927)",
    "172.16.0.0/12": "private use (RFC 1918)",
    "192.0.0.0/24": "protocol assignments (RFC 6890)",
    "192.0.2.0/24": "documentation (RFC 5737)",
    "192.31.196.0/24": "AS112 name servers (RFC 7535)",
    "192.52.193.0/24": "multicast tunnelling (RFC 7450)",
    "192.88.99.0/24": "6to4 relays, deprecated (RFC 7526)",
    "192.168.0.0/16": "private use (RFC 1918)",
    "192.175.48.0/24": "AS112 name servers (RFC 7534)",
    "198.18.0.0/15": "benchmarking (RFC 2544)",
    "198.51.100.0/24": "documentation (RFC 5737)",
    "203.0.113.0/24": "documentation (RFC 5737)",
    "224.0.0.0/4": "multicast (RFC 5771)",
    "240.0.0.0/4": "reserved, broadcast (RFC 1112, RFC 919)",
    "::/128": "unspecified (RFC 4291)",
    "::1/128": "loopback (RFC 4291)",
    "::/96": "IPv4-compatible, deprecated (RFC 4291)",
    "::ffff:0:0/96": "IPv4-mapped (RFC 4291)",
    "64:ff9b::/96": "IPv4 translation (RFC 6052)",
    "64:ff9b:1::/48": "local IPv4 translation (RFC 8215)",
    "100::/64": "discard only (RFC 6666)",
    "2001::/23": "protocol assignments, Teredo, ORCHID (RFC 2928)",
    "2001:db8::/32": "documentation (RFC 3849)",
    "2002::/16": "6to4, embeds IPv4 (RFC 3056)",
    "2620:4f:8000::/48": "AS112 name servers (RFC 7534)",
    "3fff::/20": "documentation (RFC 9637)",
    "5f00::/16": "segment routing (RFC 9602)",
    "fc00::/7": "unique local (RFC 4193)",
    "fe80::/10": "link local (RFC 4291)",
    "fec0::/10": "site local, deprecated (RFC 3879)",
    "ff00::/8": "multicast (RFC 4291)",
    # Global unicast is 2000::/3 alone (RFC 4291, section 2.4); what is left of the rest, whatever it becomes.
    "::/3": "not global unicast",
    "4000::/2": "not global unicast",
    "8000::/1": "not global unicast",
}
_NOT_PUBLIC = tuple((ip_network(block), purpose) for block, purpose in _PURPOSES.items())


def not_public(ip: str | IPAddress) -> str:
    """Return what the block that an address belongs to is for, or an empty text for a public address.

    Parameters
    ----------
    ip : str, IPv4Address or IPv6Address
        As a name server or ``getaddrinfo`` gives it; what is no address is not public.

    >>> not_public("169.254.169.254"), not_public("::ffff:8.8.8.8"), not_public("8.8.8.8")
    ('link local, cloud metadata (RFC 3927)', 'IPv4-mapped (RFC 4291)', '')
    >>> not_public("0177.0.0.1")
    'no IP address'
    """
    try:
        address = ip_address(ip)
    except ValueError:
        return "no IP address"
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return "bound to an interface (RFC 4007)"
    return next((purpose for block, purpose in _NOT_PUBLIC if address in block), "")


def is_public(ip: str | IPAddress) -> bool:
    """Tell whether an address is one of the public Internet.

    >>> is_public("8.8.8.8"), is_public("2606:4700::1"), is_public("10.0.0.1"), is_public("fe80::1%eth0")
    (True, True, False, False)
    """
    return not not_public(ip)
