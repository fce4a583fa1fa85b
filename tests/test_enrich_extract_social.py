"""Profiles on networks, not buttons, posts or people."""

import pytest

from enrich.extract.social import profile, social
from enrich.page import Page


@pytest.mark.parametrize(
    ("link", "field", "value"),
    [
        ("http://www.linkedin.com/company/acme?trk=x", "company_linkedin", "https://www.linkedin.com/company/acme"),
        ("https://ca.linkedin.com/school/acme/", "company_linkedin", "https://www.linkedin.com/school/acme"),
        ("https://twitter.com/acme", "company_x", "https://twitter.com/acme"),
        ("https://x.com/@acme", "company_x", "https://x.com/acme"),
        ("http://twitter.com/#%21/acme", "company_x", "https://twitter.com/acme"),
        ("https://m.facebook.com/acme?ref=hl", "company_facebook", "https://www.facebook.com/acme"),
        ("https://facebook.com/pages/Acme/1234?sk=info", "company_facebook",
         "https://www.facebook.com/pages/Acme/1234"),
        ("https://facebook.com/profile.php?id=42&ref=x", "company_facebook",
         "https://www.facebook.com/profile.php?id=42"),
        ("//instagram.com/acme/", "company_instagram", "https://www.instagram.com/acme"),
        ("https://www.youtube.com/channel/UCabc", "company_youtube", "https://www.youtube.com/channel/UCabc"),
        ("https://www.youtube.com/@acme/videos", "company_youtube", "https://www.youtube.com/@acme"),
        ("https://github.com/acme", "company_github", "https://github.com/acme"),
        ("https://www.tiktok.com/@acme", "company_tiktok", "https://www.tiktok.com/@acme"),
        ("https://vk.com/acme", "company_vk", "https://vk.com/acme"),
        ("https://t.me/s/acme", "company_telegram", "https://t.me/acme"),
    ],
)  # fmt: skip
def test_profiles_come_in_one_form(link, field, value):
    found = profile(link)
    assert found is not None
    assert (found[0].field.name, found[1]) == (field, value)


@pytest.mark.parametrize(
    "link",
    [
        "https://www.linkedin.com/in/jane-doe",
        "https://www.linkedin.com/shareArticle?url=x",
        "https://twitter.com/intent/tweet?text=x",
        "https://twitter.com/share",
        "https://twitter.com/acme/status/12345",
        "https://www.facebook.com/sharer/sharer.php?u=x",
        "https://www.facebook.com/plugins/like.php?href=x",
        "https://www.facebook.com/acme/posts/1",
        "https://www.facebook.com/wix",
        "https://www.instagram.com/p/abc/",
        "https://www.youtube.com/watch?v=abc",
        "https://www.youtube.com/embed/abc",
        "https://github.com/acme/anvil",
        "https://github.com/features",
        "https://vk.com/share.php?url=x",
        "https://vk.com/wall-1_2",
        "https://t.me/share/url?url=x",
        "https://www.linkedin.com/",
        "https://notfacebook.com/acme",
        "https://facebook.com.evil.example/acme",
        "https://[::1/acme",
        "https://twitter.com/{{handle}}",
    ],
)
def test_everything_else_is_no_profile(link):
    assert profile(link) is None


def test_each_profile_is_one_fact_and_the_sites_own_is_surest():
    html = b"""<p><a href="https://twitter.com/journalist">said</a></p>
      <footer><a href="https://twitter.com/acme">X</a> <a href="https://twitter.com/acme/">X</a></footer>"""
    facts = list(social(Page("https://acme.example/", html, "")))
    assert [fact.value for fact in facts] == ["https://twitter.com/journalist", "https://twitter.com/acme"]
    assert facts[1].confidence > facts[0].confidence
