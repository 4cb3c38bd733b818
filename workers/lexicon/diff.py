"""What differs between two lexicons, entry by entry: for `rasid lexicon diff`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workers.lexicon.model import Content, Form, Names, Post

__all__ = ["Change", "compare"]

#: What a form is of an entry's; all else of it is of the rules.
_OF_ENTRIES = frozenset(
    (
        "text",
        "affix",
        "strip",
        "country",
        "kind",
        "full",
        "short",
        "person",
        "common",
        "body",
        "body_style",
        "body_whole",
    )
)
_Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """An entry that was added, removed or changed: its section, its key, what it is called, and each field's change.

    ``fields`` gives the value before and after; of a set, what went and what came.
    """

    kind: str
    section: str
    key: str
    label: str
    fields: dict[str, tuple[Any, Any]]


def compare(before: tuple[Content, Names], after: tuple[Content, Names]) -> Iterator[Change]:
    """Yield what differs, section by section: countries, actors, bodies, cities, rules of forms, lists."""
    old, new = _view(*before), _view(*after)
    for section in old:
        yield from _compare(section, old[section], new[section])


def _compare(section: str, old: Mapping[str, _Entry], new: Mapping[str, _Entry]) -> Iterator[Change]:
    for key in (*old, *(key for key in new if key not in old)):
        one, two = old.get(key), new.get(key)
        if one is None or two is None:
            entry = one or two or {}
            yield Change("added" if one is None else "removed", section, key, str(entry.get("name", "")), {})
        elif one != two:
            changed = {
                name: _changed(one.get(name), two.get(name)) for name in two | one if one.get(name) != two.get(name)
            }
            yield Change("changed", section, key, str(two.get("name", "")), changed)


def _changed(one: Any, two: Any) -> tuple[Any, Any]:
    if isinstance(one, frozenset | tuple) or isinstance(two, frozenset | tuple):
        one, two = one or (), two or ()
        return sorted(set(one) - set(two)), sorted(set(two) - set(one))
    return one, two


def _view(content: Content, names: Names) -> dict[str, dict[str, _Entry]]:
    """Each section's entries by key, as fields that people edit: names and forms, posts, words of a list."""
    by_country, by_actor, by_body = _forms_by_entry(content)
    return {
        "countries": {
            code: {"name": each.name_en, **_plain(each), **by_country.get(code, {})}
            for code, each in content.countries.items()
        },
        "actors": {
            identity: {
                **_plain(each),
                **by_actor.get(identity, {}),
                "posts": tuple(map(_post, content.posts.get(identity, ()))),
            }
            for identity, each in content.actors.items()
        },
        "bodies": {
            key: {"name": each.name_en, **_plain(each), **by_body.get(key, {})} for key, each in content.bodies.items()
        },
        "cities": {name: {"country": code} for name, code in content.cities.items()},
        "rules": {form.text: rules for form in content.forms if (rules := _rules(form))},
        "words": {field.name: {"words": _words(getattr(content.words, field.name))} for field in fields(content.words)},
        "names": {field.name: {"words": _words(getattr(names, field.name))} for field in fields(names)},
    }


def _plain(entry: Any) -> _Entry:
    return {field.name: getattr(entry, field.name) for field in fields(entry)}


def _post(post: Post) -> str:
    until = f"to {post.last}" if post.last else f"as of {post.as_of}"
    return f"{post.role}, {post.country or 'no country'}, from {post.first} {until}"


def _words(value: Any) -> frozenset[str]:
    return frozenset(f"{key} = {each}" for key, each in value.items()) if isinstance(value, dict) else frozenset(value)


_Forms = defaultdict[str, defaultdict[str, set[str]]]


def _forms_by_entry(content: Content) -> tuple[dict[str, _Entry], ...]:
    """The forms of countries, actors and bodies, by their keys and what the forms are to them."""
    found = tuple(_Forms(lambda: defaultdict(set)) for _ in range(3))
    for form in content.forms:
        _sort_form(form, *found)
    return tuple(
        {key: {name: frozenset(texts) for name, texts in each.items()} for key, each in group.items()}
        for group in found
    )


def _sort_form(form: Form, countries: _Forms, actors: _Forms, bodies: _Forms) -> None:
    for code in form.country:
        countries[code][f"forms ({form.kind})"].add(form.text)
    for identity in form.full:
        actors[identity]["common forms" if form.common else "forms"].add(form.text)
    for identity in form.short:
        actors[identity]["short forms"].add(form.text)
    if form.body:
        bodies[form.body][f"forms ({form.body_style})"].add(form.text)


def _rules(form: Form) -> _Entry:
    return {
        field.name: value
        for field in fields(form)
        if field.name not in _OF_ENTRIES and (value := getattr(form, field.name)) != field.default
    }
