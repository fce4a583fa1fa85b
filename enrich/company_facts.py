"""A company's facts as a table that shows itself in a notebook."""

from __future__ import annotations

import pandas as pd


class CompanyFacts(pd.DataFrame):
    """The facts on one company, from :func:`enrich.show`; any part of it is an ordinary DataFrame."""

    @property
    def _constructor(self) -> type[pd.DataFrame]:
        return pd.DataFrame

    def _repr_html_(self) -> str:
        from enrich.display.company import company_card

        return company_card(self).html()
