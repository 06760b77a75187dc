"""A view as a gallery: a tile with the first letter of its heading, and the fields below."""

from __future__ import annotations

from markupsafe import Markup

from builder.pages.desk.views.cards import cards, legend
from builder.pages.desk.views.showing import Drawn, Showing, page_of

TONES = 8


def draw(showing: Showing) -> Drawn:
    picture = showing.listing.view.get("picture", "")
    found = page_of(showing, showing.asking_for(picture))
    made = cards(showing, found.records, without=[picture] if picture else ())
    given = {
        "tiles": [
            (card, _letter(card.title), card.id % TONES, _address(card.values.get(picture))) for card in made
        ],
        "legend": legend(showing),
    }
    return Drawn("desk/views/_gallery.html", given, len(made), found.previous, found.next)


def _letter(title: Markup) -> str:
    """The first letter or sign of a heading; Chinese names begin with the family's."""
    words = title.striptags().strip()
    return words[:1].upper()


def _address(value: object) -> str:
    return value if isinstance(value, str) and value.startswith(("https://", "http://")) else ""
