"""Layer 5: one output format per file. Every view is a pure function from values to text; the command line prints it.

Screens come without a final line end, so that the caller decides how they are joined; what becomes the content of a
file (the starter spec, a Markdown page, a diff) ends with one.
"""
