from django.contrib import admin
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import TabularInline
from unfold.decorators import action, display

from channelhub.core.admin import actions, cells
from channelhub.core.admin.actions import ActionPage
from channelhub.core.admin.base import ChannelAdmin, Scoped
from channelhub.core.templatetags.figures import name_of
from partners.forms.certificates import DocumentForm, MaterialForm, NamedChoices
from partners.models import (
    CertificationLevel,
    CertificationProgramme,
    Course,
    CourseMaterial,
    ExamQuestion,
    QuestionOption,
)
from partners.services import academy


class LevelInline(Scoped, TabularInline):
    model = CertificationLevel
    fields = (
        "rank",
        "name",
        "name_en",
        "validity_months",
        "questions",
        "pass_mark",
        "tries",
        "pause_days",
        "minutes",
    )
    extra = 0
    can_delete = False


@admin.register(CertificationProgramme)
class CertificationProgrammeAdmin(ChannelAdmin):
    """What somebody can be certified for, with its levels and their exams."""

    list_display = ("code", "shown_name", "certified", "line_name", "is_open", "courses_link", "questions_link")
    on_phones = ("code", "shown_name", "certified", "is_open")
    list_filter = ("certified", "is_open")
    list_select_related = ("product_line",)
    search_fields = ("code", "name", "name_en")
    ordering = ("code",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("code", "certified"),
                    ("name", "name_en"),
                    ("product_line", "is_open"),
                    "summary",
                    "summary_en",
                    "audited",
                )
            },
        ),
    )
    autocomplete_fields = ("product_line",)
    inlines = (LevelInline,)
    export_fields = ("code", "name", "name_en", "certified", "product_line__code", "is_open")
    empty_hint = gettext_lazy("Add a programme with its levels, then its courses and their questions.")

    def get_readonly_fields(self, request, obj=None):
        return ("code", "certified") if obj else ()

    @display(description=gettext_lazy("name"))
    def shown_name(self, programme):
        return name_of(programme)

    @display(description=gettext_lazy("product line"))
    def line_name(self, programme):
        return name_of(programme.product_line) if programme.product_line else "–"

    @display(description=gettext_lazy("courses"))
    def courses_link(self, programme):
        return cells.link(_("Show"), "admin:partners_course_changelist", level__programme__id__exact=programme.pk)

    @display(description=gettext_lazy("questions"))
    def questions_link(self, programme):
        address = "admin:partners_examquestion_changelist"
        return cells.link(_("Show"), address, course__level__programme__id__exact=programme.pk)


class MaterialInline(Scoped, TabularInline):
    model = CourseMaterial
    form = MaterialForm
    fields = ("position", "kind", "name", "name_en", "url")
    extra = 0


@admin.register(Course)
class CourseAdmin(NamedChoices, ChannelAdmin):
    """What is to be learnt for a level: documents, videos and pages."""

    list_display = ("shown_name", "level_name", "position", "required")
    list_filter = ("level__programme", "required")
    list_select_related = ("level__programme",)
    search_fields = ("name", "name_en", "level__programme__code")
    ordering = ("level__programme__code", "level__rank", "position", "pk")
    fieldsets = ((None, {"fields": ("level", ("name", "name_en"), "summary", "summary_en", ("position", "required"))}),)
    inlines = (MaterialInline,)
    actions_detail = ("attach",)
    export_fields = ("level__programme__code", "level__rank", "position", "name", "name_en", "required")
    empty_hint = gettext_lazy("Add a course with its materials, then the questions of its exam.")

    def lookup_allowed(self, lookup, value, request=None):
        return lookup == "level__programme__id__exact" or super().lookup_allowed(lookup, value, request)

    @display(description=gettext_lazy("name"))
    def shown_name(self, course):
        return name_of(course)

    @display(description=gettext_lazy("level"))
    def level_name(self, course):
        return f"{name_of(course.level.programme)} · {name_of(course.level)}"

    @action(description=gettext_lazy("Attach a document"), icon="attach_file", permissions=["partners.change_course"])
    def attach(self, request, object_id):
        """A file that every partner may fetch."""
        course = self.get_object_or_deny(request, object_id)

        def act(data):
            academy.add_document(course=course, at=timezone.now(), by=request.user, **data)
            return _("The document is attached.")

        page = ActionPage(
            title=_("Attach a document"),
            form=DocumentForm,
            act=act,
            back=reverse("admin:partners_course_change", args=[course.pk]),
            button=_("Attach it"),
        )
        return actions.answer(self, request, course, page)


class OptionInline(Scoped, TabularInline):
    model = QuestionOption
    fields = ("text", "text_en", "is_right")
    extra = 0
    min_num = 2


@admin.register(ExamQuestion)
class ExamQuestionAdmin(NamedChoices, ChannelAdmin):
    """The question bank: each question belongs to a course; without a right and a wrong answer it is not drawn."""

    list_display = ("text", "course_name", "state_label")
    list_filter = ("course__level__programme", "is_retired")
    list_select_related = ("course__level__programme",)
    search_fields = ("text", "text_en", "course__name")
    ordering = ("course__level__programme__code", "course_id", "pk")
    sortable_by = ()
    fieldsets = ((None, {"fields": ("course", "text", "text_en", "is_retired")}),)
    inlines = (OptionInline,)
    export_fields = ("course__level__programme__code", "course__name", "text", "text_en", "is_retired")
    empty_hint = gettext_lazy("Add questions to the courses; an exam draws from all of its level.")

    def lookup_allowed(self, lookup, value, request=None):
        return lookup == "course__level__programme__id__exact" or super().lookup_allowed(lookup, value, request)

    def get_queryset(self, request):
        right = Count("options", filter=Q(options__is_right=True))
        wrong = Count("options", filter=Q(options__is_right=False))
        return super().get_queryset(request).annotate(right=right, wrong=wrong)

    @display(description=gettext_lazy("course"))
    def course_name(self, question):
        return f"{name_of(question.course.level.programme)} · {name_of(question.course)}"

    @display(description=gettext_lazy("state"))
    def state_label(self, question):
        if question.is_retired:
            return cells.label(_("retired"))
        drawn = question.right and question.wrong
        return cells.label(_("is drawn"), "green") if drawn else cells.label(_("incomplete"), "red")
