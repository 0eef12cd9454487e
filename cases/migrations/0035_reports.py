import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0034_alert_marks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "span",
                    models.CharField(
                        choices=[("YEAR", "年報"), ("MONTH", "月報")], max_length=5, verbose_name="種類"
                    ),
                ),
                ("start", models.DateField(verbose_name="期間の初め")),
                ("end", models.DateField(verbose_name="期間の終わり(含まない)")),
                ("as_of", models.BigIntegerField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("DRAFT", "案"), ("ISSUED", "発行済み")],
                        default="DRAFT",
                        max_length=6,
                        verbose_name="状態",
                    ),
                ),
                ("is_made", models.BooleanField(default=False)),
                ("data", models.TextField(blank=True, default="")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="作成日時")),
                ("number", models.PositiveIntegerField(null=True, verbose_name="号")),
                ("issued_at", models.DateTimeField(null=True, verbose_name="発行日時")),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.centre"
                    ),
                ),
                (
                    "check_job",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cases.job",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cases.job",
                    ),
                ),
            ],
            options={
                "ordering": ["-start", "span", "-created_at"],
            },
        ),
        migrations.CreateModel(
            name="ReportExample",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("case_uid", models.UUIDField(db_index=True, null=True)),
                ("title", models.CharField(max_length=60, verbose_name="題名")),
                ("text", models.TextField(max_length=800, verbose_name="内容")),
                ("chosen_at", models.DateTimeField(auto_now_add=True)),
                (
                    "chosen_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="examples",
                        to="cases.report",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="ReportFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("form", models.CharField(max_length=4)),
                ("data", models.BinaryField()),
                ("digest", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="cases.report"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "DRAFT")),
                fields=("centre", "span", "start"),
                name="report_one_draft",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(
                fields=("centre", "span", "start", "number"), name="report_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("issued_at__isnull", True), ("number__isnull", True), ("state", "DRAFT")),
                    models.Q(
                        ("is_made", True),
                        ("issued_at__isnull", False),
                        ("number__isnull", False),
                        ("state", "ISSUED"),
                    ),
                    _connector="OR",
                ),
                name="report_issued_has_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(("end__gt", models.F("start"))), name="report_ends_after_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportfile",
            constraint=models.UniqueConstraint(fields=("report", "form"), name="report_file_once"),
        ),
    ]
