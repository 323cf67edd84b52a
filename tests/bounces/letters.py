"""Mails that come back, as relays and providers write them."""

from textwrap import dedent


def bounce(message_id, address, *, action="failed", status="5.1.1", head=None, envelope="", original=""):
    """A delivery report (RFC 3464) with the head of the mail that it is about."""
    head = f"Message-ID: {message_id}\nTo: Zoe <{address}>\n" if head is None else head
    mail = "Reporting-MTA: dns; relay.example\n" + envelope
    recipient = (
        f"Final-Recipient: rfc822; {address}\n{original}Action: {action}\nStatus: {status} (as it is)\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such\n person here\n"
    )
    return report("delivery-status", f"{mail}\n{recipient}", head)


def complaint(message_id, address, *, kind="abuse", named=True, whole=True):
    """A reader pressed "junk" (RFC 5965)."""
    to = f"Original-Rcpt-To: <{address}>\n" if named else ""
    said = f"Feedback-Type: {kind}\nUser-Agent: Provider/1\nVersion: 1\n{to}"
    head = f"Message-ID: {message_id}\nTo: Zoe <{address}>\n" + ("\nThe text.\n" if whole else "")
    return report(
        "feedback-report", said, head, head_kind="message/rfc822" if whole else "text/rfc822-headers"
    )


def report(kind, said, head, *, head_kind="text/rfc822-headers"):
    start = dedent(
        f"""\
        From: Mail Delivery System <MAILER-DAEMON@relay.example>
        To: fellowship@example.org
        Subject: Undelivered Mail Returned to Sender
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type={kind}; boundary="b"

        --b
        Content-Type: text/plain; charset=us-ascii

        This is the mail system. Your mail could not be delivered.

        --b
        Content-Type: message/{kind}

        """
    )
    rest = f"\n--b\nContent-Type: {head_kind}\n\n{head}\n--b--\n"
    return (start + said + rest).replace("\n", "\r\n").encode()
