"""Every component and widget on one page, to look at and to test in a browser."""

import uuid

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from core.models import Job, Organization, User
from themis.forms import DateField, DateTimeField, FilesField, TimeField
from themis.http import SignedInRequest
from themis.pickers import PickerSelect, PickerSelectMultiple, TagsInput
from themis.widgets import DropZoneInput

PLACES = [("", "Anywhere"), *((name.lower(), name) for name in ("Berlin", "Bogotá", "Kathmandu", "Zürich"))]
KINDS = [("pdf", "PDF"), ("docx", "Word"), ("md", "Markdown")]


class GalleryForm(forms.Form):
    """One field of every kind."""

    text = forms.CharField(help_text="Some help.")
    email = forms.EmailField(required=False)
    number = forms.IntegerField(min_value=1)
    long_text = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    day = DateField()
    time_of_day = TimeField()
    moment = DateTimeField()
    choice = forms.ChoiceField(choices=KINDS)
    place = forms.ChoiceField(choices=PLACES, widget=PickerSelect, required=False)
    places = forms.MultipleChoiceField(choices=PLACES[1:], widget=PickerSelectMultiple, required=False)
    person = forms.ModelChoiceField(
        User.objects.order_by("pk"),
        widget=PickerSelect(source="people"),
        required=False,
        empty_label="Nobody",
    )
    organization = forms.ModelChoiceField(
        Organization.objects.order_by("pk"),
        widget=PickerSelect(source="vendors"),
        required=False,
        empty_label="None",
    )
    tags = forms.CharField(widget=TagsInput(source="tags"), required=False)
    several = forms.MultipleChoiceField(choices=KINDS, required=False)
    radio = forms.ChoiceField(choices=KINDS, widget=forms.RadioSelect)
    checks = forms.MultipleChoiceField(choices=KINDS, widget=forms.CheckboxSelectMultiple)
    agreed = forms.BooleanField(label="I agree")
    one_file = forms.FileField(widget=DropZoneInput(accept=[".pdf"]), required=False)
    plain_file = forms.FileField(required=False)
    documents = FilesField(accept=[".pdf", ".docx"], required=False)
    large_files = FilesField(required=False, in_parts=True)


def _job(state: str, **fields: object) -> Job:
    return Job(pk=uuid.uuid4(), state=state, kind="gallery", title=f"A job that is {state}", **fields)


def gallery(request: SignedInRequest) -> HttpResponse:
    """GET shows everything; POST shows the form as it was understood, or its errors."""
    form = GalleryForm(request.POST or None, request.FILES or None)
    understood = form.cleaned_data if form.is_bound and form.is_valid() else None
    context = {
        "form": form,
        "understood": understood,
        "page": Paginator(range(400), 10).get_page(request.GET.get("page", 7)),
        "jobs": [
            _job(Job.State.DONE, result_url="/"),
            _job(
                Job.State.FAILED, error="The workbook is protected by a password. Remove it and upload again."
            ),
            _job(Job.State.CANCELLED),
        ],
    }
    return render(request, "themis/gallery.html", context, status=422 if form.errors else 200)
