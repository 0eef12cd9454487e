"""Settings for mail that would not work, or would show passwords and addresses on the way, are told at the start."""

from typing import Any

import pytest

from config.mail_checks import mail_can_be_sent


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({}, ""),
        ({"SMTP_HOST": "relay.example", "MAIL_FROM": "a@example.jp"}, ""),
        ({"SMTP_HOST": "127.0.0.1", "SMTP_TLS": "none", "MAIL_FROM": "a@example.jp"}, ""),
        ({"SMTP_HOST": "relay.example", "SMTP_TLS": "none", "MAIL_FROM": "a@example.jp"}, "SMTP_TLS"),
        ({"SMTP_HOST": "relay.example", "SMTP_TLS": "ssl", "MAIL_FROM": "a@example.jp"}, "ssl"),
        ({"SMTP_HOST": "relay.example", "MAIL_FROM": ""}, "MAIL_FROM"),
        ({"SMTP_HOST": "relay.example", "MAIL_FROM": "a@example.jp\nBcc: b@example.jp"}, "MAIL_FROM"),
        (
            {
                "SMTP_HOST": "relay.example",
                "MAIL_FROM": "a@example.jp",
                "MAIL_RETURN_TO": "b@example.jp>\r\nX: y",
            },
            "MAIL_RETURN_TO",
        ),
        ({"IMAP_HOST": "box.example", "IMAP_TLS": "none"}, "IMAP_TLS"),
        ({"IMAP_HOST": "box.example", "IMAP_TLS": "starttls"}, "IMAP_TLS"),
    ],
)
def test_what_would_not_work_is_told(given: dict[str, str], word: str, settings: Any) -> None:
    for name, value in given.items():
        setattr(settings, name, value)

    found = mail_can_be_sent()

    assert [word in problem.msg for problem in found] == ([True] if word else [])
