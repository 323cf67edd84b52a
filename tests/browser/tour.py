"""Every page in every state that looks different: who sees it, and how they come to it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from secrets import token_hex

from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from program import clock
from program.accounts.models import Account
from program.accounts.stopping import stop_url
from program.concerns.models import ConcernState
from program.concerns.services import step_concern
from program.digests.accepting import accept_url
from program.extensions import db
from program.fellows.models import Assignment, Fellowship
from program.invitations.models import Invitation, InvitationState
from program.invitations.services import invitation_url
from program.oidc.queries import list_identities_of
from program.preferences.topics import Topic
from program.releases.models import JobState
from program.reports.models import Report, ReportState, Revision
from program.sign_in.models import SignInSession
from tests.browser.places import Places
from tests.browser.visits import address_of, link_for, read_mail
from tests.factories import make_authenticator, make_concern, make_identity, make_passkey

Way = Callable[[Page, Places], object]
DEMO, EMPTY = "demo", "empty"
STAFF, MANAGER, ANALYST = "Ruth Calloway", "Helena Strand", "Lena Brandauer"
MENTOR, BUSY_MENTOR = "Margit Vandersloot", "Desmond Oyelaran"
FELLOW, RETURNED, LATE, BEGINNER, MENDED = (
    "Amara Okafor",
    "Kwame Boadu",
    "Priya Sathe",
    "Tomás Requena",
    "Yusuf Karaman",
)
AT_EASE, IDLE = "the fellow at ease", "the idle mentor"


@dataclass(frozen=True)
class Stop:
    """A page in one state. `endpoint` is the route that draws it; an error page and the answer to a step have none."""

    name: str
    endpoint: str
    who: str
    way: Way
    status: int = 200
    programme: str = DEMO


def at(path: str) -> Way:
    """Straight to an address."""
    return lambda page, _places: page.goto(path)


def writing(week: int) -> Way:
    return lambda page, places: page.goto(places.periods[week])


def report(name: str, week: int, rest: str = "") -> Way:
    return lambda page, places: page.goto(places.reports[name, week] + rest)


def concern_from(name: str, week: int) -> Way:
    return lambda page, places: page.goto(places.reports[name, week] + "/concern")


def nothing_raised(page: Page, places: Places) -> None:
    page.goto(places.reports[FELLOW, 4] + "/concern")
    press(page, "Send to those I chose")


def concern_from_nothing(page: Page, _places: Places) -> None:
    page.goto("/concerns")
    page.get_by_role("main").get_by_role("link", name="Raise a concern").first.click()


def put_to_staff(rest: str = "") -> Way:
    """One that the fellow has raised and the staff have written about."""

    def way(page: Page, places: Places) -> None:
        with places.programme.inside():
            fellow, staff = (
                db.session.scalars(select(Account).filter_by(name=n)).one() for n in (FELLOW, STAFF)
            )
            place = db.session.scalars(select(Fellowship).filter_by(account_id=fellow.id)).first()
            told = {"actor": staff, "now": clock.now()}
            raised = make_concern(place, fellow, staff, at=clock.now())
            step_concern(
                raised, step=ConcernState.ACKNOWLEDGED, text="Thank you.", once=token_hex(16), **told
            )
            db.session.commit()
            address = f"/concerns/{raised.id}"
        page.goto(rest or address)

    return way


def wave(kind: str, rest: str = "") -> Way:
    return lambda page, places: page.goto(places.waves[kind] + rest)


def sheet(state: str, rest: str = "") -> Way:
    return lambda page, places: page.goto(places.imports[state] + rest)


def no_file(page: Page, _places: Places) -> None:
    page.goto("/imports/new")
    press(page, "Read the file")


def no_columns(page: Page, places: Places) -> None:
    page.goto(places.imports["columns"])
    page.get_by_label("Address").select_option("")
    press(page, "Check every row")


def not_left_out(page: Page, places: Places) -> None:
    page.goto(places.imports["checked"])
    press(page, "Apply 2 rows")


def no_answer(page: Page, places: Places) -> None:
    page.goto(places.imports["checked"] + "?verdict=asked")
    press(page, "Keep the answers and check again")


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def template(rest: str = "") -> Way:
    return lambda page, _places: page.goto("/report-templates/1" + rest)


def one_more_section(page: Page, _places: Places) -> None:
    page.goto("/report-templates/1/edit")
    press(page, "Add a section")


def section_without_prompt(page: Page, places: Places) -> None:
    one_more_section(page, places)
    press(page, "Save the draft")


def wrong_address(page: Page, _places: Places) -> None:
    page.goto("/sign-in")
    page.get_by_label("address").fill("amara at fellows")
    press(page, "Mail me a link")


def too_many_tries(page: Page, _places: Places) -> None:
    for _ in range(6):
        page.goto("/sign-in")
        page.get_by_label("address").fill("nobody@new.example")
        press(page, "Mail me a link")


def mailed_link(page: Page, places: Places) -> None:
    page.goto(link_for(places.programme, BUSY_MENTOR))


def letter(page: Page, _places: Places) -> None:
    """One that comes at once: reminders keep to the hours of whoever reads them."""
    page.goto("/sign-in")
    page.get_by_label("address").fill(address_of(MENTOR))
    press(page, "Mail me a link")
    read_mail(page, to=address_of(MENTOR), subject="Your link to sign in")


def nothing_written(page: Page, places: Places) -> None:
    page.goto(places.periods[5])
    press(page, "Send to mentor")


def files_beside(page: Page, places: Places) -> None:
    page.goto(places.periods[5] + "/attachments")


def files_beside_a_fellows(page: Page, places: Places) -> None:
    """The research manager's side, of one of their fellows."""
    page.goto("/")
    fellow = page.locator("main a[href^='/fellowships/']").first.get_attribute("href") or ""
    page.goto("/".join(fellow.split("/")[:3]) + places.periods[5] + "/attachments")


def no_file_beside(page: Page, places: Places) -> None:
    files_beside(page, places)
    press(page, "Attach")


def in_two_tabs(page: Page, places: Places) -> None:
    """The other tab saves a draft while this one is open."""
    page.goto(places.periods[5])
    other = page.context.new_page()
    other.goto(places.periods[5])
    other.get_by_label("Plan until next time").fill("Written in the other tab.")
    press(other, "Save draft")
    expect(other.get_by_text("The draft is saved.")).to_be_visible()
    page.bring_to_front()
    page.get_by_label("Plan until next time").fill("Written in this tab.")
    press(page, "Save draft")


def stale_form(page: Page, places: Places) -> None:
    page.goto(places.periods[5])
    page.get_by_label("Done since last time").fill("Two evenings of work that must not be lost.")
    page.locator("main input[name=csrf_token]").first.evaluate("field => field.value = 'stale'")
    press(page, "Save draft")


def signed_out_meanwhile(page: Page, places: Places) -> None:
    page.goto(places.periods[5])
    page.get_by_label("Done since last time").fill("Two evenings of work that must not be lost.")
    page.context.clear_cookies()
    press(page, "Save draft")


def coached(page: Page, _places: Places) -> None:
    """From the research manager's home to the reports of a fellow whose report they draft."""
    page.goto("/research-manager")
    page.get_by_role("link", name="Read, draft and comment on the reports of Zofia Wrzesińska").click()


def drafting(page: Page, places: Places) -> None:
    coached(page, places)
    page.get_by_role("main").get_by_role("link", name="Open").first.click()


def nameless(page: Page, _places: Places) -> None:
    page.goto("/account")
    page.get_by_role("main").get_by_label("Name").fill("")
    press(page, "Save")


def own_passkey(page: Page, places: Places) -> None:
    with places.programme.inside():
        make_passkey(db.session.scalars(select(Account).filter_by(name=FELLOW)).one())
        db.session.commit()
    page.goto("/account/passkeys")


def new_calendar(page: Page, _places: Places) -> None:
    page.goto("/account/calendar")
    press(page, "Make an address")


def no_device(page: Page, _places: Places) -> None:
    """As a browser sends it that knows no passkeys."""
    page.goto("/account/passkeys")
    page.locator("#name").evaluate("field => field.value = 'Phone'")
    with page.expect_navigation():
        page.locator("form[data-passkey]").evaluate("form => form.submit()")


def return_without_comment(page: Page, _places: Places) -> None:
    page.goto("/reviews")
    page.get_by_role("main").get_by_role("link", name="Read").first.click()
    press(page, "Return with this comment")


def first_in_queue(page: Page, _places: Places) -> None:
    page.goto("/reviews")
    page.get_by_role("main").get_by_role("link", name="Read").first.click()


def same_organisation_twice(page: Page, places: Places) -> None:
    page.goto(places.waves["midpoint"] + "/answer")
    for place in ("First", "Second"):
        page.get_by_label(f"{place} choice").select_option(index=1)
    press(page, "Save my answers")


def closed_twice(page: Page, places: Places) -> None:
    """A wave that was opened meanwhile is opened once more."""
    page.goto(places.waves["exit"])
    form = page.locator("form[action$='/open']")
    form.evaluate("(form, path) => form.action = path", places.waves["intake"] + "/close")
    press(page, "Open the wave")


def job(state: JobState) -> Way:
    def way(page: Page, places: Places) -> None:
        places.job_is(state)
        page.goto(places.waves["alumni"] + "/release")

    return way


def first_message(page: Page, _places: Places) -> None:
    page.goto("/notices")
    page.locator("tbody td a").first.click()


def second_page_of_messages(page: Page, _places: Places) -> None:
    page.goto("/notices")
    page.get_by_role("link", name="Next page").click()


def invited(page: Page, people: str) -> None:
    page.goto("/people/invitations/new")
    page.get_by_label("People").fill(people)
    page.get_by_label("fellow", exact=True).check()
    press(page, "Invite")


def wrong_lines(page: Page, _places: Places) -> None:
    invited(page, "ada@new.example\nno address here\nBen <ben at new.example>")


def wrong_lines_in_a_file(page: Page, _places: Places) -> None:
    page.goto("/people/invitations/new")
    chosen = {
        "name": "people.csv",
        "mimeType": "text/csv",
        "buffer": b"Name;E-Mail\nAda;ada@new.example\nBen;ben",
    }
    page.get_by_label("Or a file").set_input_files(chosen)
    press(page, "Invite")


def invitations(page: Page, _places: Places) -> None:
    invited(page, "Ada Marsh <ada@new.example>\nben@new.example")
    page.get_by_role("row").filter(has_text="ben@new.example").get_by_role("button", name="Withdraw").click()


def way_in(page: Page, places: Places) -> None:
    with places.programme.inside():
        waiting = db.session.scalars(select(Invitation).filter_by(state=InvitationState.WAITING)).first()
        url = invitation_url(waiting)
    page.goto(url)


def acceptance(state: ReportState = ReportState.SUBMITTED) -> Way:
    """A link of a digest, to a report that stands so."""

    def way(page: Page, places: Places) -> None:
        with places.programme.inside():
            mentor = db.session.scalars(select(Account).filter_by(email=address_of(BUSY_MENTOR))).one()
            theirs = (
                select(Revision).join(Revision.report).join(Report.fellowship).join(Fellowship.assignments)
            )
            theirs = theirs.where(Assignment.mentor.has(account_id=mentor.id), Report.state == state)
            revision = db.session.scalars(theirs.where(Revision.submitted_at.is_not(None))).first()
            url = accept_url(mentor.id, revision, now=clock.now())
        page.goto(url)

    return way


def link_that_stops(page: Page, places: Places) -> None:
    with places.programme.inside():
        fellow = db.session.scalars(select(Account).filter_by(email=address_of(FELLOW))).one()
        url = stop_url(fellow.id, Topic.ACCEPTED)
    page.goto(url)


def stopped(page: Page, places: Places) -> None:
    link_that_stops(page, places)
    press(page, "Stop mails like this")


def sleepless(page: Page, _places: Places) -> None:
    page.goto("/account/mail")
    page.get_by_label("Until").select_option("07:00")
    press(page, "Save")


def nameless_way_in(page: Page, places: Places) -> None:
    way_in(page, places)
    page.get_by_label("Your name").fill("")
    press(page, "Join")


def person(name: str) -> Way:
    def way(page: Page, _places: Places) -> None:
        page.goto("/people?who=" + name)
        page.get_by_role("main").get_by_role("link", name=name, exact=True).click()

    return way


def mentor_of(name: str, rest: str = "") -> Way:
    def way(page: Page, _places: Places) -> None:
        page.goto("/mentors?who=" + name)
        page.get_by_role("main").get_by_role("link", name=name, exact=True).click()
        if rest:
            page.goto(page.url + rest)

    return way


def leaving(pressed: str = "") -> Way:
    """What somebody would leave behind; with the button pressed before anybody is chosen."""

    def way(page: Page, _places: Places) -> None:
        page.goto("/cohorts/1/mentors/list?who=" + BUSY_MENTOR)
        page.get_by_role("main").get_by_role("link", name=BUSY_MENTOR, exact=True).click()
        page.get_by_role("link", name="Withdraw and hand over").click()
        if pressed:
            page.get_by_role("main").get_by_role("button", name=pressed).click()

    return way


def wrong_mentor(page: Page, _places: Places) -> None:
    page.goto("/mentors/new")
    page.get_by_role("main").get_by_label("Name").fill("Petra Lindqvist")
    page.get_by_label("Links").fill("not a link")
    press(page, "Add to the pool")


def step_without_reason(page: Page, _places: Places) -> None:
    page.goto("/engagements/1")
    page.get_by_text("Another step, with a reason").click()
    press(page, "Take this step")


def taken_name(page: Page, _places: Places) -> None:
    page.goto("/organisations/2")
    taken = page.get_by_role("main").get_by_label("Name", exact=True).input_value()
    page.goto("/organisations/1")
    page.get_by_label("Another name for it").fill(taken)
    press(page, "Add this name")


def told_channel(page: Page, _places: Places) -> None:
    page.goto("/alerts")
    page.get_by_label("Name", exact=True).fill("#programme-staff")
    page.get_by_label("Address of its incoming webhook").fill("https://hooks.chat.example/services/T0/x")
    press(page, "Tell this channel")


def wrong_channel(page: Page, _places: Places) -> None:
    page.goto("/alerts")
    page.get_by_label("Address of its incoming webhook").fill("https://127.0.0.1/x")
    press(page, "Tell this channel")


def merged(page: Page, _places: Places) -> None:
    page.goto("/organisations/1/merge?into=2")
    page.get_by_role("main").get_by_role("button", name="Merge into").click()
    page.goto("/organisations/1")


def disabled_person(page: Page, places: Places) -> None:
    person("Ada Marsh")(page, places)
    press(page, "Disable")


def connected(page: Page, places: Places) -> None:
    with places.programme.inside():
        account = db.session.scalars(select(Account).filter_by(name=FELLOW)).one()
        if not list_identities_of(account.id):
            make_identity(account)
        db.session.commit()
    page.goto("/account/security")


def authenticator_to_set_up(page: Page, _places: Places) -> None:
    page.goto("/account/security")
    page.get_by_role("button", name="Set up an authenticator").click()


def wrong_first_code(page: Page, places: Places) -> None:
    authenticator_to_set_up(page, places)
    page.get_by_label("Code").fill("000000")
    press(page, "Confirm")


def with_authenticator(path: str) -> Way:
    def way(page: Page, places: Places) -> None:
        with places.programme.inside():
            account = db.session.scalars(select(Account).filter_by(name="Desmond Oyelaran")).one()
            if not account.second_factors:
                make_authenticator(account)
                db.session.execute(update(SignInSession).values(second_factor_at=SignInSession.proved_at))
            db.session.commit()
        page.goto(path)

    return way


def common_password(page: Page, places: Places) -> None:
    with_authenticator("/account/security/password")(page, places)
    page.get_by_label("New password").fill("password1234")
    press(page, "Keep this password")


def new_codes(page: Page, places: Places) -> None:
    with_authenticator("/account/security")(page, places)
    press(page, "Make new recovery codes")


def wrong_password(page: Page, _places: Places) -> None:
    page.goto("/sign-in/password")
    page.get_by_label("Your e-mail address").fill("nobody@new.example")
    page.get_by_label("Password").fill("seven otters knit at dawn")
    page.get_by_label("Code").fill("000000")
    press(page, "Sign in")


def erasing(page: Page, places: Places) -> None:
    person("Ada Marsh")(page, places)
    page.get_by_role("link", name="Erase Ada Marsh").click()


def erasing_the_wrong_one(page: Page, places: Places) -> None:
    erasing(page, places)
    page.get_by_label("Their address").fill("ben@new.example")
    press(page, "Erase for good")


def erased(page: Page, places: Places) -> None:
    erasing(page, places)
    page.get_by_label("Their address").fill("ada@new.example")
    press(page, "Erase for good")


def erased_twice(page: Page, _places: Places) -> None:
    page.goto("/people?who=erased")
    page.get_by_role("main").get_by_role("link", name="former fellow").first.click()
    page.goto(f"{page.url}/erase")


def asking_for_more(week: int) -> Way:
    return lambda page, places: page.goto(places.periods[week].removesuffix("report") + "extension")


def first_beside(page: Page, _places: Places) -> None:
    page.goto("/cohorts/1/other-reports")
    page.get_by_role("main").get_by_role("link", name="Open").first.click()


def fellow_page(name: str, link: str = "") -> Way:
    """The page of a fellow, and one that it leads to."""

    def way(page: Page, _places: Places) -> None:
        page.goto("/cohorts/1/fellows?who=" + name)
        page.get_by_role("main").get_by_role("link", name=name, exact=True).click()
        page.wait_for_url("**/fellowships/*")
        if link:
            page.get_by_role("main").get_by_role("link", name=link, exact=True).click()
            page.wait_for_url(re.compile(r"/fellowships/\d+/|[?&]fellow="))

    return way


def own_fellowship(page: Page, _places: Places) -> None:
    page.goto("/fellow")
    page.get_by_role("link", name="Your fellowship so far").click()


def two_who_lead(page: Page, places: Places) -> None:
    fellow_page(FELLOW, "Mentors")(page, places)
    page.get_by_label("Mentor", exact=True).select_option(index=1)
    press(page, "Assign")
    expect(page.get_by_role("alert")).to_be_visible()


def too_much(page: Page, _places: Places) -> None:
    page.goto("/cohorts/1/tracks")
    for least in page.get_by_label("At least, %").all()[:2]:
        least.fill("60")
    press(page, "Keep tracks and targets")


def group_of_tracks(page: Page, _places: Places) -> None:
    page.goto("/cohorts/1/groups/new")
    page.get_by_role("main").get_by_label("Name").fill("Governance of both kinds")
    for name in ("Governance", "Technical governance"):
        page.get_by_label(name, exact=True).check()
    press(page, "Keep the group")
    page.goto("/cohorts/1/tracks")
    page.get_by_role("main").get_by_role("link", name="Change").first.click()


def backwards(page: Page, _places: Places) -> None:
    page.goto("/cohorts/new")
    page.get_by_role("main").get_by_label("Name").fill("Autumn 40")
    page.get_by_label("First day").fill("2040-09-03")
    page.get_by_label("Last day").fill("2040-08-03")
    press(page, "Set up the cohort")


def to_nobody(page: Page, _places: Places) -> None:
    page.goto("/cohorts/1/announcements/new")
    press(page, "Save the draft and show whom it goes to")


def to_everybody_late(page: Page, _places: Places) -> None:
    """Everybody who is late hears of it, each alone."""
    page.goto("/cohorts/1/announcements/new")
    page.get_by_role("checkbox", name="Fellows", exact=True).check()
    page.get_by_role("radio", name="Who are late now").check()
    page.get_by_label("Subject").fill("Your report")
    page.get_by_label("Text", exact=True).fill("Please write it, *however short*.")
    press(page, "Save the draft and show whom it goes to")
    page.wait_for_url("**/announcements/*")


def changed_draft(page: Page, places: Places) -> None:
    to_everybody_late(page, places)
    page.get_by_role("link", name="Change it").click()


def sent_to_late(page: Page, places: Places) -> None:
    to_everybody_late(page, places)
    page.get_by_role("button", name=re.compile("Send to ")).click()
    page.get_by_role("heading", name="Whom it went to").wait_for()


def backwards_round(page: Page, _places: Places) -> None:
    page.goto("/cohorts/1/evaluations/final")
    page.get_by_label("Due on").fill("2020-01-01")
    press(page, "Ask the mentors")


def evaluating(page: Page, _places: Places) -> None:
    page.goto("/evaluations")
    page.get_by_role("main").get_by_role("link", name="Evaluate").first.click()
    page.wait_for_url("**/evaluation-rounds/*/fellowships/*")


def scored(page: Page, scores: Sequence[int]) -> None:
    """Give these scores, one dimension after another."""
    for place, score in enumerate(scores):
        page.get_by_role("main").get_by_role("radio", name=str(score), exact=True).nth(place).check()


def half_evaluated(page: Page, places: Places) -> None:
    evaluating(page, places)
    scored(page, [10, 4, 7])
    press(page, "Send to staff")


def all_alike(page: Page, places: Places) -> None:
    evaluating(page, places)
    scored(page, [7, 7, 7, 7])
    press(page, "Send to staff")


def evaluating_in_two_tabs(page: Page, places: Places) -> None:
    """The other tab saves a draft while this one is open."""
    evaluating(page, places)
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_label("Anything else").fill("Written in the other tab.")
    press(other, "Save draft")
    expect(other.get_by_text("Your draft is kept.")).to_be_visible()
    page.bring_to_front()
    page.get_by_label("Anything else").fill("Written in this tab.")
    press(page, "Save draft")


def a_copy(page: Page, _places: Places) -> None:
    page.goto("/cohorts/1/copy")
    page.get_by_role("main").get_by_label("Name").fill("Autumn 40")
    page.get_by_label("First day").fill("2040-09-03")
    press(page, "Show the calendar")


def a_ladder(page: Page, _places: Places) -> None:
    page.goto("/cohorts/1/reminders/report")
    first = page.get_by_role("group", name="Reminder 1", exact=True)
    first.get_by_label("How many").fill("30")
    page.get_by_role("group", name="Reminder 6").get_by_label("When").select_option("before it is due")
    page.get_by_role("group", name="Reminder 6").get_by_label("How many").fill("4")
    press(page, "Show whom it reaches")


def two_rungs_alike(page: Page, _places: Places) -> None:
    page.goto("/cohorts/1/reminders/report")
    page.get_by_role("group", name="Reminder 6").get_by_label("When").select_option("before it is due")
    page.get_by_role("group", name="Reminder 6").get_by_label("How many").fill("48")
    press(page, "Show whom it reaches")


def moving(page: Page, _places: Places) -> None:
    page.goto("/cohorts/1/move")
    day = page.get_by_label("New first day")
    day.fill(str(date.fromisoformat(day.input_value()) + timedelta(weeks=1)))
    press(page, "Show what moves")


def overlapping(page: Page, _places: Places) -> None:
    page.goto("/phases/1")
    first, last = (page.get_by_label(label).input_value() for label in ("First day", "Last day"))
    page.goto("/cohorts/1/phases/new")
    page.get_by_role("main").get_by_label("Name").fill("Studies")
    page.get_by_label("First day").fill(first)
    page.get_by_label("Last day").fill(last)
    press(page, "Show what moves")


def stuck(page: Page, _places: Places) -> None:
    page.goto("/phases/1")
    press(page, "Remove this phase")


def a_break(page: Page, _places: Places) -> None:
    """One that moves no deadline is made at once."""
    page.goto("/phases/1")
    first = page.get_by_label("First day").input_value()
    page.goto("/cohorts/1")
    if not page.get_by_role("link", name="Welcome day").count():
        page.goto("/cohorts/1/breaks/new")
        page.get_by_role("main").get_by_label("Name").fill("Welcome day")
        page.get_by_label("First day off").fill(first)
        page.get_by_label("Last day off").fill(first)
        press(page, "Show what moves")
    page.get_by_role("link", name="Welcome day").click()


TOUR = [
    Stop("sign in", "sign_in.ask", "", at("/sign-in")),
    Stop("sign in with a wrong address", "sign_in.ask", "", wrong_address, 422),
    Stop("look in your mail", "sign_in.sent", "", at("/sign-in/sent")),
    Stop("behind the mailed link", "sign_in.arrive", "", mailed_link),
    Stop("a link that is used up", "sign_in.arrive", "", at("/sign-in/used"), 410),
    Stop("too many tries", "", "", too_many_tries, 429, EMPTY),
    Stop("nothing at this address", "", "", at("/nowhere"), 404),
    Stop("mail", "demo.mail", "", at("/demo/mail")),
    Stop("mail of somebody who has none", "demo.mail", "", at("/demo/mail?to=nobody")),
    Stop("a mail", "demo.letter", "", letter),
    Stop("account", "accounts.own", FELLOW, at("/account")),
    Stop("account without a name", "accounts.own", FELLOW, nameless, 422),
    Stop("account of a visitor", "accounts.own", "Vi Visitor", at("/account"), programme=EMPTY),
    Stop("mails", "accounts.mail", MENTOR, at("/account/mail")),
    Stop("mails that never come", "accounts.mail", FELLOW, sleepless, 422),
    Stop("behind a link to stop", "accounts.ask_stop", "", link_that_stops),
    Stop("mails that stopped", "", "", stopped),
    Stop("passkeys", "passkeys.own", FELLOW, own_passkey),
    Stop("no passkeys", "passkeys.own", BEGINNER, at("/account/passkeys")),
    Stop("a passkey without a device", "passkeys.own", BEGINNER, no_device, 422),
    Stop("a calendar without an address", "feeds.own", BEGINNER, at("/account/calendar")),
    Stop("a calendar and its address", "", FELLOW, new_calendar),
    Stop("a calendar that has one", "feeds.own", FELLOW, at("/account/calendar")),
    Stop("signing in", "factors.own", BEGINNER, at("/account/security")),
    Stop("signing in, connected elsewhere", "factors.own", FELLOW, connected),
    Stop("setting up an authenticator", "factors.authenticator", BEGINNER, authenticator_to_set_up),
    Stop("a wrong first code", "factors.authenticator", BEGINNER, wrong_first_code, 422),
    Stop("signing in, all set up", "factors.own", BUSY_MENTOR, with_authenticator("/account/security")),
    Stop("is it you", "factors.again", BUSY_MENTOR, with_authenticator("/sign-in/again")),
    Stop("is it you, by a link", "factors.again", BEGINNER, at("/sign-in/again")),
    Stop(
        "setting a password",
        "factors.password",
        BUSY_MENTOR,
        with_authenticator("/account/security/password"),
    ),
    Stop("a common password", "factors.password", BUSY_MENTOR, common_password, 422),
    Stop(
        "a password without an authenticator", "factors.password", BEGINNER, at("/account/security/password")
    ),
    Stop("recovery codes", "", BUSY_MENTOR, new_codes),
    Stop("sign in by a password", "factors.ask_password", "", at("/sign-in/password")),
    Stop("one of three is wrong", "factors.ask_password", "", wrong_password, 422),
    Stop("fellow", "home.fellow", FELLOW, at("/fellow")),
    Stop("fellow with a returned report", "home.fellow", RETURNED, at("/fellow")),
    Stop("fellow who is late", "home.fellow", LATE, at("/fellow")),
    Stop("fellow who owes nothing", "home.fellow", AT_EASE, at("/fellow")),
    Stop("fellow before a cohort", "home.fellow", "Nell Fellow", at("/fellow"), programme=EMPTY),
    Stop("own reports", "reports.own", RETURNED, at("/reports")),
    Stop("own reports before a cohort", "reports.own", "Nell Fellow", at("/reports"), programme=EMPTY),
    Stop("writing from nothing", "writing.desk", BEGINNER, writing(5)),
    Stop("writing on", "writing.desk", FELLOW, writing(5)),
    Stop("writing late", "writing.desk", LATE, writing(4)),
    Stop("mending", "writing.desk", RETURNED, writing(4)),
    Stop("files beside a report", "attachments.listing", FELLOW, files_beside),
    Stop("files beside a fellow's report", "attachments.coached", MANAGER, files_beside_a_fellows),
    Stop("no file beside a report", "attachments.listing", FELLOW, no_file_beside, 422),
    Stop("sending nothing", "writing.desk", BEGINNER, nothing_written, 422),
    Stop("writing in two tabs", "writing.desk", "Haruto Minegishi", in_two_tabs, 409),
    Stop("reports of a fellow who is coached", "writing.coached", MANAGER, coached),
    Stop("drafting for a fellow", "writing.coach", MANAGER, drafting),
    Stop("authorship ramp of a cohort", "ramp.cohort", STAFF, at("/cohorts/1/authorship")),
    Stop("authorship of a fellow", "ramp.fellow", STAFF, at("/fellowships/1/authorship")),
    Stop("authorship explained", "ramp.explained", STAFF, at("/authorship")),
    Stop("a form that was open too long", "", BEGINNER, stale_form, 400),
    Stop("signed out while writing", "", "Grace Wambui", signed_out_meanwhile, 401),
    Stop("own report accepted", "reviews.read", FELLOW, report(FELLOW, 4)),
    Stop("own report on paper", "story.report", FELLOW, report(FELLOW, 4, "/paper")),
    Stop("own report returned", "reviews.read", RETURNED, report(RETURNED, 4)),
    Stop("own report mended", "reviews.read", MENDED, report(MENDED, 2)),
    Stop("no concerns", "concerns.listing", BEGINNER, at("/concerns")),
    Stop("raising a concern", "concerns.ask_from_report", FELLOW, concern_from(FELLOW, 4)),
    Stop("raising nothing", "concerns.ask_from_report", FELLOW, nothing_raised, 422),
    Stop("raising a concern about a fellow", "concerns.ask", MANAGER, concern_from_nothing),
    Stop("a concern", "concerns.page", FELLOW, put_to_staff()),
    Stop("a concern as staff work on it", "concerns.page", STAFF, put_to_staff()),
    Stop("concerns", "concerns.listing", STAFF, put_to_staff("/concerns")),
    Stop("somebody else's report", "", BEGINNER, report(FELLOW, 4), 404),
    Stop("survey", "surveys.answer", FELLOW, wave("midpoint", "/answer")),
    Stop("survey answered", "surveys.answer", AT_EASE, wave("midpoint", "/answer")),
    Stop("survey with a mistake", "surveys.answer", FELLOW, same_organisation_twice, 422),
    Stop("survey closed", "surveys.answer", FELLOW, wave("intake", "/answer")),
    Stop("mentor", "home.mentor", BUSY_MENTOR, at("/mentor")),
    Stop("mentor with an empty queue", "home.mentor", IDLE, at("/mentor")),
    Stop("mentor without fellows", "home.mentor", "Max Mentor", at("/mentor"), programme=EMPTY),
    Stop("queue", "reviews.queue", BUSY_MENTOR, at("/reviews")),
    Stop("queue when it is empty", "reviews.queue", IDLE, at("/reviews")),
    Stop("reviewing", "reviews.read", BUSY_MENTOR, first_in_queue),
    Stop("returning without a comment", "reviews.read", BUSY_MENTOR, return_without_comment, 422),
    Stop("research manager", "home.manager", MANAGER, at("/research-manager")),
    Stop("manager without fellows", "home.manager", "Rae Manager", at("/research-manager"), programme=EMPTY),
    Stop("staff", "home.staff", STAFF, at("/staff")),
    Stop("staff before a cohort", "home.staff", "Sam Staff", at("/staff"), programme=EMPTY),
    Stop("in numbers", "home.analyst", ANALYST, at("/analyst")),
    Stop("in numbers before a cohort", "home.analyst", "Ana Analyst", at("/analyst"), programme=EMPTY),
    Stop("surveys as an analyst sees them", "releases.waves", ANALYST, at("/surveys")),
    Stop("who may do what", "policy.table", STAFF, at("/admin/policy")),
    Stop("people", "people.listing", STAFF, at("/people")),
    Stop("people, nobody found", "people.listing", STAFF, at("/people?who=nobody+at+all")),
    Stop("people, a role that is none", "people.listing", STAFF, at("/people?role=king"), status=422),
    Stop("organisations", "catalogue.listing", STAFF, at("/organisations")),
    Stop("organisations, none found", "catalogue.listing", STAFF, at("/organisations?named=nowhere")),
    Stop(
        "organisations, a sector that is none",
        "catalogue.listing",
        STAFF,
        at("/organisations?sector=king"),
        status=422,
    ),
    Stop("no channel for alerts", "alerts.listing", STAFF, at("/alerts")),
    Stop("a channel for alerts at a wrong address", "alerts.listing", STAFF, wrong_channel, 422),
    Stop("a channel for alerts", "alerts.listing", STAFF, told_channel),
    Stop("adding an organisation", "catalogue.new", STAFF, at("/organisations/new")),
    Stop("an organisation", "catalogue.entry", STAFF, at("/organisations/1")),
    Stop("an organisation whose name is taken", "catalogue.entry", STAFF, taken_name, 422),
    Stop("merging an organisation", "catalogue.preview", STAFF, at("/organisations/1/merge")),
    Stop("what a merge would do", "catalogue.preview", STAFF, at("/organisations/1/merge?into=2")),
    Stop("an organisation that was merged", "catalogue.entry", STAFF, merged),
    Stop("search", "search.find", STAFF, at("/search")),
    Stop("search, found", "search.find", STAFF, at("/search?q=an")),
    Stop("search in reports", "finding.reports", STAFF, at("/reports/search?q=probe")),
    Stop("search in reports, nothing found", "finding.reports", BUSY_MENTOR, at("/reports/search?q=zzz")),
    Stop("search, nothing found", "search.find", STAFF, at("/search?q=nobody+at+all")),
    Stop("no invitations", "invitations.listing", STAFF, at("/people/invitations")),
    Stop("inviting", "invitations.new", STAFF, at("/people/invitations/new")),
    Stop("inviting with mistakes", "invitations.new", STAFF, wrong_lines, 422),
    Stop("inviting by a file with mistakes", "invitations.new", STAFF, wrong_lines_in_a_file, 422),
    Stop("invitations", "invitations.listing", STAFF, invitations),
    Stop("behind an invitation", "invitations.arrive", "", way_in),
    Stop("joining without a name", "invitations.arrive", "", nameless_way_in, 422),
    Stop("behind a link to accept", "digests.arrive", "", acceptance()),
    Stop("a link to accept, answered since", "digests.arrive", "", acceptance(ReportState.ACCEPTED)),
    Stop("an invitation that is used up", "invitations.arrive", "", at("/join/used"), 410),
    Stop("a fellow as staff see them", "people.person", STAFF, person(FELLOW)),
    Stop("somebody who is shut out", "people.person", STAFF, disabled_person),
    Stop("what is held about one", "personal.own", FELLOW, at("/account/data")),
    Stop("erasing somebody", "personal.ask", STAFF, erasing),
    Stop("erasing the wrong one", "personal.ask", STAFF, erasing_the_wrong_one, 422),
    Stop("somebody who is erased", "people.person", STAFF, erased),
    Stop("erasing twice", "personal.ask", STAFF, erased_twice),
    Stop("a colleague as staff see them", "people.person", STAFF, person(STAFF)),
    Stop("what is deleted when", "retention.table", STAFF, at("/retention")),
    Stop("mentors", "pool.listing", STAFF, at("/mentors")),
    Stop("mentors, nobody found", "pool.listing", STAFF, at("/mentors?who=nobody+at+all")),
    Stop("mentors of no organisation", "pool.listing", STAFF, at("/mentors?organisation=None"), status=422),
    Stop("no mentors", "pool.listing", "Sam Staff", at("/mentors?stage=declined"), programme=EMPTY),
    Stop("adding a mentor", "pool.new", STAFF, at("/mentors/new")),
    Stop("adding a mentor with mistakes", "pool.new", STAFF, wrong_mentor, 422),
    Stop("a mentor", "pool.mentor", STAFF, mentor_of(MENTOR)),
    Stop("changing a mentor", "pool.changing", STAFF, mentor_of(MENTOR, "/change")),
    Stop("mentors by stage", "recruiting.board", STAFF, at("/cohorts/1/mentors")),
    Stop("mentors of a cohort", "recruiting.engagements", STAFF, at("/cohorts/1/mentors/list")),
    Stop("a mentor in a cohort", "recruiting.engagement", STAFF, at("/engagements/1")),
    Stop("a step without its reason", "recruiting.engagement", STAFF, step_without_reason, 422),
    Stop("handing over", "succession.preview", STAFF, leaving()),
    Stop("handing over to nobody", "succession.preview", STAFF, leaving("Withdraw"), 422),
    Stop("giving a mentor a part", "recruiting.engaging", STAFF, at("/cohorts/1/mentors/1/engage")),
    Stop("board", "board.page", STAFF, at("/cohorts/1/board")),
    Stop("fellows", "fellows.listing", STAFF, at("/cohorts/1/fellows")),
    Stop("fellows, nobody found", "fellows.listing", STAFF, at("/cohorts/1/fellows?who=nobody+at+all")),
    Stop(
        "who can be moved",
        "fellows.preview",
        STAFF,
        at("/cohorts/1/fellows/step?to=completed&whom=all&who=am"),
    ),
    Stop("adding a fellow", "fellows.new", STAFF, at("/cohorts/1/fellows/add")),
    Stop("the course of a fellow", "timeline.person", STAFF, fellow_page(FELLOW)),
    Stop("reports as one file", "bundles.listing", STAFF, at("/cohorts/1/reports")),
    Stop("the story of a fellow", "story.story", STAFF, fellow_page(MENDED, "All reports on one page")),
    Stop("one's own course", "timeline.person", RETURNED, own_fellowship),
    Stop("changing a place", "fellows.ask_change", STAFF, fellow_page(FELLOW, "Project, tracks, dates")),
    Stop("mentors of a fellow", "assignments.listing", STAFF, fellow_page(FELLOW, "Mentors")),
    Stop("two mentors who lead", "assignments.listing", STAFF, two_who_lead, 422),
    Stop("leaves of a fellow", "leaves.listing", STAFF, fellow_page(FELLOW, "Leaves")),
    Stop("asking for more time", "postponing.wanted", BEGINNER, asking_for_more(5)),
    Stop("who asks for more time", "postponing.requests", STAFF, at("/extension-requests")),
    Stop("one who asks for more time", "postponing.one", STAFF, at("/extension-requests/1")),
    Stop("deadlines of a fellow", "postponing.ask", STAFF, fellow_page(FELLOW, "Deadlines")),
    Stop("asking a fellow for a report", "requesting.new", STAFF, fellow_page(FELLOW, "Ask for a report")),
    Stop("reports beside the calendar", "requesting.listing", STAFF, at("/cohorts/1/other-reports")),
    Stop("one beside the calendar", "requesting.page", STAFF, first_beside),
    Stop("handing a fellow over", "coaching.ask", STAFF, fellow_page(FELLOW, "Research manager")),
    Stop("extending", "extending.ask", STAFF, fellow_page(FELLOW, "Extend")),
    Stop("research managers", "coaching.loads", STAFF, at("/cohorts/1/research-managers")),
    Stop("who is to be invited", "onboarding.page", STAFF, at("/cohorts/2/onboarding")),
    Stop("portfolio", "portfolio.portfolio", STAFF, at("/cohorts/1/portfolio")),
    Stop("tracks", "portfolio.tracks", STAFF, at("/cohorts/1/tracks")),
    Stop("tracks that cannot add up", "portfolio.tracks", STAFF, too_much, 422),
    Stop("a new group of tracks", "portfolio.new_group", STAFF, at("/cohorts/1/groups/new")),
    Stop("a group of tracks", "portfolio.group", STAFF, group_of_tracks),
    Stop("report templates", "templating.listing", STAFF, at("/report-templates")),
    Stop("another report template", "templating.new", STAFF, at("/report-templates/new")),
    Stop("a report template", "templating.version", STAFF, template()),
    Stop("editing a report template", "templating.edit", STAFF, template("/edit")),
    Stop("one more section", "", STAFF, one_more_section),
    Stop("a section without a prompt", "", STAFF, section_without_prompt, 422),
    Stop("cohorts", "cohorts.listing", STAFF, at("/cohorts")),
    Stop("no cohorts", "cohorts.listing", "Sam Staff", at("/cohorts"), programme=EMPTY),
    Stop("setting up a cohort", "cohorts.new", STAFF, at("/cohorts/new")),
    Stop("a cohort that ends before it begins", "cohorts.new", STAFF, backwards, 422),
    Stop("cohort", "cohorts.page", STAFF, at("/cohorts/1")),
    Stop("announcements", "announcements.listing", STAFF, at("/cohorts/1/announcements")),
    Stop("writing to a group", "announcements.new", STAFF, at("/cohorts/1/announcements/new")),
    Stop("writing to nobody", "announcements.new", STAFF, to_nobody, 422),
    Stop("a draft to a group", "announcements.page", STAFF, to_everybody_late),
    Stop("going on with a draft to a group", "announcements.edit", STAFF, changed_draft),
    Stop("an announcement that was sent", "announcements.page", STAFF, sent_to_late),
    Stop("evaluations", "evaluations.rounds", STAFF, at("/cohorts/1/evaluations")),
    Stop(
        "evaluations of a cohort before it begins", "evaluations.rounds", STAFF, at("/cohorts/2/evaluations")
    ),
    Stop("planning an evaluation", "evaluations.plan", STAFF, at("/cohorts/1/evaluations/final")),
    Stop("planning an evaluation backwards", "evaluations.plan", STAFF, backwards_round, 422),
    Stop("a round of evaluations", "evaluations.page", STAFF, at("/evaluation-rounds/1")),
    Stop("an evaluation", "evaluations.read", STAFF, at("/evaluations/1")),
    Stop("evaluations of a mentor", "evaluations.own", BUSY_MENTOR, at("/evaluations")),
    Stop(
        "evaluations of a mentor without fellows",
        "evaluations.own",
        "Max Mentor",
        at("/evaluations"),
        programme=EMPTY,
    ),
    Stop("evaluating a fellow", "evaluations.write", BUSY_MENTOR, evaluating),
    Stop("an evaluation that is not complete", "evaluations.write", BUSY_MENTOR, half_evaluated, 422),
    Stop("four scores that are all alike", "evaluations.write", BUSY_MENTOR, all_alike, 422),
    Stop("evaluating in two tabs", "evaluations.write", BUSY_MENTOR, evaluating_in_two_tabs, 409),
    Stop("a cohort's name", "cohorts.edit", STAFF, at("/cohorts/1/edit")),
    Stop("copying a cohort", "copying.ask", STAFF, at("/cohorts/1/copy")),
    Stop("what a copy would be", "copying.ask", STAFF, a_copy),
    Stop("reminders of a cohort", "ladders.listing", STAFF, at("/cohorts/1/reminders")),
    Stop("a ladder", "ladders.edit", STAFF, at("/cohorts/1/reminders/report")),
    Stop("whom a ladder reaches", "ladders.edit", STAFF, a_ladder),
    Stop("two reminders alike", "ladders.edit", STAFF, two_rungs_alike, 422),
    Stop("what closing a cohort ends", "schedule.closing", STAFF, at("/cohorts/1/close")),
    Stop("a cohort's dates", "schedule.dates", STAFF, at("/cohorts/1/dates")),
    Stop("moving a cohort", "schedule.move", STAFF, at("/cohorts/1/move")),
    Stop("what a move moves", "schedule.move", STAFF, moving),
    Stop("adding a phase", "schedule.new_phase", STAFF, at("/cohorts/1/phases/new")),
    Stop("a phase over another", "schedule.new_phase", STAFF, overlapping, 422),
    Stop("a phase", "schedule.phase", STAFF, at("/phases/1")),
    Stop("a phase that others have written in", "", STAFF, stuck, 422),
    Stop("adding a break", "schedule.new_break", STAFF, at("/cohorts/1/breaks/new")),
    Stop("a break", "schedule.pause", STAFF, a_break),
    Stop("report as staff read it", "reviews.read", STAFF, report(RETURNED, 4)),
    Stop("messages", "outbox.listing", STAFF, at("/notices")),
    Stop("messages to come", "outbox.coming", STAFF, at("/notices/coming")),
    Stop("no messages to come", "outbox.coming", "Sam Staff", at("/notices/coming"), programme=EMPTY),
    Stop("a message", "outbox.page", STAFF, first_message),
    Stop("messages, a day that is none", "outbox.listing", STAFF, at("/notices?day=yesterday"), status=422),
    Stop("own mails", "outbox.own", FELLOW, at("/account/mails")),
    Stop("no mails yet", "outbox.own", "Sam Staff", at("/account/mails"), programme=EMPTY),
    Stop("addresses without mail", "bounces.listing", STAFF, at("/mail/suppressed")),
    Stop(
        "no addresses without mail", "bounces.listing", "Sam Staff", at("/mail/suppressed"), programme=EMPTY
    ),
    Stop("audit", "history.listing", STAFF, at("/audit")),
    Stop("audit, a day that is none", "history.listing", STAFF, at("/audit?since=yesterday"), status=422),
    Stop("audit, nothing found", "history.listing", STAFF, at("/audit?since=2040-01-01")),
    Stop("messages, next page", "outbox.listing", STAFF, second_page_of_messages),
    Stop(
        "no messages in a state", "outbox.listing", "Sam Staff", at("/notices?state=failed"), programme=EMPTY
    ),
    Stop("imports", "imports.listing", STAFF, at("/imports")),
    Stop("no imports", "imports.listing", "Sam Staff", at("/imports"), programme=EMPTY),
    Stop("import a sheet", "imports.new", STAFF, at("/imports/new")),
    Stop("import into no cohort", "imports.new", "Sam Staff", at("/imports/new"), programme=EMPTY),
    Stop("import without a file", "imports.new", STAFF, no_file, 422),
    Stop("columns of a sheet", "imports.run", STAFF, sheet("columns")),
    Stop("columns of a sheet, again", "imports.ask_columns", STAFF, sheet("checked", "/columns")),
    Stop("columns that are missing", "imports.ask_columns", STAFF, no_columns, 422),
    Stop("a sheet that is being checked", "imports.run", STAFF, sheet("checking")),
    Stop("a sheet that is checked", "imports.run", STAFF, sheet("checked")),
    Stop("wrong rows that are not left out", "imports.run", STAFF, not_left_out, 422),
    Stop("people who may be the same", "imports.run", STAFF, sheet("checked", "?verdict=asked")),
    Stop("people who may be the same, no answer", "imports.run", STAFF, no_answer, 422),
    Stop("no row that is unchanged", "imports.run", STAFF, sheet("checked", "?verdict=unchanged")),
    Stop("a sheet that is being applied", "imports.run", STAFF, sheet("applying")),
    Stop("a sheet that is applied", "imports.run", STAFF, sheet("applied")),
    Stop("a sheet that was cancelled", "imports.run", STAFF, sheet("cancelled")),
    Stop("a sheet that failed", "imports.run", STAFF, sheet("failed")),
    Stop("surveys", "releases.waves", STAFF, at("/surveys")),
    Stop("no surveys", "releases.waves", "Sam Staff", at("/surveys"), programme=EMPTY),
    Stop("wave to come", "releases.wave", STAFF, wave("exit")),
    Stop("wave that is open", "releases.wave", STAFF, wave("midpoint")),
    Stop("wave that is closed", "releases.wave", STAFF, wave("intake")),
    Stop("release", "releases.release", STAFF, wave("intake", "/release")),
    Stop("release not shown", "releases.release", STAFF, wave("application", "/release")),
    Stop("release not made", "releases.release", STAFF, wave("midpoint", "/release")),
    Stop("release under way", "releases.release", STAFF, job(JobState.RUNNING)),
    Stop("release that failed", "releases.release", STAFF, job(JobState.FAILED)),
    Stop("a step that is not open", "", STAFF, closed_twice, 409),
]
