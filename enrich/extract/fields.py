"""The fields that several built-in extractors fill; a field of one extractor stands beside it."""

from __future__ import annotations

from enrich.facts import Field, Kind

NAME = Field("company_name", "identity", Kind.ONE, "the name the company goes by", unique=True)
LEGAL_NAME = Field(
    "company_legal_name", "identity", Kind.ONE, "the registered name with its legal form", unique=True
)
DESCRIPTION = Field(
    "company_description", "identity", Kind.ONE, "what the company says it does, in a sentence"
)
TAGLINE = Field("company_tagline", "identity", Kind.ONE, "the line under the name")
LOGO = Field("company_logo", "identity", Kind.ONE, "address of the logo")
FOUNDED = Field("company_founded", "identity", Kind.ONE, "year of foundation", "int", unique=True)
EMPLOYEES = Field("company_employees", "identity", Kind.ONE, "number of employees, as stated", unique=True)
REGISTRATION = Field(
    "company_registration_numbers",
    "identity",
    Kind.MANY,
    "registration and tax numbers that pass their check digits, as KIND NUMBER",
)
EMAILS = Field("company_emails", "contact", Kind.MANY, "e-mail addresses on the site, best supported first")
PHONES = Field(
    "company_phones", "contact", Kind.MANY, "phone and fax numbers on the site, E.164, best supported first"
)
STREET = Field("company_street", "contact", Kind.ONE, "street and number, or post box", unique=True)
CITY = Field("company_city", "contact", Kind.ONE, "city", unique=True)
POSTCODE = Field("company_postcode", "contact", Kind.ONE, "postcode as the country writes it", unique=True)
COUNTRY = Field("company_country", "contact", Kind.ONE, "country, ISO 3166-1 alpha-2", unique=True)
