from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _


class LibraryAnswerVersion(models.Model):
    """What a library answer said at one version; written once, never changed."""

    entry = models.ForeignKey("LibraryAnswer", on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    question = models.TextField()
    answer = models.TextField()
    choice = models.CharField(max_length=200, blank=True)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "version"], name="library_answer_version_once")
        ]

    def __str__(self) -> str:
        return _("Version %(version)s") % {"version": self.version}
