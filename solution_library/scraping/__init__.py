"""Reading a documentation web site: politely, and without being led where nobody may go.

Pure functions and small classes over URLs and bytes; nothing here knows a model. From the outside in:
`crawl` walks a site; `robots`, `sitemaps` and `scope` say where it may go; `fetching` gets one page through
the guard of `core.net`; `content` takes the text out of it.
"""
