from django.urls import path

from channelhub.core.views import documents, entrance, exports, health, notifications, search

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics_page, name="metrics"),
    path("documents/<int:pk>/", documents.download, name="document"),
    path("", entrance.entrance, name="entrance"),
    path("account/company/", entrance.company, name="account_company"),
    path("account/language/", entrance.language, name="account_language"),
    path("portal/exports/", exports.export_list, name="portal_exports"),
    path("portal/exports/new/", exports.export_new, name="portal_export_new"),
    path("portal/exports/<int:pk>/", exports.export_detail, name="portal_export"),
    path("portal/exports/<int:pk>/cancel/", exports.export_cancel, name="portal_export_cancel"),
    path("portal/exports/<int:pk>/file/", exports.export_file, name="portal_export_file"),
    path("portal/search/", search.find, name="portal_search"),
    path("portal/more/", notifications.more, name="portal_more"),
    path("portal/notifications/", notifications.notification_list, name="portal_notifications"),
    path("portal/notifications/read/", notifications.notifications_read, name="portal_notifications_read"),
    path("portal/notifications/<int:pk>/", notifications.notification_open, name="portal_notification"),
]
