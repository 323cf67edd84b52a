"""The demo's mail server keeps what it is given."""

import mailbox
import os
import smtplib
import sys
from email.message import EmailMessage

import pytest

from program.up.ports import HOST, answers, free_port
from program.up.supervisor import Part, Supervisor


@pytest.mark.live
@pytest.mark.parametrize("folder", ["none yet", "left empty by a new beginning"])
def test_a_mail_arrives_in_the_maildir(tmp_path, folder):
    port, maildir = free_port(), tmp_path / "instance" / "mail"
    if folder != "none yet":
        maildir.mkdir(parents=True)
    command = [sys.executable, "-m", "program.up.smtp", "--port", str(port), "--maildir", str(maildir)]
    message = EmailMessage()
    message["From"], message["To"] = "fellowship@example.org", "zoe@example.org"
    message["Subject"], message["Message-ID"] = "Your report - for week 5", "<notice-1@example.org>"
    message.set_content("Grüße,\nthe programme")
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(Part("smtp", command, dict(os.environ), tmp_path))
        supervisor.wait_until(lambda: answers(port), seconds=10, what="no mail server")
        with smtplib.SMTP(HOST, port) as client:
            client.send_message(message)
            client.send_message(message)
    kept = list(mailbox.Maildir(maildir, create=False))
    assert [mail["Message-ID"] for mail in kept] == ["<notice-1@example.org>"] * 2
    assert kept[0]["X-RcptTo"] == "zoe@example.org"
    assert "Grüße" in kept[0].get_payload(decode=True).decode()
    assert (tmp_path / "smtp.log").read_text() == ""
