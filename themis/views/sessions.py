"""Where one is signed in, and the end of all other sessions."""

from typing import Any

from allauth.usersessions.views import ListUserSessionsView
from django.views.generic.edit import FormView

from themis.services.sessions import live_sessions


class SessionListView(ListUserSessionsView):
    """allauth's page, with the sessions read together."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sessions = live_sessions(self.request.user)
        context: dict[str, Any] = FormView.get_context_data(self, **kwargs)
        return context | {"sessions": sessions, "session_count": len(sessions)}


session_list = SessionListView.as_view()
