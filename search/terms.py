"""The terms of each case, sealed under the case's key: a new index needs no second analysis."""

from django.db import models

from cases.protection.sealed import Owner, SealedField
from cases.records.case import Case


class CaseTerms(models.Model):
    """Terms of one revision of a case, made by one version of the analysis. Erased with the case."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="+")
    # The case's own uid, bound into the seal.
    uid = models.UUIDField(unique=True, editable=False)
    revision = models.PositiveIntegerField()
    analyser_version = models.CharField(max_length=32)
    terms = SealedField(label="search.terms")

    def __str__(self) -> str:
        return f"{self.uid} {self.revision}"

    @property
    def sealed_owner(self) -> Owner:
        return Owner(Case.OWNER_KIND, self.uid)
