"""What an issued bulletin becomes besides its paper. One text, one shape each: `mail_text` for who sends mail."""

from outreach.bulletins.outputs.mail import MailText, mail_text

__all__ = ["MailText", "mail_text"]
