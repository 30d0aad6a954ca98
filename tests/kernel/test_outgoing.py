"""What may be asked of strangers' addresses, and that nothing inside is ever asked (A45, A46, A75)."""

import gzip
import os
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path

import pytest

from intranet.kernel import dialling
from intranet.kernel.networks import is_outer
from intranet.kernel.outgoing import Errand, Unreachable, fetch, read_address
from intranet.testing.elsewhere import LOOPBACK, Elsewhere, drip, flood, page, redirect

INNER = (
    "127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "100.100.100.200", "0.0.0.0", "0.1.2.3", "198.18.0.1", "192.0.0.170", "192.0.2.1", "203.0.113.9",
    "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "168.63.129.16",
)  # fmt: skip
INNER_V6 = (
    "::1", "::", "0:0:0:0:0:0:0:1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "fdff::1", "ff02::1", "ff0e::1",
    "100::1", "2001:db8::1", "3fff::1", "2001::1", "2001:10::1", "2001:20::1", "5f00::1", "4000::1", "::2",
    "2a00:1450:4001:800:0:5efe:10.0.0.1", "2a00:1450:4001:800:200:5efe:a00:1",
)  # fmt: skip
OUTER = ("8.8.8.8", "1.1.1.1", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1", "223.255.255.255")
OUTER_V6 = ("2606:4700:4700::1111", "2a00:1450:4001:830::200e", "2001:4860:4860::8888")
LARGE = 1 << 20


def spellings(address: str) -> list[str]:
    """Every way in which that IPv4 address is written by those who want it to be overlooked."""
    number, (a, b, c, d) = int(IPv4Address(address)), (int(part) for part in address.split("."))
    high, low = f"{number >> 16:x}", f"{number & 0xFFFF:x}"
    return [
        address, f"{address}.", str(number), hex(number), hex(number).upper().replace("0X", "0x"), f"0{number:o}",
        f"{a}.{number & 0xFFFFFF}", f"{a}.{b}.{number & 0xFFFF}", f"{a:#x}.{b:#x}.{c:#x}.{d:#x}",
        f"0{a:o}.0{b:o}.0{c:o}.0{d:o}", f"000{a:o}.{b}.{c}.{d}", f"{a:#x}.{number & 0xFFFFFF}",
        f"[::ffff:{address}]", f"[::ffff:{high}:{low}]", f"[0:0:0:0:0:ffff:{high}:{low}]", f"[::{address}]",
        f"[::ffff:0:{address}]", f"[64:ff9b::{address}]", f"[64:ff9b:1::{high}:{low}]", f"[2002:{high}:{low}::]",
        f"[2001:0:{high}:{low}::1]", f"[2001::{number ^ 0xFFFFFFFF:x}]".replace(f"{number ^ 0xFFFFFFFF:x}", ":".join((f"{(number ^ 0xFFFFFFFF) >> 16:x}", f"{(number ^ 0xFFFFFFFF) & 0xFFFF:x}"))),
    ]  # fmt: skip


HOSTS = [spelled for address in INNER for spelled in spellings(address)] + [f"[{each}]" for each in INNER_V6]
ODD = [
    "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/", "http://127.0.0.1%2f@outer.example/", "http://[fe80::1%25eth0]/", "http://[fe80::1%eth0]/",
    "http://outer.example@127.0.0.1/", "http://127.0.0.1:80@outer.example/", "http://user:secret@outer.example/",
    "http://@outer.example/", "http://outer.example\\@127.0.0.1/", "http:\\\\127.0.0.1/", "http:127.0.0.1/", "http:///127.0.0.1/",
    "http://outer.example\t.127.0.0.1/", "http://127.0.0.1\n/", "http://outer.example /", "http://outer.example\0.127.0.0.1/",
    "http://\u202e127.0.0.1/", "file:///etc/passwd", "ftp://outer.example/", "gopher://127.0.0.1:25/_HELO", "dict://127.0.0.1/",
    "unix:///run/docker.sock", "jar:http://outer.example!/", "javascript:alert(1)", "data:text/html,x", "//outer.example/", "outer.example",
    "http://", "https://", "http://:80/", "http://[::1", "http://::1/", "http://outer.example:22/", "http://outer.example:0/",
    "http://outer.example:65536/", "http://outer.example:-1/", "http://outer.example:8080/", "https://outer.example:25/", "", "http://" + "a" * 2001,
]  # fmt: skip


def literal(host: str, port: int) -> list[str]:
    """The system's own reading of numbers, with no name server behind it."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    return [str(each[4][0]) for each in found]


def always(*addresses: str) -> dialling.Resolve:
    return lambda host, port: list(addresses)


ERRAND = Errand(types=("text/html",), limit=LARGE, resolve=always("127.0.0.1"))


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    site = Elsewhere()
    site.pages["/"] = page("<title>Hello</title>")
    yield site
    site.stop()


@pytest.fixture(scope="module")
def canary() -> Iterator[Elsewhere]:
    site = Elsewhere()
    yield site
    site.stop()


def allowed(site: Elsewhere, **changed: object) -> Errand:
    """What a test may: this one port, on loopback."""
    return replace(ERRAND, **{"ports": (site.port, 80, 443), "inner": LOOPBACK, "trusted": site.trusted, **changed})  # type: ignore[arg-type]


def test_more_than_two_hundred_spellings_are_tried() -> None:
    assert len(set(HOSTS)) > 400


@pytest.mark.parametrize("host", sorted(set(HOSTS)))
def test_no_spelling_of_an_inner_address_is_asked(canary: Elsewhere, host: str) -> None:
    errand = replace(ERRAND, resolve=literal, ports=(canary.port,))
    with pytest.raises(Unreachable):
        fetch(f"http://{host}:{canary.port}/", errand)
    assert canary.connections == 0


def test_the_system_reads_most_of_these_spellings_as_addresses() -> None:
    def is_read(host: str) -> bool:
        try:
            return bool(literal(host.strip("[]"), 80))
        except OSError:
            return False

    assert sum(is_read(host) for host in set(HOSTS)) > 300


@pytest.mark.parametrize("url", ODD)
def test_an_odd_address_is_refused(url: str) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return literal(host, port)

    with pytest.raises(Unreachable):
        fetch(url, replace(ERRAND, resolve=resolve))
    assert "outer.example" not in asked


@pytest.mark.parametrize("address", INNER + INNER_V6)
def test_a_name_that_leads_inside_is_refused(canary: Elsewhere, address: str) -> None:
    for answer in ([address], ["8.8.8.8", address], [address, "8.8.8.8"], ["2606:4700:4700::1111", address]):
        with pytest.raises(Unreachable, match="inside"):
            fetch(canary.url(), replace(ERRAND, ports=(canary.port,), resolve=always(*answer)))
    assert canary.connections == 0


@pytest.mark.parametrize("address", INNER + INNER_V6)
def test_inner_addresses_are_known(address: str) -> None:
    assert not is_outer(ip_address(address))


@pytest.mark.parametrize("address", OUTER + OUTER_V6)
def test_outer_addresses_are_known(address: str) -> None:
    assert is_outer(ip_address(address))


def test_nothing_that_python_calls_inner_is_outer() -> None:
    """Every edge of a network that Python's own lists name, on whichever side this Python puts it."""
    tried = [IPv4Address(number << 16 | 1) for number in range(1 << 16)]
    tried_v6 = [IPv6Address(number << 112 | 1) for number in range(1 << 16)]
    for address in (*tried, *tried_v6):
        if address.is_private or address.is_multicast or address.is_reserved or address.is_link_local:
            assert not is_outer(address), address


def test_an_allowed_site_is_asked_without_cookies_passwords_or_packing(elsewhere: Elsewhere) -> None:
    elsewhere.pages["/"] = page("<title>Hello</title>", Set_Cookie="a=b")
    errand = allowed(elsewhere)
    for _ in range(2):
        answer = fetch(elsewhere.url("/#part"), errand)
    assert (answer.body, answer.type, answer.charset) == (b"<title>Hello</title>", "text/html", "utf-8")
    head = elsewhere.asked[1].lower()
    assert f"host: elsewhere.example:{elsewhere.port}" in head
    assert "accept-encoding: identity" in head
    for word in ("cookie", "authorization", "referer", "gzip", "#part"):
        assert word not in head


def test_the_environment_sends_nobody_through_a_proxy(elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = Elsewhere()
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setitem(os.environ, name, proxy.url(host="127.0.0.1"))
    fetch(elsewhere.url(), allowed(elsewhere))
    proxy.stop()
    assert (elsewhere.connections, proxy.connections) == (1, 0)


def test_only_the_allowed_inner_network_is_asked(elsewhere: Elsewhere) -> None:
    other = ip_network("127.0.0.2/32")
    with pytest.raises(Unreachable, match="inside"):
        fetch(elsewhere.url(), allowed(elsewhere, inner=(other,)))
    assert elsewhere.connections == 0


def test_a_name_that_answers_differently_the_second_time_changes_nothing(elsewhere: Elsewhere) -> None:
    """Rebinding: the checked address is the one that is connected to, and the name is not asked again."""
    answers = [["127.0.0.1"], ["127.0.0.9"], ["127.0.0.9"]]
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return answers[len(asked) - 1]

    checked = ip_network("127.0.0.1/32")
    fetch(elsewhere.url(), allowed(elsewhere, resolve=resolve, inner=(checked,)))
    assert asked == ["elsewhere.example"]
    with pytest.raises(Unreachable, match="inside"):
        fetch(elsewhere.url(), allowed(elsewhere, resolve=resolve, inner=(checked,)))
    assert elsewhere.connections == 1


def test_each_redirect_asks_the_name_again_and_checks_what_it_says(elsewhere: Elsewhere) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    elsewhere.pages["/"] = redirect("/again")
    with pytest.raises(Unreachable, match=r"inside: 10\.0\.0\.1"):
        fetch(elsewhere.url(), allowed(elsewhere, resolve=lambda host, port: next(answers)))
    assert elsewhere.paths() == ["/"]


def test_the_socket_itself_is_asked_where_it_went(elsewhere: Elsewhere) -> None:
    """Were an address read differently when it is connected to, nothing would be sent all the same."""
    with socket.create_connection(("127.0.0.1", elsewhere.port)) as connected:
        with pytest.raises(OSError, match="inside"):
            dialling._check_peer(connected, ERRAND)
        dialling._check_peer(connected, allowed(elsewhere))


def test_a_box_is_not_asked_by_itself_at_its_outer_address(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialling, "is_outer", lambda address: True)
    with pytest.raises(Unreachable, match="inside"):
        fetch(elsewhere.url(), allowed(elsewhere, inner=()))
    assert elsewhere.asked == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_to_where_it_leads(elsewhere: Elsewhere, status: int) -> None:
    elsewhere.pages["/new?a=%C3%BC"] = page("new")
    elsewhere.pages["/old"] = redirect("new?a=%C3%BC", status)
    answer = fetch(elsewhere.url("/old"), allowed(elsewhere))
    assert answer.body == b"new"
    assert answer.url == elsewhere.url("/new?a=%C3%BC")


@pytest.mark.parametrize(
    "inside", ["http://10.0.0.1/", "//169.254.169.254/latest", "http://2130706434/", "http://[::1]/", "http://0/"]
)
def test_a_redirect_inside_is_not_followed(elsewhere: Elsewhere, inside: str) -> None:
    canary = Elsewhere(host="127.0.0.2")
    elsewhere.pages["/"] = redirect(inside)
    elsewhere.pages["/port"] = redirect(f"http://127.0.0.2:{canary.port}/")

    def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"] if host == "elsewhere.example" else literal(host, port)

    errand = allowed(elsewhere, resolve=resolve, inner=(ip_network("127.0.0.1/32"),))
    for path in ("/", "/port"):
        with pytest.raises(Unreachable, match=r"inside|another port"):
            fetch(elsewhere.url(path), errand)
    with pytest.raises(Unreachable, match="inside"):
        fetch(elsewhere.url("/port"), replace(errand, ports=(elsewhere.port, canary.port)))
    canary.stop()
    assert canary.connections == 0
    assert elsewhere.connections == 3


@pytest.mark.parametrize(
    "to", ["file:///etc/passwd", "ftp://outer.example/", "gopher://127.0.0.1/", "http://a:b@outer.example/", "http://[", "http://outer.example:22/"]
)  # fmt: skip
def test_a_redirect_to_anything_odd_is_not_followed(elsewhere: Elsewhere, to: str) -> None:
    elsewhere.pages["/"] = redirect(to)
    with pytest.raises(Unreachable):
        fetch(elsewhere.url(), allowed(elsewhere))
    assert elsewhere.connections == 1


def test_three_redirects_are_enough(elsewhere: Elsewhere) -> None:
    elsewhere.pages |= {f"/{step}": redirect(f"/{step - 1}") for step in range(1, 9)} | {"/0": page("there")}
    assert fetch(elsewhere.url("/3"), allowed(elsewhere)).body == b"there"
    elsewhere.asked.clear()
    with pytest.raises(Unreachable, match="too many"):
        fetch(elsewhere.url("/8"), allowed(elsewhere))
    assert len(elsewhere.asked) == 4


def test_tls_is_verified_with_the_name_that_was_asked_for(tmp_path: Path) -> None:
    site = Elsewhere(tmp_path, names=("elsewhere.example",))
    site.pages["/"] = page("sealed")
    site.pages["/down"] = redirect(site.url("/").replace("https", "http"))
    errand = allowed(site)
    assert fetch(site.url(), errand).body == b"sealed"
    for wrong, why in [
        (site.url(host="other.example"), "CERTIFICATE_VERIFY_FAILED|certificate"),
        (site.url(host="127.0.0.1"), "CERTIFICATE_VERIFY_FAILED|certificate"),
        (site.url("/down"), "out of https"),
    ]:
        with pytest.raises(Unreachable, match=why):
            fetch(wrong, errand)
    with pytest.raises(Unreachable, match=r"CERTIFICATE_VERIFY_FAILED|certificate"):
        fetch(site.url(), replace(errand, trusted=None))
    site.stop()
    assert site.paths() == ["/", "/down"]


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
SLOW = {
    "silence": drip(b"", b""),
    "status": drip(b"HTTP/1.1 ", b"2"),
    "header": drip(HEAD + b"X-Long: ", b"a"),
    "headers": drip(HEAD, b"a: b\r\n"),
    "interim": drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "body": drip(HEAD + b"\r\n", b"a"),
    "counted": drip(HEAD + b"Content-Length: 100000\r\n\r\n", b"a"),
    "chunks": drip(CHUNKED, b"1\r\na\r\n"),
    "chunk": drip(CHUNKED + b"fffff\r\n", b"a"),
    "length": drip(CHUNKED, b"0"),
}


@pytest.mark.parametrize("how", SLOW)
@pytest.mark.parametrize("is_sealed", [False, True])
def test_one_deadline_ends_every_kind_of_slowness(tmp_path: Path, how: str, is_sealed: bool) -> None:
    site = Elsewhere(tmp_path if is_sealed else None, names=("elsewhere.example",))
    site.pages["/"] = SLOW[how]
    began = time.monotonic()
    with pytest.raises(Unreachable):
        fetch(site.url(), allowed(site, within_s=0.7))
    assert time.monotonic() - began < 9
    site.stop()
    assert site.connections == 1


def test_the_deadline_holds_for_all_redirects_together(elsewhere: Elsewhere) -> None:
    def later(connection: socket.socket, ended: threading.Event) -> None:
        ended.wait(0.3)
        connection.sendall(redirect("/"))

    elsewhere.pages["/"] = later
    with pytest.raises(Unreachable, match=r"slow|Error|Disconnected|IncompleteRead"):
        fetch(elsewhere.url(), allowed(elsewhere, within_s=0.7))
    assert len(elsewhere.asked) <= 3


def test_a_silent_handshake_and_a_slow_name_server_are_given_up(tmp_path: Path) -> None:
    plain = Elsewhere()
    plain.pages["/"] = page("x")
    deaf = socket.create_server(("127.0.0.1", 0))
    port = deaf.getsockname()[1]
    ended = threading.Event()

    def never(host: str, port: int) -> Sequence[str]:
        ended.wait(20)
        return ["127.0.0.1"]

    began = time.monotonic()
    with pytest.raises(Unreachable):
        fetch(f"https://elsewhere.example:{port}/", allowed(plain, ports=(port,), within_s=0.6))
    with pytest.raises(Unreachable, match="name server"):
        fetch(plain.url(), allowed(plain, resolve=never, within_s=0.3))
    assert time.monotonic() - began < 9
    ended.set()
    deaf.close()
    plain.stop()
    assert plain.connections == 0


def test_an_endless_body_is_cut_or_refused(elsewhere: Elsewhere) -> None:
    elsewhere.pages |= {"/plain": flood(HEAD + b"\r\n", b"a"), "/chunks": flood(CHUNKED, b"5\r\naaaaa\r\n")}
    for path in ("/plain", "/chunks"):
        began = fetch(elsewhere.url(path), allowed(elsewhere, limit=10_000, cut=True)).body
        assert began == b"a" * 10_000
        with pytest.raises(Unreachable, match="too large"):
            fetch(elsewhere.url(path), allowed(elsewhere, limit=10_000))


@pytest.mark.parametrize("packing", ["gzip", "deflate", "br", "zstd", "gzip, gzip", "x"])
def test_a_bomb_is_never_unpacked(elsewhere: Elsewhere, packing: str) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert len(bomb) < LARGE
    elsewhere.pages["/"] = page(bomb, Content_Encoding=packing)
    with pytest.raises(Unreachable, match="packed"):
        fetch(elsewhere.url(), allowed(elsewhere))


@pytest.mark.parametrize("kind", ["application/octet-stream", "text/plain", "image/svg+xml", "text/htmlx", "", "a;b"])
def test_other_types_are_refused(elsewhere: Elsewhere, kind: str) -> None:
    elsewhere.pages["/"] = page("x", kind)
    with pytest.raises(Unreachable, match="another type"):
        fetch(elsewhere.url(), allowed(elsewhere))


@pytest.mark.parametrize("status", [204, 206, 304, 400, 401, 404, 500, 503])
def test_other_statuses_are_refused(elsewhere: Elsewhere, status: int) -> None:
    elsewhere.pages["/"] = page("", status=status)
    with pytest.raises(Unreachable, match="status"):
        fetch(elsewhere.url(), allowed(elsewhere))


@pytest.mark.parametrize(
    "said",
    [
        b"", b"\r\n\r\n", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 5000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nA: " + b"a" * 200_000 + b"\r\n\r\n", CHUNKED + b"zz\r\n", CHUNKED + b"-5\r\n", HEAD + b"Content-Length: 99\r\n\r\nshort",
        b"\0" * 4000, HEAD + b"Content-Length: 1, 2\r\n\r\na",
    ],
)  # fmt: skip
def test_broken_answers_are_only_unreachable(elsewhere: Elsewhere, said: bytes) -> None:
    elsewhere.pages["/"] = said
    with pytest.raises(Unreachable):
        fetch(elsewhere.url(), allowed(elsewhere, limit=50))


def test_a_name_without_or_with_very_many_addresses_is_refused(elsewhere: Elsewhere) -> None:
    for found in ([], [f"127.0.0.{each}" for each in range(1, 60)], ["not an address"]):
        with pytest.raises(Unreachable):
            fetch(elsewhere.url(), allowed(elsewhere, resolve=always(*found)))
    assert elsewhere.connections == 0


def test_the_next_address_is_tried_when_one_does_not_answer(elsewhere: Elsewhere) -> None:
    answer = fetch(elsewhere.url(), allowed(elsewhere, resolve=always("127.0.0.7", "127.0.0.1")))
    assert answer.body == b"<title>Hello</title>"


def test_names_are_read_in_one_way() -> None:
    assert read_address("HTTPS://Bücher.Example/a b".replace(" ", "%20")).host == "xn--bcher-kva.example"
    assert read_address("https://outer.example?x").request_uri == "/?x"
