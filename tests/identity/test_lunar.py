"""Lunar dates written as if they were solar ones. The dates are the calendar's, checked by hand."""

from datetime import date

from rollcall.identity.lunar import meanings, written_as, years_meant


def test_new_years_days():
    for day in (date(2010, 2, 14), date(2012, 1, 23), date(2019, 2, 5)):
        assert written_as(day) == date(day.year, 1, 1)


def test_before_new_year_it_is_still_last_year():
    assert written_as(date(2010, 2, 13)) == date(2009, 12, 30)


def test_a_leap_month_gives_one_written_date_two_meanings():
    # 2012 had a fourth month and a leap fourth month.
    meant = {day for written, day in meanings([2012]) if written == date(2012, 4, 1)}
    assert meant == {date(2012, 4, 21), date(2012, 5, 21)}


def test_a_day_that_the_solar_month_lacks_becomes_its_last():
    # The 30th of the second lunar month of 2011.
    assert written_as(date(2011, 4, 2)) == date(2011, 2, 28)


def test_a_lunar_year_ends_in_the_next_solar_one():
    assert years_meant([2010, 2018]) == {2010, 2011, 2018, 2019}
    meant = {day for written, day in meanings(years_meant([2018])) if written == date(2018, 12, 30)}
    assert meant == {date(2019, 2, 4)}


def test_days_outside_the_calendar_mean_nothing():
    assert written_as(date(1850, 5, 5)) is None and written_as(date(2150, 5, 5)) is None
    assert years_meant([1900, 2150]) == {1901}
