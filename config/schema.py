"""The OpenAPI schema, for those who are signed in."""

from typing import ClassVar

from drf_spectacular.views import SpectacularAPIView

from consult.shell import roles
from consult.shell.access import NamedPermission


class Schema(SpectacularAPIView):
    permission: ClassVar[str] = roles.SIGNED_IN
    # The framework's view has permissions of its own (all may read), which would win over ours.
    permission_classes = [NamedPermission]
