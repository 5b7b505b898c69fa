from django.urls import path

from pricing.views import new_prices, sales_lines, statement_lines, statements

urlpatterns = [
    path("portal/new-prices/", new_prices.coming, name="portal_new_prices"),
    path("portal/new-prices/<int:pk>/", new_prices.detail, name="portal_new_price"),
    path("portal/new-prices/<int:pk>/answer/", new_prices.answer, name="portal_new_price_answer"),
    path("portal/sales/", sales_lines.sales, name="portal_sales"),
    path("portal/sales/<int:pk>/", sales_lines.sale, name="portal_sale"),
    path("portal/statements/", statements.statement_list, name="portal_statements"),
    path("portal/statements/<int:pk>/", statements.statement, name="portal_statement"),
    path("portal/statements/<int:pk>/comments/", statements.statement_comment, name="portal_statement_comment"),
    path("portal/statements/<int:pk>/lines/", statement_lines.lines, name="portal_statement_lines"),
    path("portal/statements/<int:pk>/why/", statement_lines.why, name="portal_statement_why"),
]
