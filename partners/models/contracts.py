import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import Versioned, append_only, never_deleted, version_trigger
from partners.enums import ContractKind, ContractState, ObligationKind, ObligationState
from partners.models.authorisations import Authorisation
from partners.models.catalogue import ProductLine
from partners.models.contract_templates import ContractTemplate, TemplateVersion
from partners.models.partners import Partner
from partners.models.ranges import only
from partners.models.scoped import OwnScopedQuerySet
from partners.models.territories import SalesChannel, Territory

S = ContractState
# What the two sides agree on: never changed once the paper was made.
TERMS = (
    "template_version_id",
    "valid_during",
    "currency",
    "notice_days",
    "price_consent",
    "deposit_amount",
    "deposit_days",
    "penalty",
    "values",
    "signatory_name",
    "signatory_email",
    "document_id",
    "sha256",
)


def _money(name, **options) -> models.DecimalField:
    return models.DecimalField(name, max_digits=19, decimal_places=4, **options)


def _of_partner(**options) -> models.ForeignKey:
    return models.ForeignKey(Partner, models.PROTECT, verbose_name=_("partner"), **options)


class Contract(models.Model):
    """An agreement with a partner under one number; its terms stand in versions: the original, amendments, renewals.

    Made by ``services.contracts``, never deleted.
    """

    fence = FenceClass.OWN

    number = models.CharField(_("number"), max_length=40, unique=True)
    partner = _of_partner(related_name="contracts")
    template = models.ForeignKey(
        ContractTemplate, models.PROTECT, related_name="contracts", verbose_name=_("contract template")
    )
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)

    objects = OwnScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        triggers = [never_deleted()]

    def __str__(self):
        return self.number


class ContractVersionQuerySet(OwnScopedQuerySet):
    """Contracts by where they stand."""

    def waiting(self):
        return self.filter(state=S.SENT)

    def in_force_on(self, day):
        return self.filter(in_force__contains=day)

    def readable(self):
        """What a dealer may see: not what is still being drafted."""
        return self.exclude(state=S.DRAFT)


@pghistory.track(exclude=["version", "updated_at"])
class ContractVersion(Versioned):
    """One set of terms of a contract and where it stands. Terms are drafted, sent as a paper, and then never changed.

    ``valid_during``: as the paper says. ``in_force``: from the first day until an amendment, a termination or the last
    day ends it; none before the signature. ``signatory_email``: who alone may sign; empty: whoever has the right.
    """

    fence = FenceClass.OWN

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="versions", verbose_name=_("contract"))
    partner = _of_partner(related_name="contract_versions")
    number = models.PositiveSmallIntegerField(_("version"))
    kind = models.CharField(_("kind"), max_length=10, choices=ContractKind, default=ContractKind.ORIGINAL)
    state = models.CharField(_("state"), max_length=10, choices=S, default=S.DRAFT)
    template_version = models.ForeignKey(
        TemplateVersion, models.PROTECT, related_name="+", verbose_name=_("version of a contract template")
    )
    valid_during = DateRangeField(_("period"))
    in_force = DateRangeField(_("in force"), null=True, blank=True, editable=False)
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    notice_days = models.PositiveSmallIntegerField(
        _("days of notice"), default=30, help_text=_("Before prices change.")
    )
    price_consent = models.BooleanField(
        _("consent to price changes"), default=False, help_text=_("New prices need the partner's written consent.")
    )
    deposit_amount = _money(_("deposit"), default=0)
    deposit_days = models.PositiveSmallIntegerField(_("days to pay the deposit"), default=15)
    penalty = models.TextField(_("penalties"), blank=True)
    renewal_days = models.PositiveSmallIntegerField(_("renewal asked for, days before"), default=90)
    values = models.JSONField(_("variables"), default=dict, blank=True)
    signatory_name = models.CharField(_("signatory"), max_length=120, blank=True)
    signatory_email = models.EmailField(_("signatory's e-mail"), blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True, editable=False)
    sent_by = models.ForeignKey(
        "core.User", models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("sent by")
    )
    sign_by = models.DateField(_("to be signed by"), null=True, blank=True, editable=False)
    document = models.ForeignKey(
        "core.Document",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("paper"),
    )
    sha256 = models.CharField(_("hash of the paper"), max_length=64, blank=True, editable=False)
    ended_reason = models.CharField(_("reason of the end"), max_length=300, blank=True, editable=False)

    objects = ContractVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract version")
        verbose_name_plural = _("contract versions")
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="partners_contract_versions_are_numbered"),
            models.UniqueConstraint(
                fields=["contract"],
                condition=Q(state__in=[S.DRAFT, S.SENT]),
                name="partners_one_open_version_per_contract",
            ),
            models.CheckConstraint(
                name="partners_contract_period_has_a_first_day",
                condition=Q(valid_during__isempty=False, valid_during__startswith__isnull=False),
                violation_error_message=_("A contract ends on or after its first day."),
            ),
            models.CheckConstraint(
                name="partners_contract_paper_exists_once_sent",
                condition=Q(state=S.DRAFT, document__isnull=True, sha256="")
                | Q(state=S.WITHDRAWN)
                | (Q(document__isnull=False, sent_at__isnull=False) & ~Q(sha256="") & ~Q(state=S.DRAFT)),
            ),
            models.CheckConstraint(
                name="partners_contract_in_force_when_signed",
                condition=Q(in_force__isnull=True) | Q(state__in=[S.SIGNED, S.ENDED]),
            ),
            models.CheckConstraint(name="partners_contract_deposit_not_negative", condition=Q(deposit_amount__gte=0)),
            ExclusionConstraint(
                name="partners_one_version_in_force_per_contract_and_day",
                expressions=[(only("contract_id"), RangeOperators.OVERLAPS), ("in_force", RangeOperators.OVERLAPS)],
                condition=Q(in_force__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["updated_at", "id"], name="partners_contract_changes"),
            models.Index(fields=["state", "sent_at"], name="partners_contracts_by_state"),
        ]
        triggers = [
            version_trigger(),
            never_deleted(),
            pgtrigger.Trigger(
                name="sent_terms_are_final",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=f"""
                IF OLD.state <> 'draft' AND ({" OR ".join(f"NEW.{c} IS DISTINCT FROM OLD.{c}" for c in TERMS)}) THEN
                    RAISE EXCEPTION 'the terms of a contract that was sent never change' USING ERRCODE = '23514';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return f"{self.contract_id} v{self.number}"

    @property
    def is_draft(self) -> bool:
        return self.state == S.DRAFT


def _of_draft_only() -> pgtrigger.Trigger:
    """Lines of a version change while it is a draft; a line may learn which authorisation came of it."""
    return pgtrigger.Trigger(
        name="sent_terms_are_final",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func="""
        IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'authorisation_id' = to_jsonb(OLD) - 'authorisation_id' THEN
            RETURN NEW;
        END IF;
        IF EXISTS (
            SELECT FROM partners_contractversion v
            WHERE v.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.version_id ELSE NEW.version_id END AND v.state <> 'draft'
        ) THEN RAISE EXCEPTION 'the terms of a contract that was sent never change' USING ERRCODE = '23514';
        END IF;
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
        """,
    )


class ContractScope(models.Model):
    """What a version lets the partner sell, where and over which channel; NULL: not limited. Granted when signed."""

    fence = FenceClass.OWN

    version = models.ForeignKey(
        ContractVersion, models.CASCADE, related_name="scopes", verbose_name=_("contract version")
    )
    partner = _of_partner(related_name="+", editable=False)
    territory = models.ForeignKey(
        Territory, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("territory")
    )
    product_line = models.ForeignKey(
        ProductLine, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product line")
    )
    sales_channel = models.ForeignKey(
        SalesChannel, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sales channel")
    )
    exclusive = models.BooleanField(_("exclusive"), default=False)
    authorisation = models.ForeignKey(
        Authorisation, models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("authorisation"),
    )  # fmt: skip

    objects = OwnScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract scope")
        verbose_name_plural = _("what may be sold where")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "territory", "product_line", "sales_channel"],
                name="partners_contract_names_a_scope_once",
                nulls_distinct=False,
                violation_error_message=_("This is named already."),
            ),
        ]
        triggers = [_of_draft_only()]

    def __str__(self):
        return f"{self.version_id} {self.territory_id} {self.product_line_id}"


class ContractCommitment(models.Model):
    """How much the partner undertakes to buy in a quarter, of one product line or of all."""

    fence = FenceClass.OWN

    version = models.ForeignKey(
        ContractVersion, models.CASCADE, related_name="commitments", verbose_name=_("contract version")
    )
    partner = _of_partner(related_name="+", editable=False)
    quarter_on = models.DateField(_("first day of the quarter"))
    product_line = models.ForeignKey(
        ProductLine, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product line")
    )
    amount = _money(_("amount"))

    objects = OwnScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments by quarter")
        ordering = ("quarter_on", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "quarter_on", "product_line"],
                name="partners_one_commitment_per_quarter_and_line",
                nulls_distinct=False,
                violation_error_message=_("This quarter is named already."),
            ),
            models.CheckConstraint(
                name="partners_commitment_is_more_than_nothing",
                condition=Q(amount__gt=0),
                violation_error_message=_("An amount is more than nothing."),
            ),
            models.CheckConstraint(
                name="partners_commitment_begins_with_its_quarter",
                condition=Q(quarter_on__day=1, quarter_on__month__in=[1, 4, 7, 10]),
                violation_error_message=_("A quarter begins on the first of January, April, July or October."),
            ),
        ]
        triggers = [_of_draft_only()]

    def __str__(self):
        return f"{self.quarter_on} {self.amount.normalize():,f}"


class ContractSignature(models.Model):
    """Who accepted a version for the partner, when, from which address, and the hash of the very paper. Append-only.

    ``person``, ``email`` and ``role`` as they were then. The paper itself is the version's document, kept by its hash.
    """

    fence = FenceClass.OWN

    version = models.OneToOneField(
        ContractVersion, models.PROTECT, related_name="signature", verbose_name=_("contract version")
    )
    partner = _of_partner(related_name="+")
    user = models.ForeignKey("core.User", models.PROTECT, related_name="+", verbose_name=_("user"))
    person = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=40)
    signed_at = models.DateTimeField(_("signed at"))
    address = models.GenericIPAddressField(_("address"), null=True)
    browser = models.CharField(_("browser"), max_length=300, blank=True)
    sha256 = models.CharField(_("hash of the paper"), max_length=64)

    objects = OwnScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        triggers = [append_only()]

    def __str__(self):
        return f"{self.version_id} {self.person}"


class ContractObligation(models.Model):
    """A measurable clause of a signed version that the night watches: a commitment of a quarter, or the deposit.

    ``actual`` and ``state`` as of ``checked_on``. Written by ``services.obligations``.
    """

    fence = FenceClass.OWN

    version = models.ForeignKey(
        ContractVersion, models.PROTECT, related_name="obligations", verbose_name=_("contract version")
    )
    partner = _of_partner(related_name="+")
    kind = models.CharField(_("kind"), max_length=12, choices=ObligationKind)
    commitment = models.OneToOneField(
        ContractCommitment, models.PROTECT, null=True, blank=True, related_name="obligation",
        verbose_name=_("commitment"),
    )  # fmt: skip
    due_on = models.DateField(_("due on"))
    currency = models.CharField(_("currency"), max_length=3)
    wanted = _money(_("agreed"))
    actual = _money(_("reached"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=ObligationState, default=ObligationState.OPEN)
    checked_on = models.DateField(_("checked on"), null=True, blank=True)

    objects = OwnScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("obligation")
        verbose_name_plural = _("obligations")
        constraints = [
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(commitment__isnull=True),
                name="partners_one_deposit_obligation_per_contract_version",
            ),
            models.CheckConstraint(
                name="partners_obligation_of_a_commitment_or_the_deposit",
                condition=Q(kind=ObligationKind.COMMITMENT, commitment__isnull=False)
                | Q(kind=ObligationKind.DEPOSIT, commitment__isnull=True),
            ),
            models.CheckConstraint(
                name="partners_obligation_kept_only_when_reached",
                condition=~Q(state=ObligationState.KEPT) | Q(actual__gte=F("wanted")),
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="partners_obligations_watched")]
        triggers = [never_deleted()]

    def __str__(self):
        return f"{self.version_id} {self.kind} {self.due_on}"
