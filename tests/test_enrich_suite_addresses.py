"""E-mail addresses of the isemail and email-validator suites: accepted or rejected as expected.

The policy is that of lead tables: blanks and line ends around an address, and a dot at its end, are the
table's and not the address's. Quoted local parts, comments, IP literals, and hosts of one label or ending
in a number are nobody's business address. Nothing is looked up, so what the DNS does not know is accepted.
"""

import json
import re
from collections import Counter
from xml.etree import ElementTree

import pytest

from enrich.address import split
from enrich.mailbox import Mailbox

# Expected to be rejected and accepted all the same: blanks around it, and a dot at the end.
TIDIED = {
    "ISEMAIL_ERR_FWS_CRLF_END": 8,
    "ISEMAIL_ERR_FWS_CRLF_X2": 4,
    "ISEMAIL_ERR_CR_NO_LF": 2,
    "ISEMAIL_ERR_EXPECTING_ATEXT": 3,
    "ISEMAIL_ERR_DOT_END": 3,
}
# Between right and wrong: all rejected but for blanks around the address or its @.
TIDIED_BETWEEN = {"ISEMAIL_CFWS_FWS": 6, "ISEMAIL_DEPREC_FWS": 2, "ISEMAIL_DEPREC_CFWS_NEAR_AT": 2}
# Expected to be accepted and rejected all the same: a host of one label; a host that is no valid punycode.
REJECTED = {"test@io", "test@xn--example.com"}

# email-validator rejects these as syntax: what a table tidies, and what names the person as well.
TABLES_TIDY = {
    *("my@trailingdot.com.", "my@trailingfwdot.com\uff0e", "my@example.com\n", "\nmy@example.com"),
}
NAMED = {
    *("<me@example.com>", "DisplayName <me@example.com>", "Display Name <me@example.com>"),
    *('"Display Name" <me@example.com>', "Display.Name <me@example.com>", '"Display.Name" <me@example.com>'),
}
# Top-level domains with a digit, and labels with hyphens at the 3rd and 4th place: registries decide on it.
REGISTRIES = {"me@bad.tld-2", "me@yy--0.tld"}


def accepted(text):
    address = split(text)
    assert bool(address.domain) == (address.mailbox not in (Mailbox.INVALID, Mailbox.MISSING)), text
    return bool(address.domain)


def original(folder):
    """The older set, in which control characters stand as their pictures (U+2400 and on)."""
    for test in ElementTree.parse(folder / "tests-original.xml").getroot().iter("test"):
        address = re.sub("[\u2400-\u2420]", lambda c: chr(ord(c[0]) - 0x2400), test.findtext("address") or "")
        yield address, test.findtext("category"), test.findtext("diagnosis")


@pytest.fixture(scope="module")
def isemail(material):
    folder = material("suites/isemail")
    cases = json.loads((folder / "cases.json").read_text(encoding="utf-8"))
    both = [(case["address"], case["category"], case["diagnosis"]) for case in cases] + list(original(folder))
    assert len(both) == 164 + 279
    return both


def test_isemail_verdicts_but_for_what_a_table_tidies(isemail):
    tidied, between, rejected = Counter(), Counter(), set()
    for text, category, diagnosis in isemail:
        if category == "ISEMAIL_ERR":
            tidied[diagnosis] += accepted(text)
            assert not accepted(text) or text != text.strip() or text.endswith("."), (text, diagnosis)
        elif category in ("ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN"):
            rejected |= set() if accepted(text) else {text}
        else:
            between[diagnosis] += accepted(text)
            assert not accepted(text) or re.search(r"^\s|\s$|\s@", text), (text, diagnosis)
    assert (+tidied, +between, rejected) == (TIDIED, TIDIED_BETWEEN, REJECTED)


def test_the_same_addresses_as_email_validator_has_them(material, isemail):
    known = {text: diagnosis for text, _, diagnosis in isemail}
    cases = email_validator(material)["test_pyisemail_tests"]
    assert len(cases) == 150
    for case in cases:
        text = case["email_input"]
        if known.get(text) != case["status"]:  # the DNS of the day; what is in both is judged above
            assert accepted(text) == case["status"].startswith(("ISEMAIL_VALID", "ISEMAIL_DNSWARN")), case


def email_validator(material):
    return json.loads((material("suites/email-validator") / "cases.json").read_text(encoding="utf-8"))


def test_email_validator_accepts_and_so_do_we_at_the_same_host(material):
    cases = email_validator(material)
    valid = cases["test_email_valid"] + cases["test_email_valid_intl_local_part"]
    assert len(valid) == 27
    quoted = [case for case in valid if '"@' in case["email_input"]]
    for case in valid:
        if case in quoted:
            assert not accepted(case["email_input"]), case
        else:
            assert split(case["email_input"]).host == case["output"]["ascii_domain"].lower(), case
    assert len(quoted) == 5


def test_email_validator_rejects_and_so_do_we(material):
    cases = email_validator(material)
    wrong = cases["test_email_invalid_syntax"] + cases["test_email_invalid_syntax_strict"]
    wrong += cases["test_email_valid_only_if_quoted_local_part"]
    wrong += cases["test_email_invalid_character_smtputf8_off"]
    texts = [case["email_input"] for case in wrong]
    texts += [f"{case['s']}@example.com" for case in cases["test_email_unsafe_character"]]
    assert len(texts) == 79 + 3 + 8 + 2 + 11
    assert {text for text in texts if accepted(text)} == TABLES_TIDY | NAMED | REGISTRIES


def test_reserved_domains_are_ordinary(material):
    """Unlike email-validator: ``.test`` and ``.invalid`` are used here; the guard refuses ``.localhost``."""
    cases = email_validator(material)["test_email_invalid_reserved_domain"]
    assert [accepted(case["email_input"]) for case in cases] == [True] * 6
