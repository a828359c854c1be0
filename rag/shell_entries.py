from django.utils.translation import gettext_lazy as _

from rag import palette
from themis.registry import NavigationItem, register_navigation


def register() -> None:
    """Called once by `RagConfig.ready`."""
    palette.register()
    register_navigation(NavigationItem("ask", _("Ask"), "rag:ask", "text-search", order=15))
