"""状況, beside 集計."""

from django.urls import path

from consult.manage.boards import views

urlpatterns = [path("", views.Board.as_view(), name="board")]
