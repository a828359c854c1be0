"""`check --deploy` says what would go wrong in production."""

import pytest
from django.conf import LazySettings
from django.core.checks import run_checks


@pytest.mark.parametrize(
    ("https", "proxies", "warned"), [(True, 0, True), (True, 1, False), (False, 0, False)]
)
def test_a_proxy_that_is_not_counted_is_warned_of(
    settings: LazySettings, https: bool, proxies: int, warned: bool
) -> None:
    settings.HTTPS = https
    settings.TRUSTED_PROXY_COUNT = proxies
    found = {message.id for message in run_checks(tags=["security"], include_deployment_checks=True)}
    assert ("spelunker.W001" in found) == warned
    assert "spelunker.W001" not in {message.id for message in run_checks(tags=["security"])}
