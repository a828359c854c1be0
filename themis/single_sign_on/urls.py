from django.urls import path

from themis.views import single_sign_on

urlpatterns = [
    path("login/", single_sign_on.login, name="sso_login"),
    path("callback/", single_sign_on.callback, name="sso_callback"),
    # The name is allauth's, which leads people there.
    path("cancelled/", single_sign_on.cancelled, name="socialaccount_login_cancelled"),
]
