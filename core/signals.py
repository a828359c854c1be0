"""What core tells the apps above it."""

from django.dispatch import Signal

# sender: Job; job: the row as it was; state: the Job.State in which it ended. Sent once for each end, inside the
# transaction that records it.
job_ended = Signal()
