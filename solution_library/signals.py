"""What the library tells the apps above it. The status on the row is the truth, a signal a nudge."""

from django.dispatch import Signal

# sender: the model class (Document or LibraryAnswer); instance: the row whose embedding is now pending
document_content_changed = Signal()
# So many rows are nudged at once, within a request. The clock that finds pending rows without a job takes the rest.
NUDGED_AT_ONCE = 200

# sender: the model class; instance: the row whose words are not what they were, or that is gone from
# where it came from; reason: a sentence; url: the page that shows the difference, or empty; moment: given where it
# can be undone, which tells it by that moment. Sent inside the transaction that records it.
source_content_changed = Signal()

# sender: the model class; reasons: the rows that were deleted together, each with its sentence; moment: when. One
# signal for all of them, since a site may have thousands of pages. Sent inside the transaction that records it.
sources_deleted = Signal()

# sender: the model class; moments: the rows that say again what they said, each with the moment of the deletion or
# the change that was undone; reason: given where somebody may rest on what they said in between, a sentence for those.
# Sent inside the transaction that undoes it, after the rows are back.
sources_restored = Signal()
