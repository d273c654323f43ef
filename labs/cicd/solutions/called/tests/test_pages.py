import pytest

from pli.pages import fill, listed, parse


def test_a_page_has_a_title_and_a_body():
    page = parse("about", "title: About us\n\n<p>We fold.</p>\n")
    assert (page.title, page.date, page.body) == ("About us", None, "<p>We fold.</p>\n")


def test_a_page_without_a_title_is_refused():
    with pytest.raises(ValueError, match="about: a page needs a title"):
        parse("about", "<p>We fold.</p>\n")


def test_notes_are_listed_newest_first():
    old = parse("old", "title: Old\ndate: 2026-01-01T00:00:00+00:00\n\n")
    new = parse("new", "title: New\ndate: 2026-02-01T00:00:00+00:00\n\n")
    text = listed([old, new])
    assert text.index("New") < text.index("Old")
    assert "1 February 2026" in text


def test_a_frame_is_filled():
    assert fill("@TITLE@ @WHAT@", {"TITLE": "Pli"}) == "Pli @WHAT@"
