from django.urls import path

from pricing.views import sales_lines, statement_lines, statements

urlpatterns = [
    path("portal/sales/", sales_lines.sales, name="portal_sales"),
    path("portal/sales/<int:pk>/", sales_lines.sale, name="portal_sale"),
    path("portal/statements/", statements.statement_list, name="portal_statements"),
    path("portal/statements/<int:pk>/", statements.statement, name="portal_statement"),
    path("portal/statements/<int:pk>/comments/", statements.statement_comment, name="portal_statement_comment"),
    path("portal/statements/<int:pk>/lines/", statement_lines.lines, name="portal_statement_lines"),
    path("portal/statements/<int:pk>/why/", statement_lines.why, name="portal_statement_why"),
]
