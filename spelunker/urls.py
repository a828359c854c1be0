from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = "Spelunker administration"
admin.site.site_title = "Spelunker"

urlpatterns = [
    path("", include("themis.urls")),
    path("library/", include("solution_library.urls")),
    path("", include("rag.urls")),
    path("rfps/", include("rfp_manager.urls")),
    path("api/v1/", include("spelunker.api")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
