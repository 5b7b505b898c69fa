from django.urls import path

from inventory.views import reports, stock

urlpatterns = [
    path("portal/stock/", stock.stock, name="portal_stock"),
    path("portal/stock/levels/<int:pk>/", stock.level, name="portal_stock_level"),
    path("portal/stock/report/", reports.report, name="portal_stock_reports"),
    path("portal/stock/report/template/", reports.report_template, name="portal_stock_template"),
    path("portal/stock/report/<int:pk>/", reports.report_detail, name="portal_stock_report"),
]
