"""The keys for report files: shared with the deployments of lower units by an admin, each shown once, taken back."""

from fastapi import APIRouter, Response
from sqlmodel import Session

from service import people
from service.errors import NotFound, Refused, Trouble
from service.people import offered
from service.reports import keys
from service.signin.sessions import Visitor
from service.store import transaction
from service.web.asks import After, KeyInPath
from service.web.deps import Call, Incoming
from service.web.forms_reports import SharedKey
from service.web.marks import N_
from service.web.pages.acts import act, beside, ours
from service.web.pages.posted import Form, Posted
from service.web.pages.visit import reader, show, visit

router = APIRouter()


@router.get("/reports/+keys")
def key_list(call: Call, after: After = None) -> Response:
    return keys_page(call, after=after)


def keys_page(
    call: Incoming,
    *,
    after: str | None = None,
    typed: Posted | None = None,
    trouble: Trouble | None = None,
    shared: tuple[str, str] | None = None,
) -> Response:
    """`shared`: a unit and its new key, which this page alone shows."""
    with visit(call) as (session, visitor):
        found = keys.listed(session, visitor.actor, after=after)
        names = people.names(session, {row.made_by for row in found.items})
        may_share = bool(visitor.actor.paths("keep report keys"))
        offers = offered.units(session, visitor.actor, "keep report keys")
    return show(
        call, "reports/keys.html", found=found, names=names, may_share=may_share, offers=offers, after=after,
        typed=typed, trouble=trouble, shared=shared,
    )  # fmt: skip


@router.post("/reports/+keys")
def share(call: Call, form: Form) -> Response:
    """A new key, shown on the very page that answers and nowhere else; so this leads to no other page."""
    try:
        with visit(call):
            ours(call, form)
        told = form.fit(SharedKey, keep_empty=("unit",))
        with transaction(call.engine) as session:
            visitor = reader(call, session)
            secret = keys.share(session, visitor.actor, told.unit, now=call.now, given=told.secret)
    except (Refused, NotFound) as trouble:
        return keys_page(call, typed=form, trouble=beside(form, trouble))
    return keys_page(call, shared=(told.unit, secret))


@router.post("/reports/+keys/{unit}/revoke")
def revoke(call: Call, unit: KeyInPath, form: Form) -> Response:
    def take_back(session: Session, visitor: Visitor) -> None:
        keys.take_back(session, visitor.actor, unit, now=call.now)

    return act(call, form, take_back, then="/reports/+keys", said=N_("The key opens nothing any more"))
