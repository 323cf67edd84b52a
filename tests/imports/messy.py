"""Writes the two messy sheets of this folder: `python -m tests.imports.messy`. Everybody in them is invented."""

import csv
import io
from datetime import date
from itertools import islice, product
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font

HERE = Path(__file__).parent
FIRST = "Aurelia Bastien Célia Dávid Elspeth Faisal Giulia Hákon Ilse Jakub Keziah Lorcan"
LAST = "Abernethy Brandvold Castellanos Drummond Eriksen Fairweather Grünwald Hallström Ibañez Jourdain"
MORE_FIRST = "Maëlle Nikhil Oona Pádraig Quentin Rosalía Søren Tamsin Ulrike Viggo Wanjiru Xavier Yusuf Zoë"
MORE_LAST = "Kilbride Lindqvist Marchetti Nørgaard Oyelaran Pettigrew Quiñones Rasmussen Sørlie Tremblay"
TRACKS = ["Interpretability", "Oversight and control", "Evaluations", "Governance", "Technical governance"]
MENTOR_TRACKS = [0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 4]
FELLOW_TRACKS = [0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 4, 0]
"""Few stand on governance: a cohort that is made of these is off its targets."""
STATUSES = [
    "Contacted",
    "maybe",
    "Identified",
    "Confirmed",
    "emailed",
    "Interested",
    "Contacted",
    "declined",
    "To contact",
    "Confirmed",
]
WORKPLACES = [
    "DeepMind",
    "UK AISI",
    "Northlight Labs",
    "Redwood",
    "FAR AI",
    "",
    "Halden Institute",
    "open ai",
    "GovAI",
    "northlight  labs",
]
DECISIONS = ["Accepted"] * 3 + ["Offer made"] * 2 + ["Shortlist"] * 3 + ["Rejected"] * 6
DECISIONS += ["Waiting list"] * 2 + ["Submitted"] * 3 + ["Withdrew"]


def people(firsts, lasts, count, domain):
    """So many invented people, each with an address."""
    pairs = islice(((first, last) for last, first in product(lasts.split(), firsts.split())), count)
    return [(first, last, f"{plain(first)}.{plain(last)}@{domain}") for first, last in pairs]


def plain(name):
    return name.lower().translate(str.maketrans("áéíñëøüö", "aeineouo"))


def mentors():
    """A longlist as staff keep it: a page of notes before, a title, groups of heads, gaps, and a total."""
    book = Workbook()
    book.active.title = "READ ME"
    book.active.append(["Ask Mhairi before you edit. Green means has agreed"])
    sheet = book.create_sheet("Longlist")
    sheet.append(["Mentor longlist (internal, do not forward)"])
    sheet["A1"].font = Font(bold=True, size=16)
    sheet.append([])
    sheet.append(["Who", None, None, None, "Programme", None, None, None, "Next", None, "Notes"])
    heads = "First name;Surname ;E-mail address;Affiliation;Research track;Status;Places (min);Places wanted"
    sheet.append([*heads.split(";"), "Follow-up date", "Follow up"])
    rows = people(FIRST, LAST, 60, "mentors.example")
    for number, (first, last, address) in enumerate(rows):
        sheet.append(mentor(number, first, last, address))
        if number in {19, 39}:
            sheet.append([])
    first, last, _address = rows[2]
    sheet.append([first.upper(), last, "c.private@post.example", "DeepMind", "Governance", "maybe", None, 2])
    sheet.append(
        ["Hedda", "Winterbourne", "hedda at mentors.example", None, "Evals", "confirmd", None, "two"]
    )
    sheet.append([])
    sheet.append(["Total", *[None] * 6, "=SUM(H5:H66)"])
    for merged in ("A1:K1", "A3:D3", "E3:H3", "I3:J3", "K3:K4"):
        sheet.merge_cells(merged)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def mentor(number, first, last, address):
    track = TRACKS[MENTOR_TRACKS[number % len(MENTOR_TRACKS)]]
    owes = number % 9 == 0
    written = (
        address.upper()
        if number % 11 == 0
        else f"{first} {last} <{address}>"
        if number % 13 == 0
        else address
    )
    return [
        f" {first}" if number % 7 == 0 else first,
        last,
        written,
        WORKPLACES[number % len(WORKPLACES)] or None,
        track.upper() if number % 17 == 0 else track,
        STATUSES[number % len(STATUSES)],
        1 if number % 4 == 0 else None,
        2.0 + number % 3,
        date(2026, 6, 22 + number % 5) if owes else None,
        "Send the outline of the programme" if owes else None,
        "Prefers\nWednesdays" if number % 10 == 3 else None,
    ]


def fellows():
    """Answers to a form as a European spreadsheet saves them: semicolons, Windows-1252, line breaks in cells."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    heads = "Timestamp;Full name;Email Address;Which track are you applying to?;Second choice;Decision"
    writer.writerow([*heads.split(";"), "Project title (if any)", "Comments"])
    rows = people(MORE_FIRST, MORE_LAST, 80, "applicants.example")
    for number, (first, last, address) in enumerate(rows):
        writer.writerow(fellow(number, first, last, address))
        if number == 40:
            writer.writerow([""] * 8)
    first, last, address = rows[5]
    sent = "30/03/2026 10:00:00"
    writer.writerow(
        [sent, f"{first} {last}", "second.address@post.example", TRACKS[3], "", "Accepted", "", ""]
    )
    writer.writerow([sent, "Tobiah Wren", "", TRACKS[3], "", "Submitted", "", "no address!"])
    writer.writerow([sent, f"{first} {last}", address, TRACKS[3], "", "Submitted", "", ""])
    writer.writerow([sent, "Petra Ullmann", "petra@applicants.example", "Biosecurity", "", "tbc", "", ""])
    return text.getvalue().encode("cp1252")


def fellow(number, first, last, address):
    track = FELLOW_TRACKS[number % len(FELLOW_TRACKS)]
    return [
        f"{1 + number % 28:02d}/03/2026 09:{number % 60:02d}:00",
        f"{first} {last}" if number % 6 else f"{first}  {last} ",
        address.title() if number % 8 == 0 else address,
        TRACKS[track],
        TRACKS[(track + 1) % 5],
        DECISIONS[number % len(DECISIONS)],
        "Does oversight hold when the overseer is tired?" if number % 5 == 0 else "",
        'Said: "maybe"\nAsk again' if number % 20 == 7 else "",
    ]


if __name__ == "__main__":
    (HERE / "mentors.xlsx").write_bytes(mentors())
    (HERE / "fellows.csv").write_bytes(fellows())
