"""RFPs over the REST API. Every route finds its RFP as the pages do: 404 to outsiders, 403 to the wrong role."""

from rfp_manager.api import (
    answers,
    bids,
    briefs,
    bulk_steps,
    exports,
    further_cells,
    information,
    questions,
    rfps,
    saved_views,
    team,
    workbooks,
)

ROUTERS = (
    rfps.router,
    team.router,
    information.router,
    briefs.router,
    bids.router,
    workbooks.router,
    bulk_steps.router,  # before the questions, whose address of one would take "submit" for an id
    questions.router,
    answers.router,
    further_cells.router,
    saved_views.router,
    exports.router,
)

__all__ = ["ROUTERS"]
