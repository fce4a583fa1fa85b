"""Public addresses: both edges of every range, and what ipaddress gets wrong."""

from ipaddress import ip_address, ip_network

import pytest

from enrich.sources.addresses import is_public, not_public

RANGES = (
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
    *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24"),
    *("192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
    *("224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32"),
    *("::/128", "::1/128", "::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64"),
    *("2001::/23", "2001::/32", "2001:10::/28", "2001:20::/28", "2001:db8::/32", "2002::/16"),
    *("2620:4f:8000::/48", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
)
# The address just outside of a range, where it is public.
NEIGHBOURS = (
    *("1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255"),
    *("128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "191.255.255.255"),
    *("192.0.1.0", "192.0.1.255", "192.0.3.0", "192.31.195.255", "192.31.197.0", "192.52.192.255"),
    *("192.52.194.0", "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0", "192.175.47.255"),
    *("192.175.49.0", "198.17.255.255", "198.20.0.0", "198.51.99.255", "198.51.101.0", "203.0.112.255"),
    *("203.0.114.0", "223.255.255.255"),
    *("2000::", "2001:200::", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::", "2003::"),
    *("2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2620:4f:7fff:ffff:ffff:ffff:ffff:ffff"),
    *("2620:4f:8001::", "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::"),
    "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
)


@pytest.mark.parametrize("block", RANGES)
def test_both_edges_of_a_range_are_not_public(block):
    network = ip_network(block)
    for address in (network[0], network[-1], network[network.num_addresses // 2]):
        assert not is_public(address)
        assert not is_public(str(address))


@pytest.mark.parametrize("address", NEIGHBOURS)
def test_its_public_neighbours_are(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("64:ff9b::7f00:1", "2002:7f00:1::", "::127.0.0.1", "192.0.0.192", "224.0.0.1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::808:808", "4000::1", "9000::1", "fe80::1%lo"),
    ],
)
def test_what_embeds_an_address_or_is_not_allocated_is_not_public(address):
    assert not_public(address)


@pytest.mark.parametrize("text", ["", "localhost", "0177.0.0.1", "2130706433", "127.1", "0x7f.1", "[::1]"])
def test_what_is_no_address_is_not_public(text):
    assert not_public(text) == "no IP address"


def test_whatever_ipaddress_calls_private_is_not_public():
    for first in range(256):
        for address in (f"{first}.0.0.0", f"{first}.255.255.255", f"{first}.64.0.1"):
            assert ip_address(address).is_global or not is_public(address)
