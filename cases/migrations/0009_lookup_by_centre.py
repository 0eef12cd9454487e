import math

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery

_OLD_BITS = 12


def give_tags_their_centre(apps, schema_editor):
    """Tags were all made with the key of the case's own centre; readings had none: a re-index is left begun."""
    tags, case = apps.get_model("cases", "LookupTag"), apps.get_model("cases", "Case")
    index = apps.get_model("cases", "LookupIndex")
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE"
        )  # else the column cannot be altered behind this
    tags.objects.update(
        centre_id=Subquery(case.objects.filter(pk=OuterRef("case_id")).values("centre_id")[:1])
    )
    for centre_id in tags.objects.values_list("centre_id", flat=True).distinct():
        rows = tags.objects.filter(centre_id=centre_id).count()
        coming = int(math.log2(max(rows, 1024) / 32))
        for field in ("PHONE", "KANA", "KANA_FOLDED"):
            index.objects.create(
                centre_id=centre_id,
                field=field,
                bits=_OLD_BITS if field == "PHONE" else coming,
                next_bits=coming,
                state="FILLING",
            )


def drop_what_the_old_program_cannot_read(apps, schema_editor):
    """The program before read 12 bits of one's own centre: its tags are made by saving a case again."""
    apps.get_model("cases", "LookupTag").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_backup_ledger")]

    operations = [
        migrations.CreateModel(
            name="LookupIndex",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("field", models.CharField(max_length=16)),
                ("bits", models.PositiveSmallIntegerField()),
                ("next_bits", models.PositiveSmallIntegerField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("STEADY", "Steady"),
                            ("FILLING", "Filling"),
                            ("SWITCHING", "Switching"),
                        ],
                        default="STEADY",
                        max_length=12,
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.centre"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["centre", "field"], name="lookup_index_once"),
                    models.CheckConstraint(
                        name="lookup_index_whole",
                        condition=Q(state="STEADY", next_bits__isnull=True)
                        | (~Q(state="STEADY") & Q(next_bits__isnull=False)),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LookupPermit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lookup_permits",
                        to="cases.case",
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.centre"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=["case", "centre"], name="lookup_permit_once")]
            },
        ),
        migrations.RemoveConstraint(model_name="lookuptag", name="lookup_tag_once"),
        migrations.RemoveIndex(model_name="lookuptag", name="lookup_tag_find"),
        migrations.AddField(
            model_name="lookuptag", name="next_tag", field=models.PositiveIntegerField(null=True)
        ),
        migrations.AddField(
            model_name="lookuptag",
            name="centre",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.centre",
            ),
        ),
        migrations.RunPython(give_tags_their_centre, drop_what_the_old_program_cannot_read),
        migrations.AlterField(
            model_name="lookuptag",
            name="centre",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.centre",
            ),
        ),
        migrations.AddConstraint(
            model_name="lookuptag",
            constraint=models.UniqueConstraint(
                fields=["case", "centre", "field", "tag", "next_tag"], name="lookup_tag_once"
            ),
        ),
        migrations.AddIndex(
            model_name="lookuptag",
            index=models.Index(fields=["centre", "field", "tag"], name="lookup_tag_find"),
        ),
        migrations.AddIndex(
            model_name="lookuptag",
            index=models.Index(
                fields=["centre", "field", "next_tag"],
                condition=Q(next_tag__isnull=False),
                name="lookup_tag_coming",
            ),
        ),
    ]
