"""Who or what sent a caller to the centre: on the card, in the facts, and a code set of its own."""

from django.db import migrations, models

_KINDS = [
    ("scam_type", "手口"), ("product", "商品・役務"), ("sales_method", "販売購入形態"), ("channel", "受付方法"),
    ("kind", "相談区分"), ("occupation", "職業"), ("sex", "性別"), ("relation", "契約当事者との関係"), ("outcome", "処理結果"),
    ("issue_kind", "内容別分類"), ("contact_kind", "経過の種類"), ("continuity", "初回・継続"), ("route", "窓口につながった経路"),
    ("trigger", "きっかけ・広告媒体"), ("contact_means", "連絡手段"), ("contract_state", "契約の状態"),
    ("document_form", "書面の種類"), ("payment", "支払方法"), ("trader_role", "事業者の役割"), ("transfer_kind", "送金先の種類"),
    ("harm", "危害・危険"), ("harm_kind", "危害の内容"), ("harm_part", "危害の部位"), ("harm_degree", "危害の程度"),
    ("care", "配慮すること"), ("language", "話す言葉"), ("consent", "同意"), ("consent_how", "同意の取り方"),
    ("referral", "紹介・つなぎ"),
]  # fmt: skip


def _kind() -> models.CharField:
    return models.CharField(choices=_KINDS, max_length=16)


class Migration(migrations.Migration):
    dependencies = [("cases", "0043_answers")]

    operations = [
        migrations.AddField(
            "case", "route", models.CharField(blank=True, max_length=32, verbose_name="窓口につながった経路")
        ),
        # Nobody had recorded one before: what was stated says so.
        migrations.AddField("casefact", "route", models.CharField(default="", max_length=32)),
        migrations.AlterField("code", "kind", _kind()),
        migrations.AlterField("codeset", "kind", _kind()),
    ]
