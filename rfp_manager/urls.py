from django.urls import path

from rfp_manager.views import (
    answers,
    consistency,
    discussion,
    documents,
    exports,
    information,
    layouts,
    library_offers,
    outdated,
    questions,
    redrafts,
    revisions,
    rfps,
    team,
)

app_name = "rfp_manager"

urlpatterns = [
    path("", rfps.rfp_list, name="list"),
    path("new/", rfps.rfp_create, name="create"),
    path("<int:rfp_id>/", rfps.rfp_detail, name="detail"),
    path("<int:rfp_id>/edit/", rfps.rfp_edit, name="edit"),
    path("<int:rfp_id>/delete/", rfps.rfp_delete, name="delete"),
    path("<int:rfp_id>/information/", documents.upload_information, name="upload_information"),
    path("<int:rfp_id>/information/<int:document_id>/", information.information, name="information"),
    path(
        "<int:rfp_id>/information/<int:document_id>/text/",
        information.information_text,
        name="information_text",
    ),
    path(
        "<int:rfp_id>/information/<int:document_id>/summarise/",
        information.summarise,
        name="summarise_information",
    ),
    path(
        "<int:rfp_id>/information/<int:document_id>/file/",
        documents.download_information,
        name="download_information",
    ),
    path(
        "<int:rfp_id>/information/<int:document_id>/delete/",
        documents.delete_information,
        name="delete_information",
    ),
    path("<int:rfp_id>/workbooks/", documents.upload_workbook, name="upload_workbook"),
    path("<int:rfp_id>/workbooks/<int:document_id>/", documents.workbook, name="workbook"),
    path(
        "<int:rfp_id>/workbooks/<int:document_id>/file/",
        documents.download_workbook,
        name="download_workbook",
    ),
    path(
        "<int:rfp_id>/workbooks/<int:document_id>/delete/", documents.delete_workbook, name="delete_workbook"
    ),
    path(
        "<int:rfp_id>/workbooks/<int:document_id>/sheets/<int:sheet>/",
        layouts.sheet_frame,
        name="sheet_frame",
    ),
    path(
        "<int:rfp_id>/workbooks/<int:document_id>/sheets/<int:sheet>/rows/<int:block>/",
        layouts.sheet_rows,
        name="sheet_rows",
    ),
    path(
        "<int:rfp_id>/workbooks/<int:document_id>/sheets/<int:sheet>/correct/",
        layouts.correct,
        name="layout_correct",
    ),
    path("<int:rfp_id>/workbooks/<int:document_id>/undo/", layouts.undo, name="layout_undo"),
    path("<int:rfp_id>/workbooks/<int:document_id>/restart/", layouts.restart, name="layout_restart"),
    path(
        "<int:rfp_id>/workbooks/<int:document_id>/preview/", layouts.prepare_preview, name="prepare_preview"
    ),
    path("<int:rfp_id>/workbooks/<int:document_id>/revision/", revisions.revision, name="revision"),
    path(
        "<int:rfp_id>/workbooks/<int:document_id>/revision/apply/",
        revisions.revision_apply,
        name="revision_apply",
    ),
    path("<int:rfp_id>/workbooks/<int:document_id>/export/", exports.export_create, name="export_create"),
    path("<int:rfp_id>/gaps/", questions.gaps, name="gaps"),
    path("<int:rfp_id>/consistency/", consistency.contradictions, name="consistency"),
    path("<int:rfp_id>/consistency/dismiss/", consistency.dismiss, name="contradiction_dismiss"),
    path("<int:rfp_id>/consistency/restore/", consistency.restore, name="contradiction_restore"),
    path("<int:rfp_id>/questions/", questions.question_list, name="questions"),
    path("<int:rfp_id>/questions/draft/", questions.draft, name="draft"),
    path("<int:rfp_id>/questions/approve/", questions.bulk_approve, name="bulk_approve"),
    path("<int:rfp_id>/questions/submit/", questions.bulk_submit, name="bulk_submit"),
    path("<int:rfp_id>/questions/assign/", questions.bulk_assign, name="bulk_assign"),
    path("<int:rfp_id>/questions/<int:question_id>/", questions.question_detail, name="question"),
    path("<int:rfp_id>/questions/<int:question_id>/answer/", answers.answer_save, name="answer_save"),
    path(
        "<int:rfp_id>/questions/<int:question_id>/autosave/", answers.answer_autosave, name="answer_autosave"
    ),
    path("<int:rfp_id>/questions/<int:question_id>/redraft/", redrafts.answer_redraft, name="answer_redraft"),
    path("<int:rfp_id>/questions/<int:question_id>/submit/", answers.answer_submit, name="answer_submit"),
    path("<int:rfp_id>/questions/<int:question_id>/reopen/", answers.answer_reopen, name="answer_reopen"),
    path("<int:rfp_id>/questions/<int:question_id>/decline/", answers.answer_decline, name="answer_decline"),
    path("<int:rfp_id>/questions/<int:question_id>/assign/", answers.answer_assign, name="answer_assign"),
    path("<int:rfp_id>/questions/<int:question_id>/history/", answers.history, name="history"),
    path("<int:rfp_id>/questions/<int:question_id>/restore/", answers.answer_restore, name="answer_restore"),
    path("<int:rfp_id>/questions/<int:question_id>/comments/", discussion.comment_add, name="comment_add"),
    path(
        "<int:rfp_id>/questions/<int:question_id>/comments/<int:comment_id>/delete/",
        discussion.comment_delete,
        name="comment_delete",
    ),
    path("<int:rfp_id>/questions/<int:question_id>/similar/", discussion.similar, name="similar"),
    path("<int:rfp_id>/questions/<int:question_id>/join/", discussion.group_join, name="group_join"),
    path("<int:rfp_id>/questions/<int:question_id>/leave/", discussion.group_leave, name="group_leave"),
    path("<int:rfp_id>/questions/<int:question_id>/keep/", outdated.answer_keep, name="answer_keep"),
    path("<int:rfp_id>/library/", library_offers.offer_list, name="library_offers"),
    path("<int:rfp_id>/library/add/", library_offers.offer_many, name="library_offer"),
    path(
        "<int:rfp_id>/questions/<int:question_id>/library/",
        library_offers.offer_one,
        name="library_offer_one",
    ),
    path("<int:rfp_id>/exports/", exports.export_list, name="exports"),
    path("<int:rfp_id>/exports/new/", exports.answer_document_create, name="answer_document_create"),
    path("<int:rfp_id>/exports/<int:export_id>/report/", exports.export_report, name="export_report"),
    path("<int:rfp_id>/exports/<int:export_id>/", exports.export_detail, name="export"),
    path("<int:rfp_id>/exports/<int:export_id>/file/", exports.export_download, name="export_download"),
    path("<int:rfp_id>/team/", team.team, name="team"),
    path("<int:rfp_id>/team/<int:member_id>/remove/", team.member_remove, name="member_remove"),
]
