"""Signs of life and growth: the tagline, the copyright year, posts and their pace, open roles."""

from datetime import date

import pytest

from enrich.extract.copyright import copyright_year
from enrich.extract.dates import dates_in
from enrich.extract.job_titles import families, job_title
from enrich.extract.organization import organization
from enrich.extract.posts import posts
from enrich.extract.roles import roles
from enrich.extract.tagline import tagline
from enrich.page import Page


def page(html: str, url: str = "https://acme.example/", at: str = "2024-06-01T00:00:00Z") -> Page:
    return Page(url, html.encode(), at)


def values(facts, field: str = "") -> list:
    return [fact.value for fact in facts if fact.field.endswith(field)]


@pytest.mark.parametrize(
    ("html", "line"),
    [
        ("<title>Acme | Anvils for every workshop</title>", "Anvils for every workshop"),
        ("<title>Ambosse für jede Werkstatt - Acme GmbH</title>", "Ambosse für jede Werkstatt"),
        ("<title>Acme</title><meta property=og:title content='Acme: des enclumes pour tous'>",
         "des enclumes pour tous"),
        ("<title>Акме</title><h1>Наковальни для каждой мастерской</h1>", "Наковальни для каждой мастерской"),
        ("<p class=site-description>Forged in Hamm since 1901</p>", "Forged in Hamm since 1901"),
        ("<div class=tagline>Acme – the anvil people</div>", "the anvil people"),
    ],
)  # fmt: skip
def test_the_tagline_is_the_line_under_the_name(html, line):
    assert values(tagline(page(html))) == [line]


@pytest.mark.parametrize(
    "html",
    [
        "<title>Acme</title>",
        "<title>Acme | Home</title>",
        "<title>Acme | Contact us</title>",
        "<title>Acme | Anvils, hammers, tongs, forges, bellows</title>",
        "<h1>Welcome to the home of Acme</h1>",
        "<h1>Buy two anvils now</h1><h1>Get one hammer free</h1>",
        "<h1>Call us on 030 901 8200 today</h1>",
    ],
)
def test_greetings_labels_and_lists_are_no_taglines(html):
    assert values(tagline(page(html))) == []


@pytest.mark.parametrize(
    "url", ["https://acme.example/team/a", "https://blog.acme.example/", "https://acme.example/?p=2"]
)
def test_only_the_home_page_has_a_tagline(url):
    assert values(tagline(page("<title>Acme | Anvils for every workshop</title>", url))) == []


def test_a_slogan_in_structured_data_is_a_tagline_beside_founding_and_size():
    html = """<script type="application/ld+json">{"@context": "https://schema.org", "@type": "Corporation",
      "name": "Acme", "slogan": "Anvils for all", "foundingDate": "1901-05-01",
      "numberOfEmployees": {"@type": "QuantitativeValue", "minValue": 11, "maxValue": 50}}</script>"""
    facts = {fact.field: fact.value for fact in organization(page(html))}
    assert facts["company_tagline"] == "Anvils for all"
    assert (facts["company_founded"], facts["company_employees"]) == (1901, "11-50")


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("© 2019 Acme", 2019),
        ("Copyright 2001-2023 Acme Inc.", 2023),
        ("(c) ООО «Акме», 2008–2022. Все права защищены.", 2022),
        ("2021 Acme GmbH. Alle Rechte vorbehalten.", 2021),
        ("© 1998-04 Acme", 2004),
        ("© Acme 2011<br>© Acme 2015", 2015),
    ],
)
def test_the_copyright_year_is_the_latest_beside_the_mark(text, year):
    assert values(copyright_year(page(f"<footer><p>{text}</p></footer>"))) == [year]


@pytest.mark.parametrize(
    "text", ["© Acme", "Founded in 2019", "© 2031 Acme", "© 1905 Acme", "© Acme, Hamm 12019", "Model 2020"]
)
def test_other_years_and_years_to_come_are_no_copyright_year(text):
    assert values(copyright_year(page(f"<p>{text}</p>"))) == []


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-05", "5 March 2024", "Mar 5, 2024", "March 5th, 2024", "5. März 2024", "05.03.2024",
        "5 mars 2024", "5 de marzo de 2024", "5 maart 2024", "5 marzo 2024", "5 marca 2024",
        "5 марта 2024 г.",
    ],
)  # fmt: skip
def test_dates_are_read_in_eight_languages(text):
    assert dates_in(f"Posted: {text} by us") == [date(2024, 3, 5)]


@pytest.mark.parametrize("text", ["5/3/2024", "31.02.2024", "Version 5.3.2024.1", "5 Marketing 2024", "2024"])
def test_what_may_mean_two_days_or_none_is_no_date(text):
    assert dates_in(text) == []


def listing(*days: str) -> str:
    return "".join(f"<article><h2><a href=/p>Post</a></h2><p>{day}</p></article>" for day in days)


def test_posts_of_a_blog_give_the_last_one_and_the_pace():
    facts = list(
        posts(page(listing("3 мая 2024", "3 апреля 2024", "4 марта 2024"), "https://acme.example/blog"))
    )
    assert values(facts, "last_post") == ["2024-05-03"]
    assert values(facts, "per_month") == [1.01]


def test_a_post_says_when_it_was_published_and_nothing_of_the_pace():
    html = """<meta property="article:published_time" content="2023-11-02T08:00:00+01:00">
      <div class="comments"><time datetime="2024-02-01">later</time></div>"""
    facts = list(posts(page(html, "https://acme.example/blog/hello")))
    assert [(fact.field, fact.value) for fact in facts] == [("company_last_post", "2023-11-02")]


def test_structured_articles_are_posts():
    html = """<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
      {"@type": "BlogPosting", "headline": "A", "datePublished": "2024-01-31"},
      {"@type": "Recipe", "headline": "B", "datePublished": "2024-03-31"}]}</script>"""
    assert values(posts(page(html)), "last_post") == ["2024-01-31"]


def test_the_later_post_of_two_pages_is_the_surer_one():
    (old,), (new,) = (
        posts(page(listing(day), "https://acme.example/news")) for day in ("1 May 2022", "1 May 2024")
    )
    assert old.confidence < new.confidence


@pytest.mark.parametrize(
    ("html", "url"),
    [
        (listing("3 May 2024"), "https://acme.example/team"),  # not a page of posts
        (listing("3 May 2031"), "https://acme.example/blog"),  # not yet
        (listing("3 May 2024", "9 June 2024"), "https://acme.example/news"),  # a calendar
        (
            "<p>" + "On 3 May 2024 we met at the fair and talked about many things. " * 5,
            "https://acme.example/blog",
        ),
        ("<div class=event><time datetime=2024-05-03>fair</time></div>", "https://acme.example/news"),
    ],
)
def test_other_dates_are_no_posts(html, url):
    assert list(posts(page(html, url))) == []


def test_unordered_dates_have_no_pace():
    html = listing("3 April 2023", "3 May 2024", "1 May 2020", "4 March 2024")
    assert values(posts(page(html, "https://acme.example/blog")), "per_month") == []


@pytest.mark.parametrize(
    ("title", "of"),
    [
        ("Senior Software Engineer", ("engineering",)),
        ("Head of Marketing", ("management", "marketing")),
        ("Vertriebsmitarbeiter im Außendienst (m/w/d)", ("sales",)),
        ("Buchhalter (m/w/d)", ("finance",)),
        ("Chargé(e) de recrutement (H/F)", ("hr",)),
        ("Développeur Python", ("engineering",)),
        ("Operario de almacén", ("production", "logistics")),
        ("Productiemedewerker", ("production",)),
        ("Addetto alla logistica", ("logistics",)),
        ("Specjalista ds. marketingu", ("marketing",)),
        ("Менеджер по продажам", ("sales",)),
        ("Главный бухгалтер", ("finance",)),
        ("Юрист", ("legal",)),
    ],
)
def test_job_titles_and_their_families_in_eight_languages(title, of):
    assert job_title(title) == title
    assert families(title) == of


@pytest.mark.parametrize(
    "line",
    ["Anna Schmidt – Projektleiterin", "Our engineers", "Become a manager", "Benefits",
     "Contact our recruiter", "We are looking for an engineer.", "Наши менеджеры помогут",
     "Leider haben wir keine freien Stellen"],
)  # fmt: skip
def test_people_invitations_and_sentences_are_no_job_titles(line):
    assert job_title(line) == ""


CAREERS = {
    "en": "<h1>Careers</h1><a href=/j/1>Sales Manager</a><p></p><a href=/j/2>Warehouse Operator</a>",
    "de": "<h1>Offene Stellen</h1><h3>Sales Manager (m/w/d)</h3><p>Hamm</p><h3>Lagerist (m/w/d)</h3>",
    "fr": "<h1>Recrutement</h1><ul><li>Responsable des ventes</li><li>Magasinier</li></ul>",
    "ru": "<h1>Вакансии</h1><h3>Менеджер по продажам</h3><p>Москва</p><h3>Кладовщик</h3>",
}


@pytest.mark.parametrize("code", CAREERS)
def test_a_career_page_lists_open_roles(code):
    facts = list(roles(page(CAREERS[code])))
    assert len(values(facts, "open_roles")) == 2
    assert {"sales", "logistics"} <= set(values(facts, "families"))
    assert values(facts, "count") == [2]


def test_roles_below_a_heading_of_the_home_page_count():
    html = f"<h1>Acme</h1><h2>Open positions</h2>{CAREERS['en'].removeprefix('<h1>Careers</h1>')}"
    assert values(roles(page(html)), "open_roles") == ["Sales Manager", "Warehouse Operator"]


@pytest.mark.parametrize(
    "html",
    [
        "<h1>Our team</h1><h3>Sales Manager</h3><h3>Warehouse Operator</h3>",
        "<h1>Careers</h1><h3>Sales Manager</h3><p>One title may be anything.</p>",
        "<h1>Careers</h1><nav><a href=/a>Sales Manager</a><br><a href=/b>Data Engineer</a></nav>",
        "<h1>Careers</h1><p>Sales Manager</p><p>Data Engineer</p>",
    ],
)
def test_titles_elsewhere_are_no_open_roles(html):
    assert list(roles(page(html))) == []


def posting(**properties: str) -> str:
    given = "".join(f', "{name}": {value}' for name, value in properties.items())
    return (
        '<script type="application/ld+json">{"@context": "https://schema.org", "@type": "JobPosting",'
        f' "title": "Data Engineer"{given}}}</script>'
    )


@pytest.mark.parametrize(
    ("html", "count"),
    [
        (posting(), 1),
        (posting(hiringOrganization='{"@type": "Organization", "name": "Acme Ltd"}'), 1),
        (posting(hiringOrganization='{"name": "AX", "sameAs": "https://www.acme.example"}'), 1),
        (posting(hiringOrganization='{"@type": "Organization", "name": "Another Employer"}'), 0),
        (posting(validThrough='"2024-05-01"'), 0),
        (posting(validThrough='"2024-07-01"'), 1),
    ],
)
def test_job_postings_count_if_they_are_the_sites_own_and_open(html, count):
    assert values(roles(page(html)), "open_roles") == ["Data Engineer"] * count
