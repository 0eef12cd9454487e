"""Who at a centre could be the second person of an act: those whose role opens the page where it is done."""

from consult.shell.accounts import Account


def able(account: Account, permission: str) -> frozenset[int]:
    """Keys of the working accounts at the same centre that hold the permission, the account itself included."""
    colleagues = Account.objects.filter(centre=account.centre_id, is_active=True)
    return frozenset(one.pk for one in colleagues if one.may(permission))
