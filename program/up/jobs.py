"""The four jobs of the programme, done as people do them: by their pages and their mail."""

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

from program.clock import now
from program.cohorts.queries import find_current_cohort, find_current_period
from program.demo.people import CAST, FELLOWS, CastMember, by_name
from program.doorbell import Bell
from program.extensions import db
from program.notices.models import NoticeState
from program.notices.queries import count_by_state
from program.presentation import sentence
from program.up.browser import Browser, CheckFailedError
from program.up.letters import Letters, sign_in_link
from program.up.run import Running

PATIENCE = 15.0  # seconds for the worker to do what was asked for, and for its mail to arrive
QUESTION = "Which of the two baselines should the comparison start from?"
ANSWER = "From the simpler one: it is the one that readers know."
COMMENT = "Please add the number of seeds, and say what would change your mind."


class Jobs:
    """Each job leaves behind what the next one finds."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._letters = Letters(running.settings.mail_dir)

    def submit_report(self) -> None:
        """Write, as a fellow, the report that is due, and send it."""
        with self._signed_in("fellow") as browser:
            browser.follow(within="Report for week")
            written = {name: f"Checked by machine: {name}." for name in browser.text_fields()}
            browser.press("Send to mentor", **{**written, "section-asks": QUESTION})
            browser.expect("Your report is with your mentor.")
            browser.expect(QUESTION)

    def review_reports(self) -> None:
        """Accept one report as its mentor with the ask answered, and return another; both fellows hear of it."""
        fellow = cast_as("fellow")
        with self._signed_in("mentor") as browser:
            self._await_mail(cast_as("mentor").email, "sent the report")
            browser.open("/reviews")
            browser.follow(within=fellow.name, label="Read")
            asks = [name for name in browser.text_fields() if name.startswith("ask-")]
            browser.expect(QUESTION)
            browser.press("Accept", **dict.fromkeys(asks, ANSWER))
            browser.expect("Report accepted.")
            browser.open("/reviews")
            other = browser.first_row()
            browser.follow(within=other, label="Read")
            browser.press("Return with this comment", comment=COMMENT, sections="*")
            browser.expect("Report returned.")
        self._await_mail(fellow.email, "is accepted")
        self._await_mail(by_name(FELLOWS, other).email, "came back with a comment")

    def close_wave(self) -> None:
        """Close, as staff, the survey that is open, and watch its job until the release is there."""
        with self._signed_in("staff") as browser:
            browser.open("/surveys")
            browser.follow(within="midpoint", label="Open")
            browser.press("Close the wave and summarise")
            self._wait(lambda: self._is_released(browser), "the release of the wave is not there")
            browser.expect("How it was protected")
            browser.expect("What may not be concluded")

    def remind(self) -> None:
        """Let the deadline come: who owes the report is told once, and who has sent it is not."""
        owing, done = cast_as("other fellow").email, cast_as("fellow").email
        about = sentence(self._bring_deadline())
        for _ in range(2):
            self._running.app.extensions["doorbell"].ring(Bell.SWEEP)
        self._await_mail(owing, about)
        self._wait(self._all_sent, "some mail is still waiting to be sent")
        counts = len(self._letters.to(owing, about=about)), len(self._letters.to(done, about=about))
        if counts != (1, 0):
            raise CheckFailedError(f"{counts[0]} reminders to {owing}, who owes it; {counts[1]} to {done}")

    def _signed_in(self, role: str) -> Browser:
        """Return the browser of a person who has asked for a link, read the mail and pressed the button."""
        email = cast_as(role).email
        browser = Browser(self._running.address)
        browser.open("/sign-in")
        browser.press("Mail me a link", email=email)
        link = sign_in_link(self._await_mail(email, "link to sign in"))
        if link is None:
            raise CheckFailedError(f"the mail to {email} has no link in it")
        browser.open(link)
        browser.press("Sign in")
        return browser

    def _await_mail(self, email: str, about: str) -> EmailMessage:
        """Wait for the newest mail about something."""
        self._wait(lambda: bool(self._letters.to(email, about=about)), f"no mail “{about}” reached {email}")
        return self._letters.to(email, about=about)[-1]

    def _wait(self, true: Callable[[], bool], what: str) -> None:
        self._running.supervisor.wait_until(true, seconds=PATIENCE, what=what)

    def _is_released(self, browser: Browser) -> bool:
        """Load the page anew, as it does by itself, while the job runs."""
        if browser.page.select_one("meta[http-equiv=refresh]") is None:
            return True
        browser.expect("steps done")
        browser.open(browser.url)
        return False

    def _bring_deadline(self) -> str:
        """Let the days pass until this week's report is due: that is said at night and on Sundays, too.

        Return the report's name.
        """
        with self._running.app.app_context():
            cohort = find_current_cohort(now())
            period = find_current_period(cohort, now()) if cohort else None
            if period is None:
                raise CheckFailedError("the demo's cohort has no week to report on")
            period.due_at = now() - timedelta(minutes=1)
            db.session.commit()
            return period.report_name

    def _all_sent(self) -> bool:
        with self._running.app.app_context():
            counts = count_by_state()
        return not (counts.get(NoticeState.PENDING) or counts.get(NoticeState.SENDING))


def cast_as(role: str) -> CastMember:
    """Return the person of the demo in this role."""
    return next(member for member in CAST if member.role == role)
