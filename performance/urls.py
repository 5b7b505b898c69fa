from django.urls import path

from performance.views import catalogue, goals, portal_home, tier

urlpatterns = [
    path("portal/", portal_home.home, name="portal_home"),
    path("portal/goals/", goals.goals, name="portal_goals"),
    path("portal/goals/scores/<int:pk>/", goals.score, name="portal_score"),
    path("portal/tier/", tier.tier, name="portal_tier"),
    path("portal/prices/", catalogue.prices, name="portal_prices"),
    path("portal/prices/<int:pk>/why/", catalogue.why, name="portal_price_why"),
]
