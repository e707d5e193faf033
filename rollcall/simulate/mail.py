"""Every delivery of the simulation: who sends what, when, in which habit."""

import numpy as np

from rollcall.contracts.load import contract
from rollcall.simulate import aid, cases, city_feeds, last_year, platform_feeds, police_feeds, school_feeds, welfare
from rollcall.simulate.columns import dice
from rollcall.simulate.delivery import Post
from rollcall.simulate.faults import plan
from rollcall.simulate.habits import OFFICE, OFFICES, Habit, habit_of_police, habits_of_units
from rollcall.simulate.mishaps import Carrier
from rollcall.simulate.presence import Day
from rollcall.simulate.render import Sheet, render, text_of
from rollcall.simulate.world import World

HOUR = 3600
MORNING, AFTERNOON, EVENING = 9 * HOUR, 15 * HOUR, 18 * HOUR
PAYMENT_DAY = 25


class Mail:
    """Sends one world's files, each sender by its habit, through the mishaps of the plan."""

    def __init__(self, world: World, post: Post) -> None:
        self.world = world
        self.habits = habits_of_units(len(world.geo.unit_code), world.seed)
        wrong = render(contract("calendar"), school_feeds.calendar(world, 0), Habit())
        self.carrier = Carrier(post, plan(world, self.habits), wrong, dice(world.seed, "mishaps"))
        self.n_steps = 0

    def send(
        self,
        sender: str,
        feed: str,
        day: int,
        values: dict,
        habit: Habit,
        seconds: int,
        extra: dict | None = None,
        free=None,
    ) -> None:
        """Render and hand over; `seconds` after the start of the business date, `extra`: columns no
        contract has."""
        sheet = render(contract(feed), values, habit, self.world.seed)
        for header, cells in (extra or {}).items():
            sheet = Sheet(
                [*sheet.headers, header],
                [*sheet.names, None],
                [*sheet.cells, text_of(cells)],
                [*sheet.numeric, False],
            )
        self.carrier.carry(sender, feed, day, sheet, habit, seconds + HOUR * habit.lateness, free)

    def before(self) -> None:
        """What the unit that began before the others sent in the last days of the old school year."""
        world, day, seats = self.world, self.world.last_year_on, self.world.last_year
        if not len(seats):
            return
        unit = int(seats.unit[0])
        code, habit = str(world.geo.unit_code[unit]), self.habits[unit]
        self.send(code, "school", day, school_feeds.school(world, unit, last_year.counts(world, seats)), habit, MORNING)
        days = np.arange(day, world.clock.opening)
        self.send(code, "calendar", day, school_feeds.calendar(world, unit, days), habit, MORNING + 60)
        nobody = np.zeros(len(seats), bool)
        self.send(code, "roll", day, school_feeds.roll_of(world, seats), habit, AFTERNOON, free=nobody)
        for told in last_year.roll_calls(world.clock, seats):
            self.send("platform", "class_return", told.day, platform_feeds.class_return(world, told), OFFICE, EVENING)

    def open_term(self) -> None:
        """What each unit sends once a term, what the municipality sends once, by the year or the term."""
        world, day = self.world, self.world.clock.opening
        for term in world.clock.terms:
            for unit, code in enumerate(world.geo.unit_code):
                for feed in ("school", "calendar", "staff"):
                    values = getattr(school_feeds, feed)(world, unit)
                    self.send(str(code), feed, term, values, self.habits[unit], MORNING + unit * 60)
        transfers, faults = city_feeds.aid_transfer(world)
        self.carrier.post.payment_faults += faults
        for feed, values in (
            ("school_base", city_feeds.school_base(world)),
            ("opening_case", city_feeds.opening_case(world)),
            ("aid_transfer", transfers),
        ):
            self.send("municipality", feed, day, values, OFFICES["municipality"], MORNING)

    def month(self, day: int) -> None:
        """What comes on the first of a month."""
        world = self.world
        for district, code in enumerate(world.geo.district_code):
            values, child = police_feeds.population(world, district, day)
            habit, seconds = habit_of_police(district), MORNING + district * 60
            self.send(f"police-{code}", "population", day, values, habit, seconds, free=~world.cast.protected[child])
            values = police_feeds.population_change(world, district, day - 31, day - 1)
            self.send(f"police-{code}", "population_change", day, values, habit, seconds)
        for unit, code in enumerate(world.geo.unit_code):
            values = welfare.placement(world, unit, day)
            if len(values["sex"]):
                self.send(str(code), "placement", day, values, self.habits[unit], MORNING + HOUR + unit * 60)
        self.send(
            "municipality",
            "outside_enrolment",
            day,
            city_feeds.outside_enrolment(world, day),
            OFFICES["municipality"],
            MORNING,
        )
        for feed in ("hardship_register", "disability_register"):
            self.send("welfare", feed, day, getattr(welfare, feed)(world, day), OFFICES["welfare"], MORNING)

    def week(self, monday: int) -> None:
        """The rolls of a Monday and the changes of the week before."""
        world = self.world
        for unit, code in enumerate(world.geo.unit_code):
            habit, seconds = self.habits[unit], AFTERNOON + unit * 60
            values, rows = school_feeds.roll(world, unit, monday)
            extra = school_feeds.useless(rows) if habit.is_wide else None
            free = ~world.cast.protected[world.seats.child[rows]]
            self.send(str(code), "roll", monday, values, habit, seconds, extra, free)
            since = monday - 7 if monday > world.clock.first else monday - 400
            values = school_feeds.roll_change(world, unit, since, monday - 1)
            self.send(str(code), "roll_change", monday, values, habit, seconds + 30)

    def day(self, day: Day, steps: list[tuple]) -> None:
        """The platform's files of one school day."""
        world, habit = self.world, OFFICES["platform"]
        self.send("platform", "class_return", day.day, platform_feeds.class_return(world, day), habit, EVENING)
        values, seats = platform_feeds.absence(world, day)
        free = ~world.cast.protected[world.seats.child[seats]]
        self.send("platform", "absence", day.day, values, habit, EVENING + 60, free=free)
        values = cases.case_action(world, day.day, steps, self.n_steps)
        self.n_steps += len(steps)
        self.send("platform", "case_action", day.day, values, habit, EVENING + 120)

    def payments(self, day: int, period: int) -> None:
        """What the units paid for a month."""
        for unit, code in enumerate(self.world.geo.unit_code):
            values, faults = aid.payments(self.world, unit, day, period)
            self.carrier.post.payment_faults += faults
            if len(values["programme"]):
                self.send(str(code), "aid_payment", day, values, self.habits[unit], AFTERNOON + unit * 60)


def send_all(world: World, post: Post) -> None:
    """All deliveries of the simulation."""
    mail = Mail(world, post)
    mail.before()
    mail.open_term()
    for day in world.clock.month_firsts:
        mail.month(day)
    for monday in world.clock.mondays:
        mail.week(monday)
    steps = cases.steps_of(world)
    for day in world.days:
        mail.day(day, steps[day.day])
    for day, period in aid.periods(world.clock, PAYMENT_DAY):
        mail.payments(day, period)
