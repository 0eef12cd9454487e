import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import cases.protection.sealed


class Migration(migrations.Migration):
    """Subscribers, mailings, each message with its tries, and mail that comes back."""

    dependencies = [
        ("cases", "0055_contact_tags"),
        ("outreach", "0009_network"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Mailing",
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
                        choices=[("ISSUE", "見守り通信"), ("DIGEST", "月のまとめ")], max_length=8
                    ),
                ),
                (
                    "readers",
                    models.CharField(
                        choices=[
                            ("EVERYBODY", "登録者すべて"),
                            ("NETWORK", "見守りネットワークの構成員"),
                            ("OTHERS", "構成員でない登録者"),
                        ],
                        max_length=10,
                        verbose_name="宛先",
                    ),
                ),
                ("month", models.DateField(null=True)),
                ("subject", models.CharField(max_length=300, verbose_name="件名")),
                ("text", models.TextField(verbose_name="本文")),
                ("proposal", models.UUIDField(editable=False, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "bulletin",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mailing",
                        to="outreach.bulletin",
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mailings",
                        to="cases.centre",
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
                    "job",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cases.job",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("WAITING", "送信待ち"),
                            ("CLAIMED", "送信中"),
                            ("SENT", "送信済み"),
                            ("REFUSED", "受け付けられなかった"),
                            ("UNKNOWN", "要確認"),
                            ("NOT_SENT", "未達を確認"),
                            ("WITHDRAWN", "取りやめ"),
                        ],
                        default="WAITING",
                        max_length=10,
                    ),
                ),
                ("next_try_at", models.DateTimeField()),
                ("put_off", models.PositiveSmallIntegerField(default=0)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                (
                    "mailing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="outreach.mailing",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Subscriber",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("address", cases.protection.sealed.SealedField(label="subscriber.address")),
                ("address_digest", models.BinaryField(max_length=32)),
                ("token_digest", models.BinaryField(max_length=32, unique=True)),
                ("member", models.UUIDField(editable=False, null=True)),
                ("topics", models.JSONField(default=list, verbose_name="話題")),
                (
                    "frequency",
                    models.CharField(
                        choices=[
                            ("EVERY", "発行のつど"),
                            ("MONTHLY", "月に1回のまとめ"),
                            ("URGENT", "至急のものだけ"),
                        ],
                        default="EVERY",
                        max_length=8,
                        verbose_name="頻度",
                    ),
                ),
                ("consent_on", models.DateField(verbose_name="同意した日")),
                (
                    "consent_source",
                    models.CharField(
                        choices=[
                            ("PAPER", "申込書"),
                            ("PHONE", "電話"),
                            ("COUNTER", "窓口"),
                            ("APPLICATION", "電子申請"),
                            ("MEMBER", "見守りネットワークの構成員の同意"),
                        ],
                        max_length=12,
                        verbose_name="同意の方法",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ACTIVE", "配信中"),
                            ("PAUSED", "休止中"),
                            ("BOUNCED", "届かない"),
                            ("UNSUBSCRIBED", "配信停止"),
                            ("ERASED", "削除済み"),
                        ],
                        default="ACTIVE",
                        max_length=12,
                        verbose_name="状態",
                    ),
                ),
                ("ended_on", models.DateField(null=True)),
                ("hard_bounces", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subscribers",
                        to="cases.centre",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Incoming",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("digest", models.BinaryField(max_length=32)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("HARD", "不達(宛先がない)"),
                            ("SOFT", "不達(一時的)"),
                            ("UNSUBSCRIBE", "配信停止の申出"),
                            ("OTHER", "そのほかの返信"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("MATCHED", "自動で処理"), ("OPEN", "要確認"), ("DONE", "確認済み")],
                        max_length=8,
                    ),
                ),
                ("message", cases.protection.sealed.SealedField(label="incoming_mail.message")),
                ("status", models.CharField(blank=True, max_length=12)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "centre",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incoming_mail",
                        to="cases.centre",
                    ),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="incoming",
                        to="outreach.delivery",
                    ),
                ),
                (
                    "subscriber",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incoming",
                        to="outreach.subscriber",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="delivery",
            name="subscriber",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deliveries",
                to="outreach.subscriber",
            ),
        ),
        migrations.CreateModel(
            name="DeliveryTry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("message_id", models.CharField(max_length=200, unique=True)),
                ("claimed_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ACCEPTED", "中継サーバーが受け付けた"),
                            ("PUT_OFF", "あとで試すよう言われた"),
                            ("REFUSED", "断られた"),
                            ("DROPPED", "渡す前に切れた"),
                            ("FOUND", "記録で受付を確認"),
                            ("BOUNCED", "記録で不達を確認"),
                            ("MISSING", "記録にないことを確認"),
                        ],
                        max_length=10,
                    ),
                ),
                ("outcome_at", models.DateTimeField(null=True)),
                ("code", models.PositiveSmallIntegerField(null=True)),
                ("status", models.CharField(blank=True, max_length=12)),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tries",
                        to="outreach.delivery",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "")), fields=("delivery",), name="try_open_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("outcome__in", ["", "ACCEPTED", "FOUND", "BOUNCED"])),
                        fields=("delivery",),
                        name="try_taken_once",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="mailing",
            index=models.Index(fields=["centre", "-created_at"], name="mailing_newest"),
        ),
        migrations.AddConstraint(
            model_name="mailing",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "DIGEST")),
                fields=("centre", "month", "readers"),
                name="mailing_digest_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("bulletin__isnull", False), ("kind", "ISSUE"), ("month__isnull", True)),
                    models.Q(("bulletin__isnull", True), ("kind", "DIGEST"), ("month__isnull", False)),
                    _connector="OR",
                ),
                name="mailing_names_what_it_sends",
            ),
        ),
        migrations.AddIndex(
            model_name="subscriber",
            index=models.Index(fields=["centre", "state"], name="subscriber_by_state"),
        ),
        migrations.AddIndex(
            model_name="subscriber",
            index=models.Index(fields=["address_digest"], name="subscriber_by_address"),
        ),
        migrations.AddConstraint(
            model_name="subscriber",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "ERASED"), _negated=True),
                fields=("centre", "address_digest"),
                name="subscriber_address_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriber",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["UNSUBSCRIBED", "ERASED"]), _negated=True),
                    ("ended_on__isnull", False),
                    _connector="OR",
                ),
                name="subscriber_ended_has_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriber",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "ERASED"), ("address__isnull", True)),
                    models.Q(models.Q(("state", "ERASED"), _negated=True), ("address__isnull", False)),
                    _connector="OR",
                ),
                name="subscriber_erased_is_empty",
            ),
        ),
        migrations.AddIndex(
            model_name="incoming",
            index=models.Index(fields=["centre", "state", "-created_at"], name="incoming_open"),
        ),
        migrations.AddConstraint(
            model_name="incoming",
            constraint=models.UniqueConstraint(fields=("centre", "digest"), name="incoming_once"),
        ),
        migrations.AddConstraint(
            model_name="incoming",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "OPEN"), ("message__isnull", True), _connector="OR"),
                name="incoming_kept_while_open",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["mailing", "state", "next_try_at"], name="delivery_due"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "WAITING")), fields=["next_try_at"], name="delivery_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(fields=("mailing", "subscriber"), name="delivery_once"),
        ),
    ]
