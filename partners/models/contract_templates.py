import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import never_deleted
from partners.enums import ContractPart, PaperLanguage

PUBLISHED = "a published version of a template never changes: make a new one"


@pghistory.track()
class ContractTemplate(models.Model):
    """A kind of contract; its words stand in versions. Edited by channel managers and lawyers, never deleted."""

    fence = FenceClass.STAFF

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    maker = models.CharField(_("manufacturer"), max_length=200, help_text=_("As it signs, with its legal form."))
    language = models.CharField(_("language"), max_length=10, choices=PaperLanguage, default=PaperLanguage.SIMPLIFIED)

    class Meta:
        verbose_name = _("contract template")
        verbose_name_plural = _("contract templates")
        triggers = [never_deleted()]

    def __str__(self):
        return f"{self.code} {self.name}"


class TemplateVersion(models.Model):
    """The words of a template as they were published: a contract keeps the version it was drafted with.

    A version without ``published_at`` is worked on; a published one never changes. ``places``: what its words ask for
    beside what every contract knows.
    """

    fence = FenceClass.STAFF

    template = models.ForeignKey(
        ContractTemplate, models.PROTECT, related_name="versions", verbose_name=_("contract template")
    )
    number = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("title of the paper"), max_length=120)
    preamble = models.TextField(_("preamble"), blank=True)
    places = ArrayField(models.CharField(max_length=60), verbose_name=_("variables"), default=list, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        "core.User", models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name = _("version of a contract template")
        verbose_name_plural = _("versions of contract templates")
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="partners_template_versions_are_numbered"),
        ]
        triggers = [
            never_deleted(),
            pgtrigger.Protect(
                name="published_is_final",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.published_at IS NOT NULL"),
            ),
        ]

    def __str__(self):
        return f"{self.template_id} v{self.number}"


class TemplateClause(models.Model):
    """One clause of a version, in its place; left out of contracts that do not have the part it speaks of."""

    fence = FenceClass.STAFF

    version = models.ForeignKey(
        TemplateVersion, models.CASCADE, related_name="clauses", verbose_name=_("version of a contract template")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    heading = models.CharField(_("heading"), max_length=120)
    text = models.TextField(_("text"), help_text=_("{{ partner }}, {{ number }}, {{ scopes }} … are filled in."))
    only_with = models.CharField(_("only with"), max_length=12, choices=ContractPart, blank=True)

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        ordering = ("position", "pk")
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="partners_clauses_have_places_of_their_own"),
            models.CheckConstraint(
                name="partners_clause_part_known", condition=Q(only_with="") | Q(only_with__in=ContractPart)
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_is_final",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=f"""
                IF EXISTS (
                    SELECT FROM partners_templateversion v
                    WHERE v.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.version_id ELSE NEW.version_id END
                        AND v.published_at IS NOT NULL
                ) THEN RAISE EXCEPTION '{PUBLISHED}' USING ERRCODE = '23514';
                END IF;
                RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                """,
            ),
        ]

    def __str__(self):
        return f"{self.version_id}/{self.position} {self.heading}"
