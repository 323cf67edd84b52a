"""Several people who press at the same moment, on real connections."""

from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from threading import Barrier

from sqlalchemy import func, select

from program.extensions import db
from tests.pages import filled, find_form, read


def pressed(browsers, page, action, typed=None):
    """All open the page, then send its form, each with what they typed, at the same moment; their answers."""
    return pressed_each([(browser, page, action) for browser in browsers], typed)


def pressed_each(places, typed=None):
    """The same of forms that each stand on a page of their own."""
    forms = [
        filled(find_form(read(browser.get(page)), action)) | own
        for (browser, page, action), own in zip(places, typed or repeat({}), strict=False)
    ]
    barrier = Barrier(len(places))

    def press(place, form):
        browser, _page, action = place
        barrier.wait(10)
        return browser.post(action, data=form)

    with ThreadPoolExecutor(len(places)) as pool:
        return list(pool.map(press, places, forms))


def statuses(answers):
    """What they were answered, sorted."""
    return sorted(answer.status_code for answer in answers)


def counts(live, *models):
    """How many rows there are of each."""
    with live.app.app_context():
        return [db.session.scalar(select(func.count()).select_from(model)) for model in models]
