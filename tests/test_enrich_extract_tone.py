"""Testimonials without the people who gave them, and the tone of what they say."""

import json

import pytest

from enrich.extract.quotes import quote_in
from enrich.extract.testimonials import testimonials as said_by_customers
from enrich.extract.tone import tone
from enrich.page import Page

PRAISE = {
    "en": "Great service, very friendly staff. We highly recommend them.",
    "de": "Sehr freundlich, kompetent und zuverlässig. Gerne wieder!",
    "fr": "Une équipe sérieuse et très professionnelle, je recommande vivement.",
    "es": "Un servicio excelente y muy profesional, lo recomiendo.",
    "nl": "Vriendelijk en vakkundig geholpen, een echte aanrader.",
    "it": "Servizio ottimo e personale gentile, lo consiglio.",
    "pl": "Bardzo dobra obsługa, szybko i profesjonalnie. Polecam.",
    "ru": "Отличная работа, всё быстро и качественно. Рекомендую!",
}
COMPLAINT = {
    "en": "Terrible service, rude staff and a broken door. Avoid.",
    "de": "Unfreundlich und völlig überteuert, wir sind enttäuscht.",
    "fr": "Très déçu, personnel impoli et travail bâclé, à éviter.",
    "es": "Un desastre: personal maleducado y siempre con retraso.",
    "nl": "Slechte service, onvriendelijk en veel te duur.",
    "it": "Pessimo servizio, personale maleducato, sono deluso.",
    "pl": "Fatalna obsługa, same opóźnienia. Odradzam.",
    "ru": "Ужасный сервис, грубый персонал. Не рекомендую!",
}
NEGATED = {
    "en": ("This was not good.", "There were no problems."),
    "de": ("Das war nicht gut.", "Es gab keine Probleme."),
    "fr": ("Ce n'était pas bon.", "Il n'y a eu aucun retard."),
    "es": ("El trato no fue bueno.", "Nunca llegan con retraso."),
    "nl": ("Het was niet goed.", "Er waren geen problemen."),
    "it": ("Non era buono.", "Mai un problema."),
    "pl": ("To nie było dobre.", "Nigdy nie było problemów."),
    "ru": ("Это не хорошо.", "Никаких проблем."),
}


def page(html: str, url: str = "https://acme.example/") -> Page:
    return Page(url, html.encode(), "2024-06-01T00:00:00Z")


def quotes(facts) -> list[str]:
    return [fact.value for fact in facts if fact.field == "company_testimonials"]


def tones(facts) -> list[float]:
    return [fact.value for fact in facts if fact.field == "company_testimonials_tone"]


@pytest.mark.parametrize("code", PRAISE)
def test_praise_and_complaint_are_told_apart_in_eight_languages(code):
    praise, complaint = tone(PRAISE[code], code), tone(COMPLAINT[code], code)
    assert praise is not None
    assert complaint is not None
    assert complaint <= -0.5 < 0.5 <= praise


@pytest.mark.parametrize("code", NEGATED)
def test_negation_turns_the_words_after_it(code):
    bad, fine = (tone(text, code) for text in NEGATED[code])
    assert bad is not None
    assert fine is not None
    assert bad < 0 < fine


def test_negation_ends_with_the_clause():
    assert tone("No, really good work.", "en") == tone("Good work.", "en")


def test_a_text_without_such_words_has_no_tone_and_mixed_words_have_little():
    assert tone("They painted the door on Monday.", "en") is None
    mixed = tone("Friendly people, but slow and rude.", "en")
    assert mixed is not None
    assert -0.5 < mixed < 0


SECTIONS = {
    "en": ("What our customers say", PRAISE["en"]),
    "de": ("Kundenstimmen", PRAISE["de"]),
    "fr": ("Témoignages", PRAISE["fr"]),
    "ru": ("Отзывы клиентов", PRAISE["ru"]),
}


@pytest.mark.parametrize("code", SECTIONS)
@pytest.mark.parametrize("mark", ["“{}”", "„{}“", "«{}»", '"{}"'])
def test_quotes_below_a_heading_of_testimonials_are_found_with_their_tone(code, mark):
    heading, text = SECTIONS[code]
    html = f"<html lang={code}><h2>{heading}</h2><p>{mark.format(text)}</p><p>Eva Stein, Hamm</p>"
    facts = list(said_by_customers(page(html)))
    assert quotes(facts) == [text]
    assert tones(facts)[0] > 0.5


@pytest.mark.parametrize(
    "html",
    [
        "<div class=testimonial><p>{}</p><cite>Eva Stein</cite></div>",
        "<div class='c-Testimonial__item'><blockquote>{} <footer>Eva Stein</footer></blockquote></div>",
        "<h2>Testimonials</h2><p>{} – Eva Stein, Hamm</p>",
        "<h2>Testimonials</h2><blockquote>Eva Stein: {}</blockquote>",
        "<div class=review-text>{}<br>Eva Stein</div>",
        "<div class=testimonial><p>{}<span class=author>Eva Stein</span></p></div>",
        "<h1>Testimonials</h1><p>{}</p><p>Eva Stein</p>",
    ],
)
def test_names_of_those_who_speak_are_left_out(html):
    assert quotes(said_by_customers(page(html.format(PRAISE["en"])))) == [PRAISE["en"]]


@pytest.mark.parametrize(
    "tail", ["John Smith", "J. Smith, Acme Inc.", "– Dr. John K.", "~ John", "(John Smith)", "John S., Leeds"]
)
def test_no_name_survives_at_the_end_of_a_quote(tail):
    assert quote_in(f"They did a great job for us. {tail}") == "They did a great job for us."


@pytest.mark.parametrize(
    "text",
    ["Great work.", "Write to eva@acme.example for more of what we do.",
     "Lorem ipsum dolor sit amet, consectetur.",
     "Please contact us for a free quote.", "© 2024 Acme. All rights reserved everywhere.",
     "Would you like to know more about us?", "Call us at any time: 030 901820-17."],
)  # fmt: skip
def test_what_nobody_said_is_no_quote(text):
    assert quote_in(text) == ""


@pytest.mark.parametrize(
    "html",
    [
        "<h2>Our services</h2><p>“{}”</p><p>Eva Stein</p>",
        "<nav><a class=testimonial href=/t>Testimonials</a></nav><p>{}</p>",
        "<article><blockquote>{}</blockquote></article>",
        "<h2>Testimonials</h2><h2>Our work</h2><p>“{}”</p>",
        "<div id=page-with-testimonials><p>1</p><p>2</p><p>3</p><p>4</p><p>{}</p></div>",
    ],
)
def test_quotes_elsewhere_are_no_testimonials(html):
    assert quotes(said_by_customers(page(html.format(PRAISE["en"])))) == []


def test_quotes_are_plain_text_of_at_most_200_characters():
    html = f"<div class=testimonial><p>{'We love <b>this</b> <script>x()</script> team. ' * 30}</p></div>"
    (quote,) = quotes(said_by_customers(page(html)))
    assert len(quote) <= 200
    assert quote.startswith("We love this team.")
    assert "<" not in quote


def reviewed(**review: object) -> str:
    product = {
        "@context": "https://schema.org",
        "@type": "Product",
        "review": [{"@type": "Review", **review}],
    }
    return f'<script type="application/ld+json">{json.dumps(product)}</script>'


def test_stars_take_precedence_over_words():
    author = {"@type": "Person", "name": "Eva Stein"}
    html = reviewed(
        reviewBody=PRAISE["en"], author=author, reviewRating={"ratingValue": "1", "bestRating": 5}
    )
    facts = list(said_by_customers(page(html)))
    assert (quotes(facts), tones(facts)) == ([PRAISE["en"]], [-1.0])
    assert tones(
        said_by_customers(page(reviewed(reviewBody=COMPLAINT["en"], reviewRating={"ratingValue": 5})))
    ) == [1.0]


def test_an_overall_rating_has_a_tone_without_quotes():
    html = """<script type="application/ld+json">{"@context": "https://schema.org", "@type": "LocalBusiness",
      "aggregateRating": {"ratingValue": "4,5", "reviewCount": 12}}</script>"""
    facts = list(said_by_customers(page(html)))
    assert (quotes(facts), tones(facts)) == ([], [0.75])


def test_a_rating_outside_its_scale_says_nothing():
    html = """<script type="application/ld+json">{"@context": "https://schema.org", "@type": "LocalBusiness",
      "aggregateRating": {"ratingValue": 87}}</script>"""
    assert list(said_by_customers(page(html))) == []
