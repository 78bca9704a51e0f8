"""The pages for the screen of the review meeting: HTML and PowerPoint from the same content."""

from evalkit.export.deck.content import Deck, deck_of, results_of
from evalkit.export.deck.page import deck_page
from evalkit.export.deck.slides import deck_slides

__all__ = ["Deck", "deck_of", "deck_page", "deck_slides", "results_of"]
