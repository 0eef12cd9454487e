"""啓発: planning from figures only, lectures, bulletins, programme. It never sees a person of a case."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutreachConfig(AppConfig):
    name = "outreach"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from consult.shell import roles
        from consult.shell.web import add_to_nav
        from outreach import demo, waves
        from outreach.applications import demo as applications_demo
        from outreach.applications import erasing, today
        from outreach.applications.files import work as application_files
        from outreach.bulletins import hurry, pdf
        from outreach.bulletins import today as bulletins_today
        from outreach.delivery import watching as mail
        from outreach.keeping import nightly as forgetting
        from outreach.lectures import keeping as lecture_persons
        from outreach.lectures import told as lectures_told
        from outreach.lectures.steps import card as steps
        from outreach.network import registering as network
        from outreach.planning import demo as planning_demo
        from outreach.planning import nightly, results
        from outreach.programme import annual
        from outreach.registers import registering as registers

        demo.register()
        pdf.register()
        hurry.register()
        bulletins_today.register()
        waves.register()
        steps.register()
        lecture_persons.register()
        lectures_told.register()
        forgetting.register()
        results.register()
        nightly.register()
        planning_demo.register()
        annual.register()
        erasing.register()
        application_files.register()
        today.register()
        applications_demo.register()
        add_to_nav(roles.VIEW_TRENDS, "outreach", _("啓発"))
        add_to_nav(roles.PLAN_LECTURES, "lectures", _("講座"))
        add_to_nav(roles.PLAN_LECTURES, "applications", _("講座の申込み"))
        add_to_nav(roles.KEEP_LECTURE_RULES, "application-rules", _("講座の決まり"))
        add_to_nav(roles.VIEW_BULLETINS, "bulletins", _("見守り通信"))
        network.register()
        add_to_nav(roles.KEEP_NETWORK, "outreach-keeping", _("連絡先の保存"))
        mail.register()
        add_to_nav(roles.KEEP_PROGRAMME, "programme", _("施策"))
        registers.register()
