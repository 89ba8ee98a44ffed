from email import message_from_string

import pytest

from crm_experience.tools.automatic_mail import is_automatic


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "auto-submitted: AUTO-GENERATED",
        "Auto-Submitted: auto-replied; owner-email=x@y.example",
        "Precedence: bulk",
        "PRECEDENCE: Auto_Reply",
        "X-Autoreply: yes",
        "X-Autorespond:",
        "List-Id: <news.shop.example>",
    ],
)
def test_machines(header):
    assert is_automatic(message_from_string(f"From: a@b.example\n{header}\n\nHello"))


@pytest.mark.parametrize(
    "header",
    ["Auto-Submitted: no", "Auto-Submitted:", "Precedence: first-class", "Subject: Auto-reply"],
)
def test_people(header):
    assert not is_automatic(message_from_string(f"{header}\n\nHello"))


def test_headers_that_are_no_text():
    message = message_from_string("Auto-Submitted: =?utf-8?q?n=C3=B6?=\n\nHello")
    assert is_automatic(message)
    assert not is_automatic({})
