"""A universe of companies: sampled as background, encoded once, ranked in one scan.

A score is linear in a company's vector, so ranking ten million companies by twenty favourites is one product
a company with vectors that were encoded and quantised beforehand.
"""
