from django.contrib.postgres.fields import ArrayField
from django.db import models

from solution_library.models.document import Document


class ScrapedPage(models.Model):
    """What a site said about a page when it was last read: with it the next request is conditional.

    The links stand in for the page when the site says that it is unchanged and so does not send it.
    """

    document = models.OneToOneField(
        Document, primary_key=True, on_delete=models.CASCADE, related_name="scraped_page"
    )
    etag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=300, blank=True)
    links = ArrayField(models.CharField(max_length=1000), default=list, blank=True)

    def __str__(self) -> str:
        return self.document.url
