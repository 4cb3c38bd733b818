"""tag: an article that is new or an update in, its enriched event and one record for each country and actor out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import ValidationError

from schemas import envelope
from schemas.envelope import digest
from schemas.models import (
    SCHEMA_VERSION,
    ActorRecord,
    ActorTag,
    Changed,
    ChangedTags,
    CountryRecord,
    CountryTag,
    Earlier,
    EnrichedEvent,
    EventBrief,
    Mention,
    Replay,
    UniqueArticle,
)
from schemas.topics import BY_ACTOR, BY_COUNTRY, ENRICHED, SOURCES
from workers.errors import InvalidMessage
from workers.pipeline.codec import decode, encode
from workers.pipeline.record import Fate, Output, Record, derived_headers
from workers.pipeline.story_record import story_of_event
from workers.tagging import Tagger, Tags
from workers.text.offsets import covering_span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from schemas.topics import Stage
    from workers.lexicon import Lexicon
    from workers.tagging import Found, Outcome

__all__ = ["TAGGED_LANGUAGES", "Tag", "event_of"]

#: The lexicon is Arabic; another language passes through untagged rather than wrongly tagged.
TAGGED_LANGUAGES = frozenset({"ar"})
# Ends of the entries of a country's mentions that name a town.
_TOWNS = (":place", ":capital")
_NOTHING = Tags(countries=(), actors=())
# Of a place in a replay: fewer than would make an integer that JSON's readers do not keep.
_DIGITS = 15


def event_of(
    article: UniqueArticle,
    tags: Tags,
    lexicon: Lexicon,
    *,
    earlier: Tags = _NOTHING,
    lexicon_version: str,
    replay: Replay | None,
    now: str,
) -> EnrichedEvent:
    """Return the enriched event of `article` with `tags`; `now` is the time of processing in ISO 8601.

    `lexicon` is what the tags were made by: it knows their ids elsewhere. `earlier` are the tags of the revision before
    it, for an update that has one.
    """

    def mentions(found: Iterable[Found], code: str = "") -> list[Mention]:
        result = []
        for each in found:
            if each.field == "title":
                runs, references = article.title_map, article.title_references
            else:
                runs, references = article.text_map, article.text_references
            try:
                raw_start, raw_end = covering_span(runs, references, each.start, each.end)
            except ValueError as exc:
                raise InvalidMessage(
                    f"{each.field}_map does not lead from the {each.field} back to the raw body: {exc}; send the "
                    "document through parse again"
                ) from None
            result.append(
                Mention(
                    field=each.field,
                    start=each.start,
                    end=each.end,
                    raw_start=raw_start,
                    raw_end=raw_end,
                    surface=each.surface,
                    entry=each.entry,
                    geonames=lexicon.geonames(code, each.surface) if each.entry.endswith(_TOWNS) else None,
                )
            )
        return result

    known = {name: value for name, value in article if name not in {"changed", "earlier"}}
    # What dedupe wrote before stories had an id is its own story, or that of the original that it names.
    known["story_id"] = article.story_id or article.original_id or article.article_id
    return EnrichedEvent(
        **known,
        changed=None if article.changed is None else _changed(article.changed, earlier, tags),
        event_id=digest("event", article.article_id),
        schema_version=SCHEMA_VERSION,
        lexicon_version=lexicon_version,
        countries=[
            CountryTag(
                code=tag.code,
                name_en=tag.name_en,
                name_ar=tag.name_ar,
                wikidata=lexicon.countries[tag.code].wikidata,
                geonames=lexicon.countries[tag.code].geonames,
                main=tag.main,
                role=tag.role,
                score=tag.score,
                mentions=mentions(tag.mentions, tag.code),
            )
            for tag in tags.countries
        ],
        actors=[
            ActorTag(
                id=tag.id,
                name=tag.name,
                name_en=tag.name_en,
                name_en_from=tag.name_en_from,
                wikidata=lexicon.actors[tag.id].wikidata if tag.id in lexicon.actors else None,
                type=tag.type,
                country=tag.country,
                role=tag.role,
                known=tag.known,
                score=tag.score,
                confidence=tag.confidence,
                same_as=list(tag.same_as),
                mentions=mentions(tag.mentions),
            )
            for tag in tags.actors
        ],
        replay=replay,
        processed_at=now,
    )


def _changed(changed: Changed, earlier: Tags, now: Tags) -> ChangedTags:
    countries, countries_before = ([tag.code for tag in tags.countries] for tags in (now, earlier))
    actors, actors_before = ([tag.id for tag in tags.actors] for tags in (now, earlier))
    return ChangedTags(
        **dict(changed),
        countries_added=_without(countries, countries_before),
        countries_removed=_without(countries_before, countries),
        actors_added=_without(actors, actors_before),
        actors_removed=_without(actors_before, actors),
    )


def _without(names: Iterable[str], others: Collection[str]) -> list[str]:
    return [name for name in names if name not in others]


def _replay(record: Record) -> Replay | None:
    """The replay that a record's headers tell of; anybody may write them, and bad ones cost no event."""
    id_, seq = record.header(envelope.REPLAY_ID), record.header(envelope.REPLAY_SEQ)
    if not id_ or not seq or not seq.isdecimal() or len(seq) > _DIGITS:
        return None
    try:
        return Replay(id=id_, seq=int(seq), original_time=record.header(envelope.REPLAY_TIME))
    except ValidationError:
        return None


def _lacking(article: UniqueArticle, tags: Tags) -> tuple[Literal["countries", "actors", "language"], ...]:
    if article.language not in TAGGED_LANGUAGES:
        return ("language",)
    without: list[Literal["countries", "actors"]] = []
    if not tags.countries:
        without.append("countries")
    if not tags.actors:
        without.append("actors")
    return tuple(without)


class Tag:
    """The tag stage: stateless but for the lexicon, which is read once."""

    name: Stage = "tag"
    source = SOURCES["tag"]

    def __init__(self, lexicon: Lexicon, *, sites: str = "") -> None:
        """Tag by `lexicon`; its version is written into every event, with that of the `sites`' profiles if any."""
        self._tagger = Tagger(lexicon)
        self.lexicon_version = f"{lexicon.version}+sites.{sites}" if sites else lexicon.version

    def process(self, record: Record, *, now: str) -> list[Output]:
        """Return the event of the article in `record`, and a record for each of its countries and actors."""
        article = decode(UniqueArticle, record.value)
        tags = earlier = _NOTHING
        if article.language in TAGGED_LANGUAGES:
            tags = self._tags(article)
            earlier = _NOTHING if article.earlier is None else self._tags(article.earlier)
        replay = _replay(record)
        event = event_of(
            article,
            tags,
            self._tagger.lexicon,
            earlier=earlier,
            lexicon_version=self.lexicon_version,
            replay=replay,
            now=now,
        )
        time = record.event_time

        def output(
            topic: str, type_: str, id_: str, key: str, message: EnrichedEvent | EventBrief, fate: Fate | None = None
        ) -> Output:
            headers = derived_headers(record, type_=type_, stage="tag", id_=id_, time=time)
            return Output(topic, key.encode(), encode(message), headers, fate=fate)

        fate = Fate("enriched", article.kind, _lacking(article, tags))
        outputs = [output(ENRICHED, "enriched-event", event.event_id, article.article_id, event, fate)]
        brief = {name: getattr(event, name) for name in EventBrief.model_fields}
        for country in event.countries:
            id_ = digest("country", event.event_id, country.code)
            by_country = CountryRecord(**brief, record_id=id_, country=country)
            outputs.append(output(BY_COUNTRY, "country-record", id_, country.code, by_country))
        for actor in event.actors:
            id_ = digest("actor", event.event_id, actor.id)
            by_actor = ActorRecord(**brief, record_id=id_, actor=actor)
            outputs.append(output(BY_ACTOR, "actor-record", id_, actor.id, by_actor))
        outputs.append(story_of_event(record, event))
        return outputs

    def explain(self, article: UniqueArticle | EnrichedEvent) -> tuple[Outcome, ...]:
        """Return the claims behind the tags of an article, won and lost; none in a language that is not tagged."""
        if article.language not in TAGGED_LANGUAGES:
            return ()
        return self._tagger.explain(
            article.title, article.text, dateline=article.dateline, published_at=article.published_at
        )

    def _tags(self, article: UniqueArticle | Earlier) -> Tags:
        return self._tagger.tag(
            article.title, article.text, dateline=article.dateline, published_at=article.published_at
        )
