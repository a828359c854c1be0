"""What a request that Django itself refused is answered with."""

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from core.upload_limits import DiskFull


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for 400; what is only too much, for us or for the disk, has its own, which says what helps."""
    status = 413 if isinstance(exception, RequestDataTooBig | TooManyFilesSent) else 400
    if isinstance(exception, DiskFull):
        status = 507
    return render(request, f"{status}.html", status=status)


def not_here(request: HttpRequest) -> HttpResponse:
    """For an address that a library reverses and that is none of ours."""
    raise Http404
