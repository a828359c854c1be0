from django.http import HttpRequest
from ninja import Router, Schema

from core.models import User
from core.permissions import role_names
from themis.http import SignedInRequest
from themis.models import APIKey

router = Router(tags=["Me"])


class PersonOut(Schema):
    id: int
    name: str
    email: str

    @staticmethod
    def resolve_name(person: "User | PersonOut | dict[str, str]") -> str:
        # What a route has rendered itself comes here a second time, and a third as a mapping.
        if isinstance(person, dict):
            return person["name"]
        return person.name if isinstance(person, PersonOut) else str(person)


class MeOut(PersonOut):
    roles: list[str]
    scopes: list[str]


@router.get("/me", response=MeOut, summary="Who I am, and what this key may do")
def get_me(request: SignedInRequest) -> MeOut:
    user = request.user
    return MeOut(
        id=user.pk, name=str(user), email=user.email, roles=sorted(role_names(user)), scopes=_scopes(request)
    )


def _scopes(request: HttpRequest) -> list[str]:
    used = getattr(request, "auth", None)
    return list(used.scopes) if isinstance(used, APIKey) else list(APIKey.Scope.values)
