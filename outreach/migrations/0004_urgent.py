from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0003_waves")]

    operations = [
        migrations.RemoveConstraint(
            model_name="bulletin",
            name="bulletin_issued_is_whole",
        ),
        migrations.AddField(
            model_name="bulletin",
            name="is_urgent",
            field=models.BooleanField(default=False, verbose_name="至急"),
        ),
        migrations.AddField(
            model_name="bulletin",
            name="urgent_reason",
            field=models.CharField(blank=True, default="", max_length=400, verbose_name="至急の理由"),
        ),
        migrations.AlterField(
            model_name="bulletinstep",
            name="kind",
            field=models.CharField(
                choices=[
                    ("STARTED", "作成"),
                    ("SUBMITTED", "確認依頼"),
                    ("RETURNED", "差し戻し"),
                    ("APPROVED", "承認"),
                    ("ISSUED", "発行"),
                    ("URGENT", "至急で発行(承認前)"),
                    ("AFTERWARDS", "発行後の承認"),
                    ("OBJECTED", "発行後の不承認"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="bulletin",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state", "ISSUED"),
                        ("fiscal_year__isnull", False),
                        ("issued_at__isnull", False),
                        ("number__isnull", False),
                        models.Q(("approver__isnull", False), ("is_urgent", True), _connector="OR"),
                    ),
                    models.Q(
                        models.Q(("state", "ISSUED"), _negated=True),
                        ("fiscal_year__isnull", True),
                        ("issued_at__isnull", True),
                        ("number__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="bulletin_issued_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulletin",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_urgent", False),
                    models.Q(
                        ("period", "NONE"),
                        ("release__isnull", True),
                        models.Q(("urgent_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="bulletin_urgent_prints_no_number",
            ),
        ),
    ]
