import pytest

# The shared cases of the storage pattern are no test module by name, yet are to explain what failed.
pytest.register_assert_rewrite("core.tests.stored_files")
