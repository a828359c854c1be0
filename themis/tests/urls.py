"""The project's pages and the gallery, for tests: `@pytest.mark.urls("themis.tests.urls")`."""

from django.urls import include, path

urlpatterns = [
    path("gallery/", include("themis.test_urls")),
    path("", include("spelunker.urls")),
]
