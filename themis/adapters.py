"""Where allauth asks us."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from core.models import User
from themis.services.setup import offer_setup


class ClosedSignupAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: what is in here is confidential, and people are invited."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Where signing in leads; the first administrator of an empty installation is led to its setup, once."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return redirect("themis:setup") if offer_setup(user) else response
