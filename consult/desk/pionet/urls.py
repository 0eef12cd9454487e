"""PIO-NET."""

from django.urls import path

from consult.desk.pionet import views

urlpatterns = [
    path("pionet/", views.Waiting.as_view(), name="pionet"),
    path("pionet/compare", views.Compare.as_view(), name="pionet-compare"),
    path("pionet/plan", views.EditPlan.as_view(), name="pionet-plan"),
    path("pionet/cards", views.Cards.as_view(), name="pionet-cards"),
    path("cases/<uuid:uid>/pionet", views.Copying.as_view(), name="pionet-copy"),
    path("cases/<uuid:uid>/pionet/trader", views.OpenTrader.as_view(), name="pionet-trader"),
    path("cases/<uuid:uid>/pionet/words", views.OpenWords.as_view(), name="pionet-words"),
    path("cases/<uuid:uid>/pionet/register", views.Register.as_view(), name="pionet-register"),
    path("cases/<uuid:uid>/card", views.CardOfCase.as_view(), name="pionet-card"),
]
