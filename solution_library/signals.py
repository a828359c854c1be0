"""What the library tells the apps above it. The status on the row is the truth, a signal a nudge."""

from django.dispatch import Signal

# sender: the model class (Document or LibraryAnswer); instance: the row whose embedding is now pending
document_content_changed = Signal()

# sender: the model class; instance: the row whose words are not what they were, or that is gone from
# where it came from; reason: a sentence; url: the page that shows the difference, or empty.
# Sent inside the transaction that records it.
source_content_changed = Signal()
