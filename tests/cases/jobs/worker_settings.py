"""The product's settings, and job kinds for the tests."""

from config.settings import *  # noqa: F403, TID251 - settings built on settings
from config.settings import INSTALLED_APPS as PRODUCT_APPS  # noqa: TID251

INSTALLED_APPS = [*PRODUCT_APPS, "tests.cases.jobs.kinds.KindsConfig"]
