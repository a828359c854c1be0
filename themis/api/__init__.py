"""What every route of the REST API stands on, and the routes of the shell itself.

One request passes, in this order: `parsing` (content type, NUL), `auth` (API key or session, scope),
`limits`, the schema of the route, `idempotency` (POST with a key), the route. Whatever goes wrong on the
way leaves as a problem document (`problems`). Each app has its routers in `<app>/api`;
`spelunker.api` puts them together.
"""
