from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from spelunker import account_admin  # noqa: F401 - registers allauth's tables
from themis.views import errors, sessions

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = _("Spelunker administration")
admin.site.site_title = "Spelunker"

handler400 = "themis.views.errors.bad_request"

urlpatterns = [
    path("", include("themis.urls")),
    path("library/", include("solution_library.urls")),
    path("", include("rag.urls")),
    path("rfps/", include("rfp_manager.urls")),
    path("api/v1/", include("spelunker.api")),
    # Addresses are the administrators' to change: whoever could enter one unproven could take another's place with it.
    path("accounts/email/", errors.not_here, name="account_email"),
    # Not allauth.urls: its pages for other providers, and for connecting accounts by hand, are not ours.
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/sessions/", sessions.session_list, name="usersessions_list"),
    path("accounts/sso/", include("themis.single_sign_on.urls")),
    path("admin/", admin.site.urls),
]
