"""The gallery of components and widgets: mounted with DEBUG and by the tests, never in production."""

from django.urls import path

from themis.views import gallery

urlpatterns = [
    path("", gallery.gallery, name="gallery"),
]
