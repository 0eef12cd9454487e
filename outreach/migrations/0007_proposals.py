"""What the planner proposed, what staff chose over it, and what was begun from a proposal."""

import uuid
from decimal import Decimal

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0054_release_advice"),
        ("outreach", "0006_urgent_on_record"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("last_day", models.DateField()),
                ("as_of", models.BigIntegerField()),
                ("engine", models.CharField(max_length=80)),
                ("digest", models.CharField(max_length=64)),
                ("inputs", models.JSONField()),
                ("weights", models.JSONField()),
                ("told", models.JSONField(default=dict)),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.centre"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlanChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("PIN", "上に固定"),
                            ("EXCLUDE", "候補から外す"),
                            ("CHANGE", "重み・地区を変える"),
                        ],
                        max_length=8,
                    ),
                ),
                ("theme", models.CharField(max_length=32)),
                (
                    "age_group",
                    models.CharField(
                        choices=[
                            ("ALL", "全年代"),
                            ("UNDER_30", "29歳以下"),
                            ("30_64", "30〜64歳"),
                            ("65_OVER", "65歳以上"),
                        ],
                        max_length=10,
                    ),
                ),
                ("area", models.CharField(blank=True, max_length=32)),
                ("factor", models.DecimalField(decimal_places=2, max_digits=4, null=True)),
                ("to_area", models.CharField(blank=True, max_length=32)),
                ("note", models.CharField(max_length=800, verbose_name="理由")),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.centre"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlanWeights",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("values", models.JSONField()),
                ("note", models.CharField(max_length=800, verbose_name="理由")),
                ("set_at", models.DateTimeField(auto_now_add=True)),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.centre"
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("position", models.PositiveIntegerField()),
                ("theme", models.CharField(max_length=32, verbose_name="手口")),
                (
                    "age_group",
                    models.CharField(
                        choices=[
                            ("ALL", "全年代"),
                            ("UNDER_30", "29歳以下"),
                            ("30_64", "30〜64歳"),
                            ("65_OVER", "65歳以上"),
                        ],
                        max_length=10,
                        verbose_name="年代",
                    ),
                ),
                ("area", models.CharField(blank=True, max_length=32, verbose_name="地区")),
                ("factors", models.JSONField()),
                ("reasons", models.JSONField(default=list)),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposals",
                        to="outreach.plan",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ProposalAction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("LECTURE", "講座"),
                            ("BULLETIN", "見守り通信"),
                            ("MAIL", "メール配信"),
                            ("CLASS", "学校の授業"),
                        ],
                        max_length=8,
                    ),
                ),
                ("target_uid", models.UUIDField()),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="actions",
                        to="outreach.proposal",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="plan",
            index=models.Index(fields=["centre", "-id"], name="plan_newest"),
        ),
        migrations.AddIndex(
            model_name="planchoice",
            index=models.Index(fields=["centre", "-id"], name="plan_choice_newest"),
        ),
        migrations.AddConstraint(
            model_name="planchoice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)),
                fields=("centre", "theme", "age_group", "area"),
                name="plan_choice_stands_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="planchoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind", "CHANGE"),
                        models.Q(
                            ("factor__isnull", False),
                            models.Q(("to_area", ""), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    models.Q(
                        models.Q(("kind", "CHANGE"), _negated=True), ("factor__isnull", True), ("to_area", "")
                    ),
                    _connector="OR",
                ),
                name="plan_choice_changes_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="planchoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("factor__isnull", True),
                    models.Q(("factor__gte", Decimal("0.1")), ("factor__lte", 10)),
                    _connector="OR",
                ),
                name="plan_choice_factor_is_a_weight",
            ),
        ),
        migrations.AddConstraint(
            model_name="planchoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("note", ""), _negated=True), name="plan_choice_has_a_note"
            ),
        ),
        migrations.AddConstraint(
            model_name="planchoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undone_at__isnull", True), ("undone_by__isnull", True)),
                    models.Q(("undone_at__isnull", False), ("undone_by__isnull", False)),
                    _connector="OR",
                ),
                name="plan_choice_undone_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="planweights",
            constraint=models.UniqueConstraint(fields=("centre", "number"), name="plan_weights_number_once"),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(fields=["theme", "age_group", "area"], name="proposal_place"),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(fields=("plan", "position"), name="proposal_position_once"),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(
                fields=("plan", "theme", "age_group", "area"), name="proposal_place_once"
            ),
        ),
        migrations.AddIndex(
            model_name="proposalaction",
            index=models.Index(fields=["target_uid"], name="proposal_action_target"),
        ),
        migrations.AddConstraint(
            model_name="proposalaction",
            constraint=models.UniqueConstraint(
                fields=("proposal", "kind", "target_uid"), name="proposal_action_once"
            ),
        ),
    ]
