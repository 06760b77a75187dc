"""What came into a list and what went, in words: names, and items that have parts of their own."""

from __future__ import annotations

from builder.kinds.design.plan import Node
from builder.publishing.between import Between, Place, Said, either
from builder.publishing.node_words import both, joined, keys_of
from builder.publishing.pairing import Pairing, paired
from schema_store.problems import _
from schema_store.sentences import Sentence
from schema_store.texts import Text, pick

OF_NAMES = ("names", "placed")


def of_names(by: Between, old: Node, new: Node, place: Place) -> Said:
    """Which names came and went; the whole where it is an order, or says for whom something is."""
    known = either(old, new)
    if known.pointer == "/roles":
        yield _for_whom(by, new)
    elif known.wanted and known.wanted.sign:
        yield _order(by, new, place)
    else:
        yield from _come_and_gone(by, old, new, place)


def _for_whom(by: Between, new: Node) -> Sentence:
    names = by.after.names(new) if new.is_there else {}
    if not names:
        return Sentence(_("{label} is now for everybody."), {"label": by.label})
    return Sentence(_("{label} is now for {names}."), {"label": by.label, "names": joined(names.values())})


def _order(by: Between, new: Node, place: Place) -> Sentence:
    if not new.is_there or not new.value:
        return Sentence(_("{label}: {place} is the usual one again."), by.params(place))
    return Sentence(_("{label}: {place} is now: {after}."), by.params(place, after=by.after.sorted_by(new)))


def _come_and_gone(by: Between, old: Node, new: Node, place: Place) -> Said:
    before, after = by.named(old, new)
    come = [words for key, words in after.items() if key not in before and key not in by.moved]
    gone = [words for key, words in before.items() if key not in after and key not in by.moved]
    yield from by.gains(either(old, new), place, come)
    yield from by.loses(either(old, new), place, gone)
    if [key for key in before if key in after] != [key for key in after if key in before]:
        names = joined(after.values())
        yield Sentence(_("{label}: the order of {place} is now: {names}."), by.params(place, names=names))


def of_placed(by: Between, old: Node, new: Node, place: Place) -> Said:
    """Names where they stand, and what is said of each there."""
    yield from _come_and_gone(by, old, new, place)
    for was, now in paired(old.children, new.children).pairs:
        title = by.after.name(new.wanted, keys_of(new)[now])
        yield from by.say(by, old.children[was], new.children[now], (*place[:-1], title))


def of_items(by: Between, old: Node, new: Node, place: Place) -> Said:
    """Items that came and went, with their place; what changed inside those that stayed; another order."""
    found = paired(old.children, new.children)
    yield from _moved(by, old, new, found)
    for at in found.gone:
        item = by.before.title(old.children[at])
        yield Sentence(_("{label}: {place} loses {item}."), by.params(place, item=item))
    for at in found.come:
        yield _come(by, new, at, place)
    if found.is_moved:
        names = joined(by.after.title(one) for one in new.children)
        yield Sentence(_("{label}: the order of {place} is now: {names}."), by.params(place, names=names))
    for was, now in found.pairs:
        one = new.children[now]
        own = (*place, str(now + 1)) if one.sort == "part" else (*place[:-1], _bare(by.after.title(one)))
        yield from by.say(by, old.children[was], one, own)


def _come(by: Between, new: Node, at: int, place: Place) -> Sentence:
    item = _whole(by, new.children[at])
    if at == 0:
        return Sentence(_("{label}: {place} gains {item}, as the first."), by.params(place, item=item))
    before = by.after.title(new.children[at - 1])
    return Sentence(
        _("{label}: {place} gains {item} after {before}."), by.params(place, item=item, before=before)
    )


def _whole(by: Between, item: Node) -> Text:
    """An item with the names that stand in it: “Contact” (Phone, E-mail)."""
    title, held = by.after.title(item), _names_in(item)
    if held is None or item.sort == "part" or not keys_of(held):
        return title
    names = joined(by.after.names(held).values())
    return both(lambda language: f"{pick(title, language)} ({pick(names, language)})")


def _moved(by: Between, old: Node, new: Node, found: Pairing) -> Said:
    """Names that went from one item into another: told once, not as lost here and won there."""
    stayed = dict(found.pairs)
    homes = {key: at for at, one in enumerate(new.children) for key in _shared(one, new.pointer)}
    for at, one in enumerate(old.children):
        for key in _shared(one, old.pointer):
            to = homes.get(key)
            if to is None or stayed.get(at) == to:
                continue
            by.moved.add(key)
            if to not in found.come:  # what is new is told with all that stands in it
                yield _went(by, key, one, new.children[to])


def _went(by: Between, key: str, was: Node, now: Node) -> Sentence:
    held = _names_in(now)
    item = by.after.name(held.wanted if held else None, key)
    params = {"label": by.label, "item": item, "before": by.before.title(was), "after": by.after.title(now)}
    return Sentence(_("{label}: {item} moves from {before} to {after}."), params)


def _names_in(item: Node) -> Node | None:
    return next((one for one in item.children if one.sort in OF_NAMES), None)


def _shared(item: Node, place: str) -> list[str]:
    """The names in an item that stand once in the whole list (`unused_in`)."""
    held = _names_in(item)
    if held is None:
        return []
    names = held.schema.get("x-names") or held.schema.get("items", {}).get("x-names", {})
    return keys_of(held) if names.get("unused_in") == place else []


def _bare(words: Text) -> Text:
    """Without its quotes, as a part of a place."""
    return both(lambda language: pick(words, language).strip("“”"))
