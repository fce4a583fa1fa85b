"""What people did on the vendor's website, with its mails and on the phone.

Intent shows in what was done before the deal was opened. What was done after it is a trap: those who
bought log in and read the setup guide, so counting it would tell the outcome.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from lookalike.demo.dice import Dice
from lookalike.demo.world import EXPORTED, Opportunity, World

COUNT = 5_000
COLUMNS = ("lead_id", "at", "type", "value", "duration", "url")
SITE = "https://www.parcelwright.example"
BUYING = ("/pricing", "/docs/api", "/integrations", "/customers", "/demo", "/pricing/calculator", "/security")
READING = (
    "/",
    "/blog/peak-season",
    "/blog/packing-tape",
    "/careers",
    "/about",
    "/blog/label-printers",
    "/press",
)
SERVING = ("/login", "/docs/setup", "/onboarding", "/docs/printers", "/app/users")
LEAVING = ("/careers", "/blog/peak-season", "/privacy")


@dataclass(frozen=True)
class Event:
    """One thing that somebody did.

    Attributes
    ----------
    at : datetime
        When.
    lead_id : str
        Of which deal or lead.
    type : str
        open, click, visit, form, download, webinar, call or unsubscribe.
    value : float or None
        Pages of a visit, or the share of a webinar attended.
    duration : int or None
        Seconds of a visit, webinar or call.
    url : str
        The page, where there is one.
    """

    at: datetime
    lead_id: str
    type: str
    value: float | None = None
    duration: int | None = None
    url: str = ""


def events(world: World) -> list[Event]:
    """Everything that was recorded, oldest first: exactly `COUNT` events.

    Mail opens, which mean little, make up the number.
    """
    everyone = (*world.deals, *world.leads)
    made = [event for one in everyone for event in _of(world.seed, one)]
    dice = Dice(world.seed, "mail opens")
    while len(made) < COUNT:
        one = dice.pick(everyone)
        made.append(Event(_before(dice, one), one.id, "open"))
    return sorted(
        dice.sample(made, COUNT), key=lambda event: (event.at, event.lead_id, event.type, event.url)
    )


def rows(world: World) -> list[dict[str, str]]:
    """The events as a table."""
    return [
        {
            "lead_id": event.lead_id,
            "at": f"{event.at:%Y-%m-%d %H:%M:%S}",
            "type": event.type,
            "value": "" if event.value is None else f"{event.value:g}",
            "duration": "" if event.duration is None else str(event.duration),
            "url": event.url,
        }
        for event in events(world)
    ]


def _of(seed: int, one: Opportunity) -> list[Event]:
    dice = Dice(seed, "behaviour", one.id)
    return _interest(dice, one) + _habit(dice, one) + _noise(dice, one) + _aftermath(dice, one)


def _interest(dice: Dice, one: Opportunity) -> list[Event]:
    """What those do who want to buy."""
    intent = one.intent
    done = [
        _visit(dice, one, dice.pick(BUYING), _before(dice, one))
        for _ in range(dice.count(math.exp(0.95 * intent + 0.3)))
    ]
    if dice.chance(_likelihood(1.8 * intent - 1.2)):
        page = dice.pick(["/demo", "/contact", "/pricing"])
        done.append(Event(_before(dice, one), one.id, "form", url=SITE + page))
    if dice.chance(_likelihood(0.9 * intent - 2.2)):
        share = min(1.0, max(0.05, round(0.6 + 0.2 * intent + 0.15 * dice.normal(), 2)))
        done.append(
            Event(_before(dice, one), one.id, "webinar", share, int(3600 * share), f"{SITE}/webinars/peak")
        )
    done += [
        Event(
            _before(dice, one),
            one.id,
            "download",
            url=f"{SITE}/files/{dice.pick(['guide', 'checklist', 'prices'])}.pdf",
        )
        for _ in range(dice.count(math.exp(0.6 * intent - 1.7)))
    ]
    done += [
        Event(
            _before(dice, one),
            one.id,
            "call",
            duration=max(8, int(math.exp(5.0 + 0.8 * intent + 0.5 * dice.normal()))),
        )
        for _ in range(dice.count(math.exp(0.7 * intent - 0.9)))
    ]
    return done


def _habit(dice: Dice, one: Opportunity) -> list[Event]:
    """What anybody does."""
    visits = [_visit(dice, one, dice.pick(READING), _before(dice, one)) for _ in range(dice.count(0.35))]
    clicks = [
        Event(_before(dice, one), one.id, "click", url=SITE + dice.pick(READING + BUYING[:2]))
        for _ in range(dice.count(math.exp(0.3 * one.intent - 1.3)))
    ]
    return visits + clicks


def _noise(dice: Dice, one: Opportunity) -> list[Event]:
    """Mail scanners, which follow every link at once, and people who have had enough."""
    done = []
    if dice.chance(0.05):
        moment = _before(dice, one)
        pages = dice.sample(BUYING + READING, dice.between(3, 7))
        done += [
            Event(moment + timedelta(seconds=n // 3), one.id, "click", url=SITE + page)
            for n, page in enumerate(pages)
        ]
    if dice.chance(_likelihood(-0.7 * one.intent - 3.2)):
        done.append(Event(_before(dice, one), one.id, "unsubscribe"))
    return done


def _aftermath(dice: Dice, one: Opportunity) -> list[Event]:
    """What happened after the opening and so must not be used to foresee the outcome."""
    if not dice.chance(0.75 if one.won else 0.25):
        return []
    pages = SERVING if one.won else LEAVING
    done = []
    for _ in range(dice.between(1, 4 if one.won else 2)):
        moment = one.opened + timedelta(minutes=dice.between(60, 60 * 24 * 45))
        if moment < EXPORTED:
            done.append(_visit(dice, one, dice.pick(pages), moment))
    return done


def _visit(dice: Dice, one: Opportunity, page: str, moment: datetime) -> Event:
    pages = 1 + dice.count(math.exp(0.5 + 0.6 * one.intent) if page in BUYING else 1.2)
    return Event(moment, one.id, "visit", pages, int(pages * dice.spread(8, 90)), SITE + page)


def _before(dice: Dice, one: Opportunity) -> datetime:
    """A moment in the weeks before the opening, sooner rather than later."""
    days = min(90.0, -18 * math.log(1 - dice.unit()))
    return one.opened - timedelta(seconds=60 + int(86_400 * days))


def _likelihood(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))
