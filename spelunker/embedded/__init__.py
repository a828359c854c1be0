"""Spelunker's own Postgres, broker and object store, for machines that have none.

`make run` starts them (`supervisor`), `manage.py` finds or starts them (`attach`), the test suite
starts throw-away ones (`pytest_plugin`). They meet the rest of Spelunker in environment variables
only: DATABASE_URL, REDIS_URL and S3_*. A component whose variables are given is never started.
"""
