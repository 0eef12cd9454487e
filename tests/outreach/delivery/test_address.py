"""Addresses as people type them: what is meant is read, what is none is refused, nothing reaches another header."""

import pytest

from outreach.delivery.address import AddressNotUnderstood, on_the_wire, read_address


@pytest.mark.parametrize(
    ("typed", "kept", "wire"),
    [
        ("hanako@example.jp", "hanako@example.jp", "hanako@example.jp"),
        (" ｈａｎａｋｏ＠Ｅｘａｍｐｌｅ．ＪＰ ", "hanako@example.jp", "hanako@example.jp"),
        ("Hanako+mimamori@EXAMPLE.jp", "Hanako+mimamori@example.jp", "Hanako+mimamori@example.jp"),
        ("a..b.@docomo.example.jp", "a..b.@docomo.example.jp", '"a..b."@docomo.example.jp'),
        ("info@見守り.jp", "info@xn--nbk470kv32a.jp", "info@xn--nbk470kv32a.jp"),
    ],
)
def test_an_address_is_read_as_it_is_meant(typed: str, kept: str, wire: str) -> None:
    assert (read_address(typed), on_the_wire(kept)) == (kept, wire)


@pytest.mark.parametrize(
    "typed",
    [
        "", "hanako", "@example.jp", "hanako@", "hanako@example", "ha nako@example.jp", "a@b@example.jp",
        "hanako@exam_ple.jp", "hanako@-example.jp", "hanako@1.2.3.4", "花子@example.jp", "a,b@example.jp",
        '"x"@example.jp', "a@example.jp\r\nBcc: b@example.jp", "a\x00@example.jp", "a@example.jp\nb",
        f"{'a' * 65}@example.jp", f"a@{'a' * 64}.jp", f"a@{'a.' * 130}jp",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(AddressNotUnderstood) as refusal:
        read_address(typed)
    assert "example" not in str(refusal.value).replace("example.jp", "", 1)
