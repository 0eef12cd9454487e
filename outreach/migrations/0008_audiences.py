"""Lectures take the audiences of the common set; what was told apart less finely before keeps its code."""

from typing import Any

from django.db import migrations, models

# 児童・生徒・学生 were one audience: which of them it was is not known, so that code stays.
RENAMED = {
    "GENERAL": "IPPAN",
    "SENIORS": "KOREISHA",
    "WATCHERS": "MIMAMORI",
    "PARENTS": "HOGOSHA",
    "WORKERS": "SHOKUBA",
    "DISABLED": "SHOGAI",
}
FINER = ("JIDO", "SEITO", "KOSAN", "DAIGAKU", "KYOSHOKUIN")


def rename(apps: Any, _editor: Any) -> None:
    lectures = apps.get_model("outreach", "Lecture").objects
    for before, after in RENAMED.items():
        lectures.filter(audience=before).update(audience=after)


def back(apps: Any, _editor: Any) -> None:
    """The finer ones become the coarse one that was there; people from abroad were among 市民一般."""
    lectures = apps.get_model("outreach", "Lecture").objects
    for before, after in RENAMED.items():
        lectures.filter(audience=after).update(audience=before)
    lectures.filter(audience__in=FINER).update(audience="STUDENTS")
    lectures.filter(audience="GAIKOKUJIN").update(audience="GENERAL")


class Migration(migrations.Migration):
    dependencies = [("outreach", "0007_proposals")]

    operations = [
        migrations.AlterField(
            model_name="lecture",
            name="audience",
            field=models.CharField(
                choices=[
                    ("JIDO", "児童(小学生)"),
                    ("SEITO", "生徒(中学生・高校生)"),
                    ("KOSAN", "高校3年生(成年になる前後)"),
                    ("DAIGAKU", "大学生・専門学校生"),
                    ("HOGOSHA", "保護者"),
                    ("KYOSHOKUIN", "教職員"),
                    ("KOREISHA", "高齢者"),
                    ("MIMAMORI", "見守る人(民生委員・介護職など)"),
                    ("SHOKUBA", "職場(勤労者・新社会人)"),
                    ("GAIKOKUJIN", "外国人"),
                    ("SHOGAI", "障害のある人"),
                    ("IPPAN", "市民一般"),
                    ("STUDENTS", "児童・生徒・学生"),
                ],
                max_length=12,
                verbose_name="対象",
            ),
        ),
        migrations.RunPython(rename, back),
    ]
