"""The journey of rows through Bytewax: `detect` and `record`, each on one page.

The only package that knows Bytewax. What happens to a reading is decided in the pure core; here
stands only in which order, in which pieces, and how far it got (`progress`, `checkpoint`).
"""
