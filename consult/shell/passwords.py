"""Passwords that a stranger would try first: words of this product, of the centre, of the account."""

import re
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from consult.shell.accounts import Account

OWN_LENGTH: Final = 8
"""What is left without those words must be so long."""

_OF_THE_PRODUCT: Final = ("madoguchi", "password", "soudan", "shouhi", "窓口", "消費生活", "相談", "センター")


class NoWordsOfTheHouse:
    """Refuses a password that is little more than such words."""

    def validate(self, password: str, user: object | None = None) -> None:
        words = list(_OF_THE_PRODUCT)
        if isinstance(user, Account):
            words += [
                user.username,
                user.display_name,
                user.centre.code,
                user.centre.name,
                user.centre.municipality,
            ]
        left = password.casefold()
        for word in sorted({word.casefold() for word in words if len(word) > 1}, key=len, reverse=True):
            left = left.replace(word, "")
        if len(re.sub(r"[\W_]", "", left)) < OWN_LENGTH and left != password.casefold():
            raise ValidationError(self.get_help_text(), code="password_of_the_house")

    def get_help_text(self) -> str:
        return _("利用者ID・名前・センターの名前や「password」などの言葉だけのパスワードは使えません。")
