from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0032_traders_merged")]

    operations = [
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(
                condition=models.Q(
                    ("action", "APPROVAL_ASKED"),
                    ("action", "APPROVAL_RETURNED"),
                    ("action", "ACCIDENT_DECIDED"),
                    _connector="OR",
                ),
                fields=["action", "case_uid"],
                name="audit_of_steps",
            ),
        ),
    ]
