"""Who acts: settled before the fence, as the owner; inside, nobody asks."""

from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone
from oauth2_provider.models import get_access_token_model

from channelhub.core import hooks
from channelhub.core.enums.rights import VIEWER_RIGHTS
from channelhub.core.models import User
from channelhub.core.services.fence import NOBODY, Standing
from channelhub.lib.periods import business_day

PARTNER_KEY = "acting_partner"
VIEW_AS_KEY = "view_as_partner"


@dataclass(frozen=True)
class Acting:
    """Who acts in a request, for whom, and how far it reads.

    ``standing`` None: the owner's rights (staff). ``territories`` None: staff not limited by territory.
    ``role``: a dealer's role code in its partner. ``token``: the API token, or None for a session.
    """

    user: User | AnonymousUser
    standing: Standing | None = NOBODY
    territories: tuple[str, ...] | None = ()
    memberships: tuple[hooks.MembershipFact, ...] = ()
    role: str = ""
    rights: frozenset[str] = frozenset()
    token: Any = None
    token_refused: bool = False
    view_as: bool = False

    @property
    def partner_id(self) -> int | None:
        return self.standing.partner_id if self.standing else None

    @property
    def partner_name(self) -> str:
        return next((m.partner_name for m in self.memberships if m.partner_id == self.partner_id), "")

    def may(self, right: str) -> bool:
        """Whether the role in the acting partner allows it."""
        return any(fnmatchcase(right, code) for code in self.rights)


def _acting_for(user: User, at: datetime, wanted: int | None) -> Acting:
    """A dealer's person: the chosen one of its partners, or its only one; several and none chosen: nobody yet."""
    on = business_day(at)
    memberships = tuple(hooks.memberships_of(user.pk, on))
    chosen = [m for m in memberships if m.partner_id == wanted] or (list(memberships) if len(memberships) == 1 else [])
    if not chosen:
        return Acting(user, NOBODY, memberships=memberships)
    partner_id = chosen[0].partner_id
    return Acting(
        user,
        Standing(partner_id, hooks.subtree_of(partner_id, on)),
        memberships=memberships,
        role=chosen[0].role,
        rights=chosen[0].rights,
    )


def _staff(user: User, at: datetime, view_as: int | None) -> Acting:
    territories = hooks.territories_of(user.pk)
    if view_as is None or not _may_view_as(user, view_as, territories):
        return Acting(user, None, territories=territories)
    standing = Standing(view_as, hooks.subtree_of(view_as, business_day(at)))
    looked_at = hooks.MembershipFact(view_as, hooks.partner_name(view_as), "viewer", VIEWER_RIGHTS)
    return Acting(user, standing, memberships=(looked_at,), role="viewer", rights=VIEWER_RIGHTS, view_as=True)


def _may_view_as(user: User, partner_id: int, territories: tuple[str, ...] | None) -> bool:
    """Still: the right may have been taken away, or the partner moved elsewhere, since the viewing began."""
    if not user.has_perm("partners.view_as_dealer"):
        return False
    return territories is None or hooks.partners_within(territories).filter(partner_id=partner_id).exists()


def of_session(user: User | AnonymousUser, session: Any, at: datetime) -> Acting:
    """Who acts by a session; the anonymous stand nowhere."""
    if not user.is_authenticated or not user.is_active:
        return Acting(user)
    if user.is_staff:
        return _staff(user, at, session.get(VIEW_AS_KEY))
    return _acting_for(user, at, session.get(PARTNER_KEY))


def of_job(user: User, partner_id: int | None, at: datetime) -> Acting | None:
    """Who acts when work that a person asked for is done later; None: the access it was asked with is gone."""
    if not user.is_active:
        return None
    if partner_id is None:
        return _staff(user, at, None) if user.is_staff else None
    acting = _acting_for(user, at, partner_id)
    return acting if acting.partner_id == partner_id else None


def of_token(bearer: str, at: datetime) -> Acting:
    """Who acts by a bearer token; one query for token, client, machine user and feed. Unknown or expired: refused."""
    model = get_access_token_model()
    tokens = model.objects.select_related("application__user", "application__feed")
    token = tokens.filter(**_lookup(model, bearer)).first()
    if token is None or token.application is None or token.is_expired():
        return Acting(AnonymousUser(), token_refused=True)
    user, partner_id = token.application.user, token.application.partner_id
    if user is None or not user.is_active or (partner_id is None and not user.is_staff):
        return Acting(AnonymousUser(), token_refused=True)  # the owner's rights are earned by is_staff here too
    standing = None if partner_id is None else Standing(partner_id, hooks.subtree_of(partner_id, business_day(at)))
    return Acting(user, standing, territories=None, role="api", token=token)


def _lookup(model: Any, bearer: str) -> dict[str, str]:
    from hashlib import sha256

    checksum = sha256(bearer.encode()).hexdigest()
    return {"token_checksum": checksum} if hasattr(model, "token_checksum") else {"token": bearer}


def who_acts(request: HttpRequest) -> Acting:
    """Settle who acts: under ``/api/`` a bearer token counts, everywhere else only the session."""
    at = timezone.now()
    kind, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if request.path.startswith("/api/") and kind.lower() == "bearer":
        return of_token(bearer.strip(), at)
    return of_session(request.user, request.session, at)


def choose_partner(session: Any, acting: Acting, wanted: str) -> bool:
    """Act for one of one's partners for the rest of the session; False: it is none of them."""
    chosen = [m.partner_id for m in acting.memberships if str(m.partner_id) == wanted]
    if chosen:
        session[PARTNER_KEY] = chosen[0]
    return bool(chosen)
