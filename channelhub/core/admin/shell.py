"""The frame of the admin: environment, sheet, navigation by role, saved views as tabs, Ctrl-K. Settings name these."""

from django.conf import settings
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channelhub.core.models import SavedView
from channelhub.core.services import search as finding


def environment(_request):
    """The label beside the name: production has none to overlook, every other place says what it is."""
    name = settings.ENVIRONMENT_NAME
    return [name, "danger" if name.lower().startswith("prod") else "info"] if name else None


def language_address(_request):
    """Where the language switch posts to: the same place as the portal's."""
    try:
        return reverse("account_language")
    except NoReverseMatch:
        return "/account/language/"


def stylesheet(_request):
    return static("css/admin.css")


def script(_request):
    return static("js/admin.js")


def icon(_request):
    return static("portal/icon.svg")


def _of_partners(title, icon_name, model):
    return (title, icon_name, f"admin:partners_{model}_changelist", f"partners.view_{model}")


# (group, ((title, icon, address, permission), …)); an entry without the permission is not shown.
NAVIGATION = (
    (
        "",
        (
            (gettext_lazy("Start"), "home", "admin:index", None),
            (gettext_lazy("Tasks"), "task_alt", "admin:core_task_changelist", "core.view_task"),
            (gettext_lazy("Cases"), "approval", "admin:core_workflowcase_changelist", "core.view_workflowcase"),
            (gettext_lazy("Absences"), "event_busy", "admin:core_delegation_changelist", "core.view_delegation"),
        ),
    ),
    (
        gettext_lazy("Partners"),
        (
            (gettext_lazy("Partners"), "store", "admin:partners_partner_changelist", "partners.view_partner"),
            (
                gettext_lazy("Applications"),
                "person_add",
                "admin:partners_partnerapplication_board",
                "partners.view_partnerapplication",
            ),
            _of_partners(gettext_lazy("Tracks"), "route", "onboardingtrack"),
            (
                gettext_lazy("Duplicates"),
                "content_copy",
                "admin:core_suspectedpair_changelist",
                "core.view_suspectedpair",
            ),
            (
                gettext_lazy("Contacts"),
                "contacts",
                "admin:partners_partnercontact_changelist",
                "partners.change_partner",
            ),
            _of_partners(gettext_lazy("Licences"), "workspace_premium", "licence"),
            _of_partners(gettext_lazy("Bank accounts"), "account_balance", "bankaccount"),
            _of_partners(gettext_lazy("Authorisations"), "verified", "authorisation"),
            (gettext_lazy("People"), "group", "admin:partners_membership_changelist", "partners.view_membership"),
            _of_partners(gettext_lazy("Tiers"), "military_tech", "partnertier"),
            _of_partners(gettext_lazy("Contracts"), "contract", "contractversion"),
            _of_partners(gettext_lazy("Watched obligations"), "visibility", "contractobligation"),
            _of_partners(gettext_lazy("Contract templates"), "description", "contracttemplate"),
            _of_partners(gettext_lazy("Deposits"), "account_balance", "depositaccount"),
            _of_partners(gettext_lazy("Deposit rules"), "rule", "depositrule"),
            _of_partners(gettext_lazy("Certificates"), "verified", "certificate"),
            _of_partners(gettext_lazy("Certification programmes"), "school", "certificationprogramme"),
            _of_partners(gettext_lazy("Exam questions"), "quiz", "examquestion"),
            _of_partners(gettext_lazy("Certification requirements"), "checklist", "certificationrequirement"),
            (gettext_lazy("Products"), "inventory_2", "admin:partners_product_changelist", "partners.view_product"),
            _of_partners(gettext_lazy("Product lines"), "account_tree", "productline"),
            (gettext_lazy("Territories"), "map", "admin:partners_territory_changelist", "partners.view_territory"),
            _of_partners(gettext_lazy("Sales channels"), "shopping_bag", "saleschannel"),
        ),
    ),
    (
        gettext_lazy("Money"),
        (
            (
                gettext_lazy("Price check"),
                "price_check",
                "admin:pricing_pricelist_price_check",
                "pricing.view_pricelist",
            ),
            (
                gettext_lazy("Price lists"),
                "request_quote",
                "admin:pricing_pricelist_changelist",
                "pricing.view_pricelist",
            ),
            (gettext_lazy("Prices"), "sell", "admin:pricing_pricerow_changelist", "pricing.view_pricerow"),
            (
                gettext_lazy("Price revisions"),
                "price_change",
                "admin:pricing_pricerevision_changelist",
                "pricing.view_pricerevision",
            ),
            (
                gettext_lazy("Assignments of price lists"),
                "assignment_ind",
                "admin:pricing_priceassignment_changelist",
                "pricing.view_priceassignment",
            ),
            (gettext_lazy("Promotions"), "percent", "admin:pricing_promotion_changelist", "pricing.view_promotion"),
            (gettext_lazy("Agreements"), "handshake", "admin:pricing_agreement_changelist", "pricing.view_agreement"),
            (gettext_lazy("Limits"), "speed", "admin:pricing_usagelimit_changelist", "pricing.view_usagelimit"),
            (
                gettext_lazy("Sales lines"),
                "receipt_long",
                "admin:pricing_salesline_changelist",
                "pricing.view_salesline",
            ),
            (
                gettext_lazy("Sales by month"),
                "calendar_view_month",
                "admin:pricing_salesmonth_changelist",
                "pricing.view_salesmonth",
            ),
            (gettext_lazy("Map of provinces"), "grid_view", "admin:provinces", "pricing.view_salesmonthline"),
            (gettext_lazy("Sales batches"), "inbox", "admin:pricing_salesbatch_changelist", "pricing.view_salesbatch"),
            (
                gettext_lazy("Rebate programmes"),
                "savings",
                "admin:pricing_rebateprogramme_changelist",
                "pricing.view_rebateprogramme",
            ),
            (
                gettext_lazy("Rebate accounts"),
                "account_balance_wallet",
                "admin:pricing_rebateaccount_changelist",
                "pricing.view_rebateaccount",
            ),
            (
                gettext_lazy("Rebate postings"),
                "payments",
                "admin:pricing_rebateposting_changelist",
                "pricing.view_rebateposting",
            ),
            (
                gettext_lazy("Exchange rates"),
                "currency_exchange",
                "admin:pricing_exchangerate_changelist",
                "pricing.view_exchangerate",
            ),
            (
                gettext_lazy("Accounting months"),
                "calendar_month",
                "admin:core_accountingmonth_changelist",
                "core.view_accountingmonth",
            ),
        ),
    ),
    (
        gettext_lazy("Goods"),
        (
            (
                gettext_lazy("Stock levels"),
                "inventory",
                "admin:inventory_stocklevel_changelist",
                "inventory.view_stocklevel",
            ),
            (
                gettext_lazy("Stock movements"),
                "swap_vert",
                "admin:inventory_stockmovement_changelist",
                "inventory.view_stockmovement",
            ),
            (gettext_lazy("Stock sync"), "sync", "admin:inventory_stockbatch_sync", "inventory.view_stockbatch"),
            (gettext_lazy("Locations"), "warehouse", "admin:inventory_location_changelist", "inventory.view_location"),
            (
                gettext_lazy("Who sees whose stock"),
                "visibility",
                "admin:inventory_stockvisibility_changelist",
                "inventory.view_stockvisibility",
            ),
        ),
    ),
    (
        gettext_lazy("Judgement"),
        (
            (gettext_lazy("Findings"), "report", "admin:performance_finding_changelist", "performance.view_finding"),
            (gettext_lazy("Targets"), "flag", "admin:performance_target_changelist", "performance.view_target"),
            (gettext_lazy("Scores"), "leaderboard", "admin:performance_score_changelist", "performance.view_score"),
            (
                gettext_lazy("Scorecards"),
                "rule",
                "admin:performance_scorecard_changelist",
                "performance.view_scorecard",
            ),
            (
                gettext_lazy("Tier proposals"),
                "trending_up",
                "admin:performance_tierproposal_changelist",
                "performance.view_tierproposal",
            ),
            (
                gettext_lazy("KPI values"),
                "monitoring",
                "admin:performance_kpivalue_changelist",
                "performance.view_kpivalue",
            ),
            (
                gettext_lazy("Sell-out reports"),
                "event_available",
                "admin:performance_salesreport_changelist",
                "performance.view_salesreport",
            ),
            (
                gettext_lazy("Report duties"),
                "event_upcoming",
                "admin:performance_reportduty_changelist",
                "performance.view_reportduty",
            ),
            (
                gettext_lazy("Minimum advertised prices"),
                "price_check",
                "admin:pricing_mapprice_changelist",
                "pricing.view_mapprice",
            ),
        ),
    ),
    (
        gettext_lazy("Running"),
        (
            (gettext_lazy("Night"), "bedtime", "admin:core_jobrun_changelist", "core.view_jobrun"),
            (gettext_lazy("Imports"), "upload_file", "admin:core_importjob_changelist", "core.view_importjob"),
            (
                gettext_lazy("Mapping profiles"),
                "schema",
                "admin:core_mappingprofile_changelist",
                "core.view_mappingprofile",
            ),
            (gettext_lazy("Events"), "bolt", "admin:core_eventhandling_changelist", "core.view_eventhandling"),
            (gettext_lazy("Feeds"), "rss_feed", "admin:core_feed_changelist", "core.view_feed"),
            (gettext_lazy("External codes"), "link", "admin:core_externalcode_changelist", "core.view_externalcode"),
            (gettext_lazy("API clients"), "key", "admin:partners_apiclient_changelist", "partners.view_apiclient"),
        ),
    ),
    (
        gettext_lazy("Administration"),
        (
            (
                gettext_lazy("Processes"),
                "flowchart",
                "admin:core_workflowdefinition_changelist",
                "core.view_workflowdefinition",
            ),
            (gettext_lazy("Users"), "person", "admin:core_user_changelist", "core.view_user"),
            (gettext_lazy("Roles"), "shield_person", "admin:core_role_changelist", "core.view_role"),
            _of_partners(gettext_lazy("Managed territories"), "share_location", "staffscope"),
            (gettext_lazy("Viewings as dealer"), "visibility", "admin:core_viewas_changelist", "core.view_viewas"),
        ),
    ),
)


def _entry(request, entry):
    title, icon, address, permission = entry
    if permission and not request.user.has_perm(permission):
        return None
    try:
        link = reverse(address)
    except NoReverseMatch:  # a topic without pages
        return None
    active = request.path == link if address == "admin:index" else request.path.startswith(link)
    return {"title": title, "icon": icon, "link": link, "active": active}


def navigation(request):
    """Groups of entries that the person's roles open."""
    if not request.user.is_authenticated:
        return []
    groups = []
    for title, entries in NAVIGATION:
        items = [item for item in (_entry(request, entry) for entry in entries) if item]
        if items:
            groups.append({"title": title, "separator": bool(title), "collapsible": False, "items": items})
    return groups


def _list_of(request):
    """The list whose page this is, as app.model; None elsewhere."""
    match = request.resolver_match
    if match is None or not match.url_name or not match.url_name.endswith("_changelist"):
        return None
    app_label, model, _changelist = match.url_name.rsplit("_", 2)
    return f"{app_label}.{model}"


def tabs(request):
    """On a list: all rows, then the person's saved views and those colleagues share."""
    name = _list_of(request)
    if name is None or not request.user.is_authenticated:
        return []
    views = [
        view
        for view in SavedView.objects.filter(list=name).order_by("name", "pk")
        if view.is_shared or view.user_id == request.user.pk
    ]
    if not views:
        return []
    here = request.GET.urlencode()
    items = [{"title": _("All"), "link": request.path, "active": not here}]
    items += [
        {"title": view.name, "link": f"{request.path}?{view.query}", "active": here == view.query} for view in views
    ]
    return [{"models": [name], "items": items}]


def search(request, term):
    """Ctrl-K: the records a person may see, by kind, the best first."""
    from django.contrib import admin
    from unfold.dataclasses import SearchResult

    pages = {model._meta.label_lower: page for model, page in admin.site._registry.items()}  # noqa: SLF001 - no public look-up
    kinds = [kind for kind, page in pages.items() if page.has_view_permission(request)]
    return [
        SearchResult(
            title=found.title,
            description=str(pages[found.source.kind].opts.verbose_name_plural),
            link=reverse(f"admin:{found.source.kind.replace('.', '_')}_change", args=[found.record.pk]),
            icon=found.source.icon,
        )
        for found in finding.find(request.user, term, kinds=kinds)
    ]
