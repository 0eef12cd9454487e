"""The OpenAPI schema, for those who are signed in."""

from typing import ClassVar

from drf_spectacular.views import SpectacularAPIView

from consult.shell import roles


class Schema(SpectacularAPIView):  # type: ignore[misc]
    permission: ClassVar[str] = roles.SIGNED_IN
