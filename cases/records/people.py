"""相談者 and 契約当事者: two persons, though often one and the same."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.protection.sealed import Owner, SealedField
from cases.records.case import Case


class CasePerson(models.Model):
    """A person of a case. What identifies them is sealed under the case's key; coded facts are on the case."""

    class Role(models.TextChoices):
        CALLER = "CALLER", _("相談者")
        PARTY = "PARTY", _("契約当事者")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="people")
    role = models.CharField(max_length=8, choices=Role.choices)
    name = SealedField(label="person.name")
    kana = SealedField(label="person.kana")
    phone = SealedField(label="person.phone")
    email = SealedField(label="person.email")
    postcode = SealedField(label="person.postcode")
    address = SealedField(label="person.address")
    birth_date = SealedField(label="person.birth_date")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "role"], name="person_once_per_role")]

    def __str__(self) -> str:
        return self.role

    @property
    def sealed_owner(self) -> Owner:
        return self.case.sealed_owner
