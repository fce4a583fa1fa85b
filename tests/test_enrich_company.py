"""Which company a row speaks of: precedence of columns, fall-back, errors in words."""

import numpy as np
import pandas as pd
import pytest

from enrich.company import Columns, companies, find_columns
from enrich.errors import ColumnError
from enrich.settings import Settings
from enrich.tables import Batch


def of(**cells):
    frame = pd.DataFrame({name: [cell] for name, cell in cells.items()})
    batch = Batch(frame, np.array([7]), [""])
    (company,) = companies(batch, find_columns(list(frame.columns), Settings()))
    return company


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (["id", "Email"], Columns((), (), (1,))),
        (["E-Mail Address"], Columns((), (), (0,))),
        (["work_email", "Company Domain"], Columns((1,), (), (0,))),
        (["ПОЧТА", "Сайт"], Columns((), (1,), (0,))),
        (["Webseite", "E-Mail-Adresse"], Columns((), (0,), (1,))),
        (["website", "URL"], Columns((), (0, 1), ())),
        (["company email", "email"], Columns((), (), (1, 0))),
    ],
)
def test_columns_are_found_by_name(header, columns):
    assert find_columns(header, Settings()) == columns


@pytest.mark.parametrize("header", [["id", "name"], ["Do Not Email"], []])
def test_no_usable_column_names_the_remedy(header):
    with pytest.raises(ColumnError, match=r"name one 'email', 'domain' or 'website'"):
        find_columns(header, Settings())


def test_precedence_is_domain_then_website_then_email():
    cells = {"email": "jan@mail.example", "website": "www.site.example", "domain": "stated.example"}
    assert of(**cells).domain == "stated.example"
    assert of(**cells | {"domain": None}).domain == "site.example"
    assert of(**cells | {"domain": None, "website": ""}).domain == "mail.example"


def test_an_unusable_cell_falls_through_and_is_reported():
    company = of(website="n/a", email="jan@acme.example")
    assert company.domain == "acme.example"
    assert company.error == "line 7: 'n/a' is no company's website; correct or clear it"


@pytest.mark.parametrize("email", ["anna@gmail.com", "x@mailinator.com", None, "junk"])
def test_a_private_mailbox_falls_back_on_the_website(email):
    assert of(email=email, website="https://acme.example").domain == "acme.example"
    assert of(email=email).domain == ""


@pytest.mark.parametrize(
    "website",
    ["https://www.facebook.com/acme", "linkedin.com/company/acme", "https://t.me/acme", "vk.com?w=1"],
)
def test_a_profile_on_a_network_is_not_the_network(website):
    assert of(website=website, email="jan@acme.example").domain == "acme.example"


def test_the_network_itself_can_be_a_lead():
    assert of(website="https://www.linkedin.com/", email="jan@gmail.com").domain == "linkedin.com"
    assert of(email="jan@github.com").domain == "github.com"


def test_errors_in_words():
    assert of(email="junk").error == "line 7: 'junk' is no e-mail address (no @ in it); correct it"
    assert of(email=None).error == "line 7: neither an e-mail address nor a website; add one"
    assert of(email="anna@gmail.com").error == ""
    assert "…" in of(email="x" * 500).error


def test_a_second_address_column_helps_where_the_first_does_not():
    company = of(email="anna@gmail.com", company_email="info@acme.example")
    assert (company.domain, company.mailbox) == ("acme.example", "role")


def test_cells_of_other_types_are_text():
    assert of(email=12.5).error.startswith("line 7: '12.5' is no e-mail address")
    assert of(email=float("nan"), website="acme.example").domain == "acme.example"
