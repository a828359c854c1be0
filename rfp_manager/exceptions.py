from core.exceptions import RowGone, SpelunkerError


class RFPError(SpelunkerError):
    """Something about an RFP cannot be done; the message says why and what to do."""


class AnswerConflict(RFPError):
    """Somebody else saved this answer first; nothing of theirs was overwritten."""


class DeclinedMeanwhile(AnswerConflict):
    """Somebody declined the question while another typed; only a save that a person asks for takes it up again."""


class LayoutConflict(RFPError):
    """Somebody else changed the layout first; nothing of theirs was overwritten."""


class GoneMeanwhile(RFPError, RowGone):
    """What was to be changed was deleted a moment ago; nothing was written."""


class TransitionRefused(RFPError):
    """The question is not in a state that allows this step."""


class StoreUnavailable(RFPError):
    """The file store cannot take files now."""


class DuplicateUpload(RFPError):
    """The RFP holds this very file already."""
