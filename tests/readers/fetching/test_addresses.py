import pytest

from docarchive.readers.fetching.addresses import is_private, resolve


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
        "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::a00:1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_of_the_internet_are_private(ip: str) -> None:
    assert is_private(ip)


@pytest.mark.parametrize("ip", ["8.8.8.8", "2606:4700::1", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_of_the_internet_are_not(ip: str) -> None:
    assert not is_private(ip)


def test_a_host_is_told_by_its_addresses_however_it_is_written() -> None:
    for host in ("127.0.0.1", "2130706433", "0x7f.1"):
        assert {(address.socket_address, address.is_private) for address in resolve(host, 80, is_private)} == {
            (("127.0.0.1", 80), True)
        }
