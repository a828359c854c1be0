"""RFPs over the REST API. Every route finds its RFP as the pages do: 404 to outsiders, 403 to the wrong role."""

from rfp_manager.api import answers, exports, information, questions, rfps, team, workbooks

ROUTERS = (
    rfps.router,
    team.router,
    information.router,
    workbooks.router,
    questions.router,
    answers.router,
    exports.router,
)

__all__ = ["ROUTERS"]
