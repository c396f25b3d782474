"""Checking another site's page: the meaning of each answer, and hosts that are never asked."""

from __future__ import annotations

import select
import socket
import ssl
import threading
import time
from contextlib import suppress
from ipaddress import ip_address

import pytest

from insights.link_checker.client import ALWAYS_THERE, LinkResponse, NoSuchName, fetch_link
from insights.link_checker.public_addresses import is_public, may_ask
from tests.insights.link_checker.external_server import OtherSite, certificate, other_site

AGENT = "AI Scope Hub link check (+https://hub.example.com)"


def here(machine, port) -> bool:
    """Allow requests to this host: the other site runs on it."""
    return str(machine) == "127.0.0.1"


@pytest.fixture
def there():
    with other_site() as site:
        yield site


def asked(address: str, **ways) -> LinkResponse:
    return fetch_link(address, agent=AGENT, **{"may_ask": here, "seconds": 5.0, **ways})


class TestAnswers:
    def test_a_page_that_is_there_is_asked_for_once_without_its_text(self, there: OtherSite):
        assert asked(there.address("/a?b=c#d")).kind == "fine"
        assert there.seen == ["HEAD /a?b=c"]

    def test_we_say_who_we_are_and_bring_no_cookies(self, there: OtherSite):
        there.answers["/"] = (302, {"Location": "/next", "Set-Cookie": "a=b"})
        asked(there.address())
        assert [one.headers["User-Agent"] for one in there.asked] == [AGENT, AGENT]
        assert not [one for one in there.asked if "Cookie" in one.headers or "Authorization" in one.headers]

    @pytest.mark.parametrize(("status", "kind"), [(404, "gone"), (410, "gone"), (403, "trouble"), (500, "trouble")])
    def test_a_refusal_of_head_is_asked_again_by_get(self, there: OtherSite, status, kind):
        there.answers["/"] = status
        answer = asked(there.address())
        assert (answer.kind, answer.status) == (kind, status)
        assert there.seen == ["HEAD /", "GET /"]

    @pytest.mark.parametrize("status", [404, 405, 501])
    def test_a_site_that_only_dislikes_head_is_fine(self, there: OtherSite, status):
        there.answers["HEAD /"] = status
        assert asked(there.address()).kind == "fine"

    def test_get_asks_for_no_more_than_64_kb_and_reads_none_of_a_flood(self, there: OtherSite):
        sent = []

        def flood(handler):
            handler.send_response(200)
            handler.end_headers()
            try:
                while True:
                    handler.wfile.write(b"x" * 65536)
                    sent.append(65536)
            except OSError:
                return

        there.answers |= {"HEAD /": 405, "GET /": flood}
        assert asked(there.address()).kind == "fine"
        assert there.asked[-1].headers["Range"] == "bytes=0-65535"

    def test_too_many_requests_are_heard_with_the_time_to_wait(self, there: OtherSite):
        there.answers["/"] = (429, {"Retry-After": "7200"})
        assert asked(there.address()) == LinkResponse(
            "trouble", "429: too many requests. It will be checked again later.", 429, 7200
        )
        assert there.seen == ["HEAD /"]

    @pytest.mark.parametrize(
        ("header", "least", "most"),
        [("999999999999", 86400, 86400), ("soon", 0, 0), ("-5", 0, 0), ("Fri, 31 Dec 2100 23:59:59 GMT", 86400, 86400)],
    )
    def test_a_time_to_wait_is_at_most_a_day(self, there: OtherSite, header, least, most):
        there.answers["/"] = (503, {"Retry-After": header})
        assert least <= asked(there.address()).wait <= most

    def test_characters_beyond_ascii_are_encoded(self, there: OtherSite):
        assert asked(there.address("/ä b/%C3%A4?q=ü")).kind == "fine"
        assert there.seen == ["HEAD /%C3%A4%20b/%C3%A4?q=%C3%BC"]

    def test_a_name_that_does_not_exist_is_as_good_as_dead(self):
        def unresolvable(host, port):
            raise NoSuchName

        assert asked("http://no-such.example/", resolve=unresolvable).kind == "gone"

    def test_a_resolver_that_is_away_says_nothing_about_the_link(self):
        def away(host, port):
            raise OSError

        assert asked("http://example.com/", resolve=away).kind == "trouble"

    @pytest.mark.parametrize(
        ("known", "fault", "kind"),
        [
            ({ALWAYS_THERE}, socket.EAI_NONAME, "gone"),
            (set(), socket.EAI_NONAME, "trouble"),
            ({ALWAYS_THERE}, socket.EAI_AGAIN, "trouble"),
        ],
    )
    def test_that_there_is_no_such_name_is_believed_only_of_a_resolver_that_knows_names(
        self, monkeypatch, known, fault, kind
    ):
        def look_up(host, port, **more):
            if host in known:
                return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("198.41.0.4", 0))]
            raise socket.gaierror(fault, "said the resolver")

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        assert asked("http://no-such.example/").kind == kind

    def test_a_refused_connection_is_trouble(self, there: OtherSite):
        closed = there.address()
        there.answers["/"] = 200
        with other_site() as other:
            closed = other.address()
        assert asked(closed).kind == "trouble"

    def test_an_answer_that_is_none_is_trouble(self, there: OtherSite):
        there.answers["/"] = lambda handler: handler.wfile.write(b"hello\r\n\r\n")
        assert asked(there.address()).kind == "trouble"


class TestTime:
    def test_a_server_that_says_nothing_is_left_in_time(self, there: OtherSite):
        left = []
        there.answers["/"] = lambda handler: left.append(handler.rfile.read(1))
        before = time.monotonic()
        assert asked(there.address(), seconds=0.4).kind == "trouble"
        assert time.monotonic() - before < 10

    def test_a_server_that_drips_its_headers_is_left_in_time(self, there: OtherSite):
        def drip(handler):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
            with suppress(OSError):
                while not select.select([handler.connection], [], [], 0.01)[0]:  # until the client leaves
                    handler.wfile.write(b"X: a\r\n")

        there.answers["/"] = drip
        before = time.monotonic()
        assert asked(there.address(), seconds=0.4).kind == "trouble"
        assert time.monotonic() - before < 10

    def test_a_resolver_that_hangs_is_left_in_time(self):
        answered = threading.Event()
        before = time.monotonic()
        assert asked("http://example.com/", resolve=lambda *to: answered.wait(20), seconds=0.3).kind == "trouble"
        assert time.monotonic() - before < 10
        answered.set()


class TestRedirects:
    def test_they_are_followed(self, there: OtherSite):
        there.answers |= {"/a": (301, {"Location": "/b"}), "/b": (307, {"Location": there.address("/c")})}
        assert asked(there.address("/a")).kind == "fine"
        assert there.seen == ["HEAD /a", "HEAD /b", "HEAD /c"]

    def test_unencoded_characters_of_a_site_are_read_as_utf_8(self, there: OtherSite):
        there.answers |= {"/": (301, {"Location": "/caf\u00e9".encode().decode("latin-1")}), "/caf%C3%A9": 204}
        assert asked(there.address()).status == 204

    def test_a_dead_end_is_found(self, there: OtherSite):
        there.answers |= {"/a": (302, {"Location": "/b"}), "/b": 404}
        assert asked(there.address("/a")).kind == "gone"

    def test_five_are_followed_and_no_more(self, there: OtherSite):
        there.answers |= {f"/{n}": (302, {"Location": f"/{n + 1}"}) for n in range(5)}
        assert asked(there.address("/0")).kind == "fine"
        there.answers["/5"] = (302, {"Location": "/0"})
        there.asked.clear()
        assert asked(there.address("/0")).kind == "trouble"
        assert len(there.asked) == 6

    @pytest.mark.parametrize(
        "location",
        [
            "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://[::1]/", "//192.168.0.1/",
            "http://user:secret@127.0.0.1/", "ftp://127.0.0.1/", "file:///etc/passwd", "http://0x7f.2/",
        ],
    )  # fmt: skip
    def test_one_to_a_machine_that_is_not_public_is_not_followed(self, there: OtherSite, location):
        there.answers["/"] = (302, {"Location": location})
        assert asked(there.address()).kind == "unasked"
        assert there.seen == ["HEAD /"]

    def test_each_hop_is_resolved_and_checked_again(self, there: OtherSite):
        names = {"public.example": ["127.0.0.1"], "inside.example": ["10.0.0.1"]}
        there.answers["/"] = (302, {"Location": f"http://inside.example:{there.port}/"})
        answer = asked(f"http://public.example:{there.port}/", resolve=lambda host, port: names[host])
        assert answer.kind == "unasked"
        assert there.asked[0].headers["Host"] == f"public.example:{there.port}"

    def test_one_to_nothing_readable_is_trouble(self, there: OtherSite):
        there.answers["/"] = (302, {"Location": "http://["})
        assert asked(there.address()).kind in ("trouble", "gone")


class TestTls:
    def test_a_self_signed_certificate_counts_as_broken(self):
        with other_site(certificate=certificate()) as site:
            answer = asked(site.address())
        assert answer.kind == "gone"
        assert "certificate" in answer.reason

    def test_one_that_is_trusted_is_fine_and_another_hosts_is_not(self):
        trusting = ssl.create_default_context(cafile=str(certificate()[0]))
        with other_site(certificate=certificate()) as site:
            assert asked(site.address(), context=trusting).kind == "fine"
            other = f"https://other.example:{site.port}/"
            assert asked(other, context=trusting, resolve=lambda *to: ["127.0.0.1"]).kind == "gone"


class TestTurns:
    def test_every_request_waits_for_its_hosts_turn(self, there: OtherSite):
        turns = []
        there.answers |= {"/": (302, {"Location": "/b"}), "HEAD /b": 405}
        asked(there.address(), turn=turns.append)
        assert turns == [f"127.0.0.1:{there.port}"] * 3


NOT_PUBLIC = [
    "http://127.0.0.1/", "http://localhost/", "http://2130706433/", "http://0x7f.1/", "http://0x7f000001/",
    "http://0177.0.0.1/", "http://127.1/", "http://0/", "http://0.0.0.0/", "http://10.0.0.1/", "http://172.16.0.1/",
    "http://192.168.1.1/", "http://100.64.0.1/", "http://169.254.169.254/latest/meta-data/", "http://192.0.0.192/",
    "http://198.18.0.1/", "http://192.0.2.1/", "http://224.0.0.1/", "http://240.0.0.1/", "http://255.255.255.255/",
    "http://[::1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:a9fe:a9fe]/",
    "http://[::127.0.0.1]/", "http://[fe80::1]/", "http://[fc00::1]/", "http://[fd00:ec2::254]/", "http://[ff02::1]/",
    "http://[fec0::1]/", "http://[64:ff9b::a9fe:a9fe]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/",
    "http://[2001:db8::1]/", "http://[2001:0:7f00:1::]/", "http://127.0.0.1./", "http://１２７.0.0.1/",
    "http://8.8.8.8:8080/", "http://8.8.8.8:22/", "https://8.8.8.8:80443/", "http://user@8.8.8.8/",
    "http://user:secret@8.8.8.8/", "ftp://8.8.8.8/", "http:///x", "http://127.0.0.1\\@8.8.8.8/",
]  # fmt: skip


class TestWhomWeNeverAsk:
    @pytest.mark.parametrize("address", NOT_PUBLIC)
    def test_only_public_hosts_on_web_ports(self, address, monkeypatch):
        """No connection is even tried."""
        tried = []
        monkeypatch.setattr("socket.create_connection", lambda *to, **more: tried.append(to))
        assert fetch_link(address, agent=AGENT, seconds=3.0).kind != "fine"
        assert tried == []

    @pytest.mark.parametrize("machines", [["10.0.0.1"], ["93.184.215.14", "10.0.0.1"], ["::1", "93.184.215.14"], []])
    def test_a_name_that_leads_to_any_private_machine_is_not_asked(self, machines, monkeypatch):
        tried = []
        monkeypatch.setattr("socket.create_connection", lambda *to, **more: tried.append(to))
        assert fetch_link("http://rebound.example/", agent=AGENT, resolve=lambda *to: machines).kind == "unasked"
        assert tried == []

    def test_the_name_is_resolved_once_so_that_a_second_answer_cannot_lead_elsewhere(self, there: OtherSite):
        answers = iter([["127.0.0.1"], ["10.0.0.1"]])
        there.answers["HEAD /"] = 405
        address = f"http://rebound.example:{there.port}/"
        assert asked(address, resolve=lambda *to: next(answers)).kind == "fine"
        assert there.seen == ["HEAD /", "GET /"]

    def test_a_proxy_of_the_environment_is_not_used(self, there: OtherSite, monkeypatch):
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9/")
        assert asked(there.address()).kind == "fine"

    @pytest.mark.parametrize(
        "machine",
        [
            "168.63.129.16", "192.88.99.0", "192.88.99.1", "192.88.99.255", "3fff::", "3fff:fff:ffff::1",
            "100.100.100.200", "169.254.170.2", "169.254.169.253", "192.0.0.8", "192.0.0.170", "192.0.0.192",
            "198.19.255.255", "203.0.113.9", "fd00:ec2::254", "fd20:ce::254", "100::1", "100:0:0:1::1", "5f00::1",
            "64:ff9b:1::808:808", "2001:2::1", "2001:4:112::1", "2001:10::1", "2001:20::1", "2001:30::1", "2001::1",
            "2002:a83f:8110::1", "::ffff:168.63.129.16", "::ffff:192.88.99.1", "64:ff9b::a83f:8110",
            "64:ff9b::c058:6301",
            "::168.63.129.16", "2a00:1450:4001:82a:0:5efe:a00:1", "2a00:1450:4001:82a:200:5efe:a9fe:a9fe", "4000::1",
        ],
    )  # fmt: skip
    def test_no_special_address_is_asked(self, machine):
        """E13: blocks of IANA's registries, and the metadata services of clouds."""
        assert not may_ask(ip_address(machine), 443)

    @pytest.mark.parametrize("machine", [
        "168.63.129.15", "168.63.129.17", "192.88.98.255", "192.88.100.0", "3ffe:ffff::1", "2a00:1450:4001:82a::200e",
    ])  # fmt: skip
    def test_what_stands_beside_a_special_block_is_asked(self, machine):
        """E13: the blocks are not too wide."""
        assert may_ask(ip_address(machine), 443)

    @pytest.mark.parametrize("machine", ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
    def test_public_machines_may_be_asked(self, machine):
        assert is_public(ip_address(machine))
        assert may_ask(ip_address(machine), 443)
        assert not may_ask(ip_address(machine), 8443)

    def test_a_public_machine_behind_nat64_may_be_asked(self):
        assert is_public(ip_address("64:ff9b::808:808"))
