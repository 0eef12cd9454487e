"""The doors of staff: what all share (shell), the counsellors' desk, the managers' numbers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsultConfig(AppConfig):
    name = "consult"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cases import today
        from consult.desk import hints, today_count, undo, viewing
        from consult.desk.accidents import pages as accidents
        from consult.desk.approval import parts as approval_parts
        from consult.desk.card import registering as card
        from consult.desk.day import registering as day
        from consult.desk.guidance import beside as guidance
        from consult.desk.letters import registering as letters
        from consult.desk.pionet import parts as pionet
        from consult.desk.rights import panel as rights_panel
        from consult.desk.rumours import registering as rumours
        from consult.desk.searching import alerts as search_alerts
        from consult.desk.snippets import models as snippets
        from consult.desk.suggest import hint as suggest
        from consult.desk.traders import hints as trader_hints
        from consult.desk.traders import of_case as traders_of_case
        from consult.desk.watch import pages as watch
        from consult.desk.waves import pages as waves
        from consult.desk.worries import registering as worries
        from consult.manage import search_index
        from consult.manage.answers import registering as answers
        from consult.manage.health import pages as health
        from consult.manage.protection import (
            backups,
            disclosures,
            later_reviews,
            leaks,
            log_state,
            looks,
            papers,
            requests,
        )
        from consult.manage.protection.retention import card as retention_card
        from consult.manage.releases import listed as releases
        from consult.manage.report import work as report_files
        from consult.manage.surges import registering as surges
        from consult.shell import devices, drafts, roles
        from consult.shell.web import add_to_nav

        drafts.register()
        trader_hints.register()  # a track must be seen before anything else
        card.register()
        snippets.register()
        # First: what stands at the top of a case's page, in this order.
        viewing.register()
        undo.register()
        today_count.register()
        suggest.register()
        hints.register()
        guidance.register()
        waves.register()
        traders_of_case.register()
        letters.register()
        accidents.register()
        watch.register()
        worries.register()
        rumours.register()
        rights_panel.register()
        pionet.register()
        search_alerts.register()
        devices.register()
        day.register()
        answers.register()
        today.register("releases to approve", roles.APPROVE_RELEASES, releases.card)
        today.register("audit faults", roles.VIEW_AUDIT, log_state.faults_card)
        today.register("search index", roles.KEEP_SEARCH, search_index.card)
        today.register("audit sinks", roles.KEEP_BACKUPS, log_state.sinks_card)
        today.register("later reviews", roles.REVIEW_LATER, later_reviews.card)
        today.register("retention", roles.KEEP_RETENTION, retention_card)
        health.register()
        papers.register()
        leaks.register()
        disclosures.register()
        requests.register()
        report_files.register()
        today.register("break glass", roles.REVIEW_LATER, looks.glass_card)
        today.register("unusual looks", roles.REVIEW_LATER, looks.unusual_card)
        today.register("copies of keys", roles.KEEP_BACKUPS, backups.key_card)
        keeper = backups.backup_card
        today.register("backups, for their keeper", roles.KEEP_BACKUPS, keeper, instead_of="backups")
        add_to_nav(roles.SIGNED_IN, "today", _("今日"))
        add_to_nav(roles.VIEW_CASES, "cases", _("相談"))
        approval_parts.register()
        add_to_nav(roles.VIEW_CASES, "traders", _("事業者"))
        add_to_nav(roles.VIEW_CASES, "guidance", _("手引き"))
        add_to_nav(roles.DECIDE_WORRIES, "worries", _("気づき"))
        add_to_nav(roles.VIEW_NUMBERS, "numbers", _("集計"))
        add_to_nav(roles.VIEW_NUMBERS, "reports", _("年報"))
        add_to_nav(roles.VIEW_NUMBERS, "board", _("状況"))
        surges.register()
        add_to_nav(roles.VIEW_PROTECTION, "protection", _("保護"))
        add_to_nav(roles.MANAGE_ACCOUNTS, "accounts", _("利用者"))
        add_to_nav(roles.IMPORT_CASES, "imports", _("取込"))
        add_to_nav(roles.SIGNED_IN, "jobs", _("処理状況"))
