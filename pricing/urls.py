from django.urls import path

from pricing.views import sales_lines, statements

urlpatterns = [
    path("portal/sales/", sales_lines.sales, name="portal_sales"),
    path("portal/sales/<int:pk>/", sales_lines.sale, name="portal_sale"),
    path("portal/statements/", statements.statement_list, name="portal_statements"),
]
