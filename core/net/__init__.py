"""Requests to other people's servers, without being led where nobody may go.

`targets` takes a URL apart and resolves it once, `addresses` refuses what is not public, `connections` connects
to that very address under the site's name; `posting` sends something there. `policy` says which private hosts
are let in, and by which setting.
"""
