"""The composition root as an app."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
