"""The page of rules."""

from django.urls import path

from consult.desk.rights import rules

urlpatterns = [path("rights/rules", rules.Rules.as_view(), name="rights-rules")]
