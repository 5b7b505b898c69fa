import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channelhub.core.enums.fence import FenceClass
from channelhub.core.models.versioned import Versioned, append_only, never_deleted, version_trigger
from partners.enums import Certified, MaterialKind
from partners.models.catalogue import ProductLine
from partners.models.partners import Partner
from partners.models.scoped import OwnScopedQuerySet


def _ordered() -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(_("position"), default=1)


@pghistory.track(exclude=["version", "updated_at"])
class CertificationProgramme(Versioned):
    """What somebody can be certified for: people by an exam, partners and their shops by an audit.

    Edited by channel managers. Closed: nobody begins it any more, its certificates go on. ``audited``: what an audit
    looks at, one requirement a line.
    """

    fence = FenceClass.SHARED

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    certified = models.CharField(_("who is certified"), max_length=10, choices=Certified, default=Certified.PERSON)
    product_line = models.ForeignKey(
        ProductLine,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("product line"),
        help_text=_("What it is about; empty: everything."),
    )
    summary = models.TextField(_("summary"), blank=True)
    summary_en = models.TextField(_("summary in English"), blank=True)
    audited = models.TextField(_("what is audited"), blank=True, help_text=_("One requirement a line."))
    is_open = models.BooleanField(_("open"), default=True)

    class Meta:
        verbose_name = _("certification programme")
        verbose_name_plural = _("certification programmes")
        constraints = [
            models.CheckConstraint(name="partners_programme_certifies_somebody", condition=Q(certified__in=Certified)),
        ]
        indexes = [models.Index(fields=["updated_at", "id"], name="partners_programme_changes")]
        triggers = [version_trigger(), never_deleted()]

    def __str__(self):
        return f"{self.code} {self.name}"


@pghistory.track()
class CertificationLevel(models.Model):
    """A level of a programme: how long its certificates hold, and its exam. A higher level counts for the lower ones.

    ``questions``: drawn for each try; ``pass_mark``: per cent of them; ``pause_days``: between a try that was not
    passed and the next; ``minutes``: from the start, kept by the server.
    """

    fence = FenceClass.SHARED

    programme = models.ForeignKey(
        CertificationProgramme, models.PROTECT, related_name="levels", verbose_name=_("certification programme")
    )
    rank = models.PositiveSmallIntegerField(
        _("rank"), default=1, help_text=_("The highest number is the highest level.")
    )
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    validity_months = models.PositiveSmallIntegerField(_("valid for months"), default=24)
    questions = models.PositiveSmallIntegerField(_("questions drawn"), default=10)
    pass_mark = models.PositiveSmallIntegerField(_("pass mark in per cent"), default=80)
    tries = models.PositiveSmallIntegerField(_("tries"), default=3)
    pause_days = models.PositiveSmallIntegerField(_("days between tries"), default=1)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=30)

    class Meta:
        verbose_name = _("certification level")
        verbose_name_plural = _("certification levels")
        ordering = ("programme", "rank")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "rank"],
                name="partners_one_level_per_rank_and_programme",
                violation_error_message=_("This programme has a level of this rank already."),
            ),
            models.CheckConstraint(
                name="partners_level_asks_within_reason",
                condition=Q(
                    pass_mark__range=(1, 100), questions__range=(1, 200), minutes__range=(1, 480), tries__gte=1
                ),
                violation_error_message=_("1 to 200 questions, 1 to 100 per cent, 1 to 480 minutes, at least one try."),
            ),
            models.CheckConstraint(
                name="partners_level_is_valid_for_a_while",
                condition=Q(validity_months__range=(1, 240)),
                violation_error_message=_("Certificates hold for 1 to 240 months."),
            ),
        ]
        triggers = [never_deleted()]

    def __str__(self):
        return f"{self.programme_id} {self.rank} {self.name}"


@pghistory.track()
class Course(models.Model):
    """What is to be learnt for a level. The questions of its exam belong to its courses: results are told by course."""

    fence = FenceClass.SHARED

    level = models.ForeignKey(
        CertificationLevel, models.PROTECT, related_name="courses", verbose_name=_("certification level")
    )
    position = _ordered()
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    summary_en = models.TextField(_("summary in English"), blank=True)
    required = models.BooleanField(
        _("required"), default=True, help_text=_("To be worked through before the exam begins.")
    )

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ("position", "pk")
        triggers = [never_deleted()]

    def __str__(self):
        return f"{self.level_id} {self.name}"


@pghistory.track()
class CourseMaterial(models.Model):
    """A document, a video or a page of a course; videos and pages stand elsewhere and are linked."""

    fence = FenceClass.SHARED

    course = models.ForeignKey(Course, models.CASCADE, related_name="materials", verbose_name=_("course"))
    position = _ordered()
    kind = models.CharField(_("kind"), max_length=10, choices=MaterialKind, default=MaterialKind.LINK)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    document = models.ForeignKey(
        "core.Document",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("document"),
    )

    class Meta:
        verbose_name = _("material of a course")
        verbose_name_plural = _("materials of a course")
        ordering = ("position", "pk")
        constraints = [
            models.CheckConstraint(
                name="partners_material_is_a_document_or_an_address",
                condition=Q(kind=MaterialKind.DOCUMENT, url="")
                | (Q(document__isnull=True) & ~Q(kind=MaterialKind.DOCUMENT) & ~Q(url="")),
                violation_error_message=_("A document has no address; a video or a page has one."),
            ),
        ]

    def __str__(self):
        return f"{self.course_id} {self.name}"


class CourseDone(models.Model):
    """A person says that it has worked through a course. Append-only."""

    fence = FenceClass.OWN

    course = models.ForeignKey(Course, models.PROTECT, related_name="done", verbose_name=_("course"))
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+", verbose_name=_("partner"))
    user = models.ForeignKey("core.User", models.PROTECT, related_name="+", verbose_name=_("person"))
    done_at = models.DateTimeField(_("done at"))

    objects = OwnScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("course worked through")
        verbose_name_plural = _("courses worked through")
        constraints = [
            models.UniqueConstraint(
                fields=["course", "partner", "user"], name="partners_each_course_once_per_person_and_partner"
            ),
        ]
        triggers = [append_only()]

    def __str__(self):
        return f"{self.user_id} {self.course_id}"


@pghistory.track()
class ExamQuestion(models.Model):
    """A question of the bank. Without two options, one of them right and one wrong, it is not drawn.

    What was drawn is kept with the try: a question that changes, or retires, changes no exam that began.
    """

    fence = FenceClass.STAFF

    course = models.ForeignKey(Course, models.PROTECT, related_name="questions", verbose_name=_("course"))
    text = models.TextField(_("question"))
    text_en = models.TextField(_("question in English"), blank=True)
    is_retired = models.BooleanField(_("retired"), default=False)

    class Meta:
        verbose_name = _("exam question")
        verbose_name_plural = _("exam questions")
        triggers = [never_deleted()]

    def __str__(self):
        return self.text[:60]


@pghistory.track()
class QuestionOption(models.Model):
    """One of the answers that a question offers; several may be right, then all of them are to be chosen."""

    fence = FenceClass.STAFF

    question = models.ForeignKey(ExamQuestion, models.CASCADE, related_name="options", verbose_name=_("exam question"))
    text = models.CharField(_("answer"), max_length=300)
    text_en = models.CharField(_("answer in English"), max_length=300, blank=True)
    is_right = models.BooleanField(_("right"), default=False)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["question", "text"],
                name="partners_question_offers_each_answer_once",
                violation_error_message=_("This answer stands there already."),
            ),
        ]

    def __str__(self):
        return self.text[:60]
