from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from core.whole_numbers import whole_number
from rfp_manager.services.comments import team_of
from rfp_manager.services.presence import note_presence, who_is_here
from rfp_manager.views.access import find_rfp
from themis.http import SignedInRequest


@require_POST
def here(request: SignedInRequest, rfp_id: int) -> HttpResponse:
    """One beat of an open page: which question it shows; answers with the others of the team who are here."""
    rfp = find_rfp(request, rfp_id)
    user = request.user
    note_presence(rfp, user=user, question=whole_number(request.POST.get("question", "")))
    others = [person for person in team_of(rfp) if person != user]
    return render(request, "rfp_manager/_here.html", {"present": who_is_here(rfp, people=others)})
