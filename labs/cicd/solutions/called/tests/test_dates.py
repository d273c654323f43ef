import pytest

from pli.dates import day


def test_a_day_is_written_out():
    assert day("2026-01-12T09:00:00+00:00") == "12 January 2026"


def test_a_day_is_the_same_wherever_the_site_is_built():
    # Half an hour before midnight in London is tomorrow in Paris and Auckland.
    assert day("2026-02-28T23:30:00+00:00") == "28 February 2026"


def test_what_is_no_date_is_refused():
    with pytest.raises(ValueError, match="soon"):
        day("soon")
