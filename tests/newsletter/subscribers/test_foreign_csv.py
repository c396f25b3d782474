"""Files of other newsletter programs and of spreadsheets: read, but without confirming anyone."""

from __future__ import annotations

import codecs
import datetime as dt
import io

import pytest

from newsletter.models import Consent, Subscriber
from newsletter.subscribers import import_csv
from newsletter.subscribers.csv_dates import UnclearDate, read_date
from tests.newsletter.factories import make_subscriber
from tests.newsletter.subscribers.test_csv_import import IMPORT, manager, read, upload  # noqa: F401

pytestmark = pytest.mark.django_db

# Name → file, and email address → state. The headings are those that the programs write.
FILES = {
    "Ghost": (
        "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,tiers\n"
        '61f0,ana@example.org,Ana Example,,true,false,,2025-03-01T10:00:00.000Z,,"ai,weekly",\n'
        "61f1,ben@example.org,Ben Example,,false,false,,2025-03-02T10:00:00.000Z,,,\n"
        "61f2,cyd@example.org,Cyd,,true,false,,2025-03-02T10:00:00.000Z,2025-04-01T10:00:00.000Z,,\n",
        {"ana": "pending", "ben": "left", "cyd": "left"},
    ),
    "Mailchimp, subscribed": (
        "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,"
        "LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS\n"
        'ana@example.org,Ana,Example,3,"2025-03-01 10:00:00",,"2025-03-01 10:05:00",192.0.2.7,,,,,,,,'
        '"2025-03-01 10:05:00",1,abc,,\n',
        {"ana": "pending"},
    ),
    "Mailchimp, unsubscribed": (
        "Email Address,First Name,OPTIN_TIME,CONFIRM_TIME,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_REASON,LAST_CHANGED\n"
        "ana@example.org,Ana,2025-03-01 10:00:00,2025-03-01,2025-05-01 10:00:00,May,NORMAL,2025-05-01 10:00:00\n",
        {"ana": "left"},
    ),
    "Mailchimp, cleaned": (
        "Email Address,OPTIN_TIME,CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID\n"
        "ana@example.org,2025-03-01 10:00:00,2025-05-01 10:00:00,May,1\n",
        {"ana": "bounced"},
    ),
    "Substack": (
        "Email,Type,Expiration,Created at,Activity\nana@example.org,free,,2025-03-01T10:00:00.000Z,3\n",
        {"ana": "pending"},
    ),
    "Substack, all columns": (
        "email,active_subscription,expiry,plan,email_disabled,digest_enabled,created_at,first_payment_at\n"
        "ana@example.org,false,,other,false,true,2025-03-01T10:00:00.000Z,\n"
        "ben@example.org,true,2026-01-01T00:00:00.000Z,yearly,true,false,2025-03-01T10:00:00.000Z,\n",
        {"ana": "pending", "ben": "left"},
    ),
    "Substack, dashboard": (
        "Email,Name,Subscription type,Activity,Subscription date,Revenue,Expires at,Cancel date,Receiving emails for\n"
        "ana@example.org,Ana,Gold founding,5,2025-03-01T10:00:00.000Z,$80.00,,2025-06-01,Main\n",
        {"ana": "pending"},
    ),
    "Buttondown": (
        "id,creation_date,email_address,notes,metadata,tags,type,source,unsubscription_date,undeliverability_date\n"
        '1,2025-03-01T10:00:00.123456Z,ana@example.org,,"{""a"": 1}","[""ai""]",regular,api,,\n'
        "2,2025-03-01T10:00:00Z,ben@example.org,,{},[],unsubscribed,organic,2025-04-01T10:00:00Z,\n"
        "3,2025-03-01T10:00:00Z,cyd@example.org,,{},[],undeliverable,import,,2025-04-01T10:00:00Z\n"
        "4,2025-03-01T10:00:00Z,dov@example.org,,{},[],unactivated,api,,\n"
        "5,2025-03-01T10:00:00Z,eva@example.org,,{},[],complained,api,,\n",
        {"ana": "pending", "ben": "left", "cyd": "bounced", "dov": "pending", "eva": "left"},
    ),
    "beehiiv": (
        "ID,Email,Status,Subscribe Date,Unsubscribe Date,Tier,UTM Source,Acquisition Source\n"
        "sub_1,ana@example.org,active,2025-03-01 10:00:00 UTC,,free,,import\n"
        "sub_2,ben@example.org,inactive,2025-03-01 10:00:00 UTC,2025-04-01 10:00:00 UTC,free,,\n"
        "sub_3,cyd@example.org,invalid,2025-03-01 10:00:00 UTC,,free,,\n"
        "sub_4,dov@example.org,validating,2025-03-01 10:00:00 UTC,,premium,,\n",
        {"ana": "pending", "ben": "left", "cyd": "bounced", "dov": "pending"},
    ),
    "Kit": (
        "id,first_name,email,state,created_at,Tags,Referrer\n"
        "1,Ana,ana@example.org,active,2025-03-01 10:00:00 UTC,,\n"
        "2,Ben,ben@example.org,cancelled,2025-03-01 10:00:00 UTC,,\n"
        "3,Cyd,cyd@example.org,bounced,2025-03-01 10:00:00 UTC,,\n"
        "4,Dov,dov@example.org,complained,2025-03-01 10:00:00 UTC,,\n"
        "5,Eva,eva@example.org,inactive,2025-03-01 10:00:00 UTC,,\n",
        {"ana": "pending", "ben": "left", "cyd": "bounced", "dov": "left", "eva": "left"},
    ),
    "listmonk": (
        "uuid,email,name,attributes,status,created_at,updated_at\n"
        "0b9c,ana@example.org,Ana,{},enabled,2025-03-01 10:00:00.123456789 +0000 UTC,2025-03-01 10:00:00 +0000 UTC\n"
        "0b9d,ben@example.org,Ben,{},blocklisted,2025-03-01 10:00:00 +0530 IST,2025-05-01 10:00:00 +0530 IST\n"
        "0b9e,cyd@example.org,Cyd,{},disabled,2025-03-01 10:00:00 +0000 UTC,2025-05-01 10:00:00 +0000 UTC\n",
        {"ana": "pending", "ben": "left", "cyd": "left"},
    ),
    "Revue": (
        "email,first_name,last_name,created_at\nana@example.org,Ana,Example,2021-03-01 10:00:00 UTC\n",
        {"ana": "pending"},
    ),
    "Brevo": (
        "CONTACT ID;EMAIL;FIRSTNAME;SMS;EMAIL_BLACKLISTED;ADDED_TIME;MODIFIED_TIME\n"
        "1;ana@example.org;Ana;;No;25-03-2025;26-03-2025\n"
        "2;ben@example.org;Ben;;Yes;25-03-2025;26-03-2025\n",
        {"ana": "pending", "ben": "left"},
    ),
    "MailerLite": (
        "Subscriber,Name,Status,Subscribed,Location,Sent\nana@example.org,Ana,Active,2025-03-01 10:00:00,,3\n"
        "ben@example.org,Ben,Unsubscribed,2025-03-01 10:00:00,,3\ncyd@example.org,Cyd,Junk,2025-03-01 10:00:00,,3\n",
        {"ana": "pending", "ben": "left", "cyd": "bounced"},
    ),
    "HubSpot": (
        'Record ID,Email,"Unsubscribed from all email",Create Date\n1,ana@example.org,,2025-03-01 10:00\n'
        "2,ben@example.org,true,2025-03-01 10:00\n",
        {"ana": "pending", "ben": "left"},
    ),
    "Shopify": (
        "First Name,Last Name,Email,Accepts Email Marketing,Total Spent\nAna,E,ana@example.org,yes,0\n"
        "Ben,E,ben@example.org,no,0\n",
        {"ana": "pending", "ben": "left"},
    ),
    "Excel, trailing commas": ("email,,\nana@example.org,,\nben@example.org\n", {"ana": "pending", "ben": "pending"}),
    "Excel, semicolons": ("E-Mail;Name;\r\nana@example.org;Müller, Ana;\r\n", {"ana": "pending"}),
    "Excel, sep line": ("sep=;\r\nemail;name\r\nana@example.org;Ana\r\n", {"ana": "pending"}),
    "Excel, Unicode text": ("E-Mail\tName\r\nana@example.org\tAna Müller\r\n".encode("utf-16"), {"ana": "pending"}),
    "UTF-16, big endian": (
        codecs.BOM_UTF16_BE + "Email,Name\r\nana@example.org,Ana\r\n".encode("utf-16-be"),
        {"ana": "pending"},
    ),
    "an empty row above": (",,\nEMAIL ADDRESS,,\nana@example.org,,\n", {"ana": "pending"}),
    "bare addresses": ("email,name\nana@example.org,Ana\nben@example.org,Ben\n", {"ana": "pending", "ben": "pending"}),
    "addresses and nothing else": ("ana@example.org\nben@example.org\n", {"ana": "pending", "ben": "pending"}),
}


def states() -> dict[str, str]:
    rows = Subscriber.objects.values_list("email", "status")
    return {email.partition("@")[0]: status for email, status in rows}


@pytest.mark.parametrize("program", FILES)
def test_files_of_other_programs_are_read(program):
    """Fault C9: headings in any case, empty columns, statuses. No one is confirmed, and unsubscribed people stay so."""
    file, expected = FILES[program]
    report = read(file)
    assert [str(problem) for problem in report.problems] == []
    assert report.is_applied
    assert states() == expected
    assert not Consent.objects.filter(what="confirmed").exists()
    assert any("no one becomes confirmed" in note for note in report.notes)


@pytest.mark.parametrize("program", FILES)
def test_a_second_import_of_such_a_file_changes_nothing(program):
    """Fault C9: idempotent, also where the file names no date for a state."""
    file, expected = FILES[program]
    read(file)
    before = list(Subscriber.objects.order_by("pk").values())
    assert read(file).counts["unchanged"] == len(expected)
    assert list(Subscriber.objects.order_by("pk").values()) == before


def test_skipped_columns_are_named_and_stored_nowhere():
    """Fault C9: by their names in the file. Empty columns are not mentioned."""
    report = read("E-MAIL,First Name,,Höhe,CONFIRM_IP,\nana@example.org,Ana,,3,192.0.2.7,\n")
    assert report.notes[0] == "Columns skipped and not stored: “First Name”, “Höhe”, “CONFIRM_IP”."
    assert read("Email,name\nben@example.org,Ben\n").notes[0] == ("Column skipped and not stored: “name”.")
    assert read(FILES["bare addresses"][0].replace(",name", ",").replace(",Ana", ",")).notes[0].startswith("The file")


def test_dates_of_a_file_are_kept():
    """Fault C9: the times at which a person signed up and left there."""
    read(FILES["Buttondown"][0])
    ben = Subscriber.objects.get(email="ben@example.org")
    assert ben.created_at == dt.datetime(2025, 3, 1, 10, tzinfo=dt.UTC)
    assert ben.left_at == dt.datetime(2025, 4, 1, 10, tzinfo=dt.UTC)


def test_no_file_resubscribes_who_is_off_the_list():
    """Fault C9: “active” in another program does not override unsubscribed, bounced or erased here."""
    for name, status in (("left", "left"), ("bounced", "bounced")):
        make_subscriber(f"{name}@example.org", status=status)
    make_subscriber("erased@example.org").erase()
    report = read(
        "Email,Status,Subscribe Date\nleft@example.org,active,2027-01-01\nbounced@example.org,active,2027-01-01\n"
        "erased@example.org,active,2027-01-01\n"
    )
    assert states() == {"left": "left", "bounced": "bounced"}
    assert report.counts["skipped"] == 2


def test_who_confirmed_here_after_leaving_there_stays():
    """Fault C9: a program without a date of unsubscribing names the last known date."""
    make_subscriber("ben@example.org", status="confirmed")
    read(FILES["Ghost"][0])
    assert states()["ben"] == "confirmed"


def test_who_left_there_after_confirming_here_leaves():
    make_subscriber("ben@example.org", confirmed_at=dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    read(FILES["beehiiv"][0])
    assert states()["ben"] == "left"


def test_a_recorded_consent_still_confirms():
    """Fault C9: in headings of any case."""
    report = read(
        "EMAIL,Status,Consent at,Consent_Wording,CONSENT PROOF,Name\n"
        "ana@example.org,Confirmed,2025-03-01 10:00:00 UTC,One email a week,paper form,Ana\n"
    )
    assert states() == {"ana": "confirmed"}
    assert len(report.notes) == 1


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (
            "Email,Status\na@x.co,Vielleicht\n",
            "line 2: Status: “Vielleicht” is not a known status; write pending, confirmed, left, bounced",
        ),
        ("Email,Unsubscribed\na@x.co,maybe\n", "line 2: Unsubscribed: “maybe” is not yes or no; write one of them"),
        ("Email,Created at\na@x.co,03/01/2025\n", "Created at: “03/01/2025” can mean 2025-01-03 or 2025-03-01"),
        ("Email,OPTIN_TIME\na@x.co,gestern\n", "OPTIN_TIME: “gestern” is not a date; write it like 20"),
        ("Email,Unsubscribe date\na@x.co,31/31/2025\n", "Unsubscribe date: “31/31/2025” is not a date"),
        (
            "Email,Status\na@x.co,Confirmed\n",
            "clear status and confirmed_at to import the row as pending",
        ),
        ("Email,Name\na@x.co,Ada,Lovelace\n", "line 2: cells: expected 2, found 3; check separators and quotes"),
        ("Email,Name\nno address,Ada\n", "line 2: email: An email address can't contain spaces"),
    ],
)
def test_cells_that_cannot_be_read_are_refused_in_words(file, words):
    """Fault C9: with the file's own heading, and how to write it. Nothing of the file is imported."""
    report = read(file)
    assert words in "\n".join(map(str, report.problems))
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-03-01", "2025-03-01T00:00:00"),
        ("2025-03-01 10:00:00 +0000 UTC", "2025-03-01T10:00:00"),
        ("2025-03-01 10:00:00 -0430", "2025-03-01T14:30:00"),
        ("2025-03-01T10:00:00.123456789Z", "2025-03-01T10:00:00.123456"),
        ("25.03.2025", "2025-03-25T00:00:00"),
        ("1.3.2025 10:00", "2025-03-01T10:00:00"),
        ("03/25/2025 1:05 PM", "2025-03-25T13:05:00"),
        ("25/03/2025 13:05", "2025-03-25T13:05:00"),
        ("05/05/2025", "2025-05-05T00:00:00"),
        ("March 1, 2025", "2025-03-01T00:00:00"),
        ("Mar 1, 2025, 12:05 AM", "2025-03-01T00:05:00"),
        ("1 Sept 2025 10:00:00 GMT", "2025-09-01T10:00:00"),
        ("Sat, 1 Mar 2025 10:00:00 +0100", "2025-03-01T09:00:00"),
    ],
)
def test_dates_of_other_programs_are_read(text, expected):
    """Fault C9: with one meaning, and in UTC where no zone is named."""
    assert read_date(text) == dt.datetime.fromisoformat(expected).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "text", ["03/01/2025", "1740823200", "45717", "13/13/2025", "Smarch 1, 2025", "1/2/25", "x" * 99]
)
def test_dates_with_two_meanings_or_none_are_refused(text):
    """Fault C9: refused rather than guessed."""
    with pytest.raises(UnclearDate):
        read_date(text)


def test_notes_stand_in_the_admin_and_on_the_command_line(client, manager, tmp_path, capsys):  # noqa: F811
    """Fault C9: the skipped columns, and what to do with pending subscribers, also in a dry run."""
    from django.core.management import call_command

    page = client.post(IMPORT, upload(FILES["Ghost"][0], action="check")).text
    assert "skipped and not stored: “id”, “name”" in page
    assert "choose “Send confirmation emails”" in page
    file = tmp_path / "members.csv"
    file.write_text(FILES["Ghost"][0])
    call_command("import_subscribers", file, dry_run=True)
    assert "skipped and not stored: “id”, “name”" in capsys.readouterr().err


def test_a_stream_without_a_way_back_is_read():
    """Fault C9: a pipe, whose first bytes say the encoding."""
    assert import_csv(io.BufferedReader(io.BytesIO(FILES["Excel, Unicode text"][0]))).is_applied
