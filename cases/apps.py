"""The core: records, protection, law, figures, jobs. It serves no HTTP."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CasesConfig(AppConfig):
    name = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cases import erasing, today
        from cases.backup import card
        from cases.backup import work as backups
        from cases.demo import traders as demo_traders
        from cases.figures import columns
        from cases.figures.recount import nightly as recount
        from cases.figures.reports import registering as report_tables
        from cases.figures.surge_log import demo as demo_surges
        from cases.figures.surge_log import live as live_surges
        from cases.figures.surge_log import nightly as surges
        from cases.health import disks, inputs, nights, queues
        from cases.jobs.lanes import Lane
        from cases.jobs.registry import every
        from cases.protection import reindex, remasking, watch
        from cases.protection.audit import append_only, checking
        from cases.protection.keys import ahead, open_cases
        from cases.records import codes
        from cases.services import (
            attachments,
            disclosures,
            event_sources,
            leaks,
            leavers,
            releases,
            report_checks,
            report_examples,
            reports,
            requests,
            undo_notes,
            viewing,
            watch_share,
            worries,
        )
        from cases.services.history import demo as demo_history
        from cases.services.history import keeping as history
        from cases.services.ledger import uploads, work
        from cases.services.population import demo as demo_population
        from cases.services.population import keeping as population
        from cases.services.retention import work as retention
        from cases.services.traders import tracks
        from cases.upkeep import refresh_statistics

        # After every migration, so that a new release brings its code sets and a test database has them.
        post_migrate.connect(codes.load_after_migrate, sender=self)
        post_migrate.connect(append_only.look_after, sender=self)
        every(30.0, "figures.columns", wanted=columns.is_behind, lane=Lane.FEED)(columns.catch_up)
        recount.register()
        surges.register()
        live_surges.register()
        checking.register()
        work.register()
        reindex.register()
        remasking.register()
        uploads.register()
        leaks.register()
        leavers.register()
        event_sources.register()
        backups.register()
        today.register("backups", "signed_in", card.card)
        disclosures.register()
        requests.register()
        watch_share.register()
        worries.register()
        retention.register()
        watch.register()
        tracks.register()
        demo_traders.register()
        population.register()
        history.register()
        demo_population.register()
        demo_history.register()
        demo_surges.register()
        undo_notes.register()
        viewing.register()
        report_tables.register_tables()
        reports.register()
        report_checks.register()
        releases.register()
        erasing.register("report examples", report_examples.erase_with_case)
        erasing.register("attachments", attachments.erase_with_case, owners=attachments.owners_with_case)
        every(1800.0, "database.statistics")(refresh_statistics)
        every(3600.0, "keys.ahead", wanted=ahead.is_wanted)(ahead.task)
        open_cases.register()
        for looks in (queues, inputs, nights, disks):
            looks.register_all()
