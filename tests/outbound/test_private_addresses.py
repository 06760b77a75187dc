"""Nothing on this machine, in its network or of its cloud is reached by any spelling: the listeners hear nobody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from builder.outbound import Client, Limits, Unreached
from builder.outbound.target import is_public, target_of
from builder.outbound.wire import dial
from tests.outbound.receivers import Listener, listening, said

HOSTS = [
    "127.0.0.1", "127.0.0.2", "127.255.255.254", "127.1", "127.0.1", "0", "0.0.0.0", "2130706433",
    "0x7f000001", "0x7f.0.0.1", "017700000001", "0177.0.0.1", "127.0.0.1.", "localhost", "LOCALHOST",
    "localhost.", "ip6-localhost", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]",
    "[2001:0:4136:e378:8000:63bf:80ff:fffe]", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254",
    "2852039166", "100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1", "192.0.2.1",
    "203.0.113.1", "192.88.99.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "[fd00:ec2::254]", "[fc00::1]", "[fe80::1]", "[fe80::1%25lo]", "[fe80::1%lo]", "[fec0::1]",
    "[ff02::1]", "[2001:db8::1]", "[100::1]", "[3fff::1]", "[5f00::1]",
]  # fmt: skip
TRICKS = [
    "https://good.example@127.0.0.1:{port}/", "https://good.example:x@127.0.0.1:{port}/",
    "https://127.0.0.1:{port}#@good.example/", "https://127.0.0.1:{port}\\@good.example/",
    "https://good.example\\.127.0.0.1:{port}/", "https://127.0.0.1%00.good.example:{port}/",
    "https://①②⑦.⓪.⓪.①:{port}/", "https://１２７.0.0.1:{port}/", "https:127.0.0.1:{port}",
    "https:///127.0.0.1:{port}", "//127.0.0.1:{port}/", " https://127.0.0.1:{port}/",
    "https://127.0.0.1:{port}/\r\nHost: good.example", "https://127.0.0.1\t:{port}/",
    "https://[::1:{port}/", "https://[127.0.0.1]:{port}/", "https://127.0.0.1:0/",
    "https://127.0.0.1:99999/", "https://127.0.0.1:{port}x/", "https://:{port}/",
    "http://127.0.0.1:{port}/", "file:///etc/passwd", "ftp://127.0.0.1:{port}/",
    "gopher://127.0.0.1:{port}/_x", "unix:///run/x.sock", "data:text/plain,x", "javascript:alert(1)", "",
    "127.0.0.1:{port}",
]  # fmt: skip


@pytest.fixture(scope="module")
def listeners() -> Iterator[list[Listener]]:
    """On every address of this machine, of both families where it has them."""
    with listening(said(), address="0.0.0.0") as four:
        try:
            with listening(said(), address="::") as six:
                yield [four, six]
        except OSError:  # no IPv6 here
            yield [four]


@pytest.mark.parametrize("url", [f"https://{host}:{{port}}/" for host in HOSTS] + TRICKS)
def test_no_spelling_reaches_this_machine(listeners, url):
    for listener in listeners:
        spelled = url.replace("{port}", str(listener.port))
        with pytest.raises(Unreached) as caught:
            everywhere(spelled).get(spelled)
        assert not caught.value.is_passing or caught.value.problems[0].code == "outbound.name"
        assert caught.value.problems[0].said()
    assert [listener.connections for listener in listeners] == [0] * len(listeners)


def everywhere(url: str) -> Client:
    """A client whose list holds the very host of `url`: only the address can refuse it."""
    try:
        target = target_of(url)
    except Unreached:
        return Client(["good.example", "127.0.0.1"])
    return Client(target.names, limits=Limits(connect_s=0.5, total_s=2))


def test_a_name_that_points_inside_is_refused_even_beside_a_public_address():
    dialled: list[str] = []
    for addresses in (
        ["127.0.0.1"],
        ["93.184.215.14", "10.0.0.1"],
        ["::ffff:10.0.0.1"],
        ["fe80::1%eth0"],
        ["not an address"],
    ):
        client = Client(
            ["shop.example"],
            resolve=lambda host, port, at=addresses: at,
            dial=lambda *to: dialled.append(to[0]),
        )
        with pytest.raises(Unreached) as caught:
            client.get("https://shop.example/")
        assert caught.value.problems[0].code == "outbound.private"
    assert dialled == []


def test_a_name_is_resolved_once_and_that_address_is_dialled():
    answers = [["93.184.215.14"], ["127.0.0.1"]]
    asked: list[str] = []
    dialled: list[tuple[str, int]] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return answers.pop(0)

    def refusing(address: str, port: int, timeout_s: float):
        dialled.append((address, port))
        raise ConnectionRefusedError

    with pytest.raises(Unreached) as caught:
        Client(["shop.example"], resolve=rebinding, dial=refusing).get("https://shop.example/")
    assert caught.value.is_passing
    assert (asked, dialled) == (["shop.example"], [("93.184.215.14", 443)])


def test_every_public_address_of_a_name_is_tried():
    dialled: list[str] = []

    def refusing(address: str, port: int, timeout_s: float):
        dialled.append(address)
        raise OSError

    with pytest.raises(Unreached):
        Client(["a.example"], resolve=lambda *_: ["93.184.215.14", "2606:4700::1111"], dial=refusing).get(
            "https://a.example"
        )
    assert dialled == ["93.184.215.14", "2606:4700::1111"]


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "1.1.1.1", "2606:4700::1111", "64:ff9b::101:101", "::ffff:1.1.1.1"]
)
def test_public_addresses_are_public(address):
    assert is_public(address)


def test_a_host_that_nobody_named_is_not_even_looked_up():
    asked: list[str] = []
    client = Client(
        ["api.example.com", "*.shop.example"], resolve=lambda host, port: asked.append(host) or []
    )
    for url in (
        "https://example.com/", "https://api.example.com.evil.test/", "https://api.example.com:8443/", "https://shop.example/",
        "https://evilshop.example/", "https://xapi.example.com/",
    ):  # fmt: skip
        with pytest.raises(Unreached) as caught:
            client.get(url)
        assert caught.value.problems[0].code == "outbound.host"
    assert asked == []


def test_names_below_a_star_are_allowed():
    asked: list[str] = []
    client = Client(["*.shop.example"], resolve=lambda host, port: asked.append(host) or [])
    for url in ("https://a.shop.example/", "https://A.b.SHOP.example./"):
        with pytest.raises(Unreached):
            client.get(url)
    assert asked == ["a.shop.example", "a.b.shop.example"]


def test_plain_http_to_the_outside_is_refused():
    with pytest.raises(Unreached) as caught:
        Client(["api.example.com", "api.example.com:80"]).get("http://api.example.com/")
    assert caught.value.problems[0].code == "outbound.plain"


def test_a_private_host_is_reached_when_the_operator_names_it_with_its_port():
    with listening(said(body=b"hello")) as named, listening(said()) as other:
        client = Client(private_hosts=[f"127.0.0.1:{named.port}"])
        assert client.get(f"http://127.0.0.1:{named.port}/").body == b"hello"
        for url in (
            f"http://127.0.0.1:{other.port}/",
            f"http://localhost:{named.port}/",
            f"http://127.0.0.2:{named.port}/",
        ):
            with pytest.raises(Unreached):
                client.get(url)
        assert (named.connections, other.connections) == (1, 0)


def test_a_redirect_is_an_answer_and_is_not_followed():
    with listening(said()) as inside:
        with listening(said("302 Found", b"", f"Location: http://127.0.0.1:{inside.port}/")) as outside:
            hosts = [f"127.0.0.1:{outside.port}", f"127.0.0.1:{inside.port}"]
            answer = Client(private_hosts=hosts).get(f"http://127.0.0.1:{outside.port}/")
            with pytest.raises(Unreached) as caught:
                answer.require_success()
        assert answer.status == 302
        assert not caught.value.is_passing
        assert inside.connections == 0


def test_proxies_of_the_environment_are_not_asked(monkeypatch):
    with listening(said()) as proxy, listening(said(body=b"direct")) as receiver:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        client = Client(private_hosts=[f"127.0.0.1:{receiver.port}"], dial=dial)
        assert client.get(f"http://127.0.0.1:{receiver.port}/").body == b"direct"
        assert proxy.connections == 0
