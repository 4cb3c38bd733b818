"""The messages that cross a topic, as pydantic v2 models: the one place where a field is declared.

Readers ignore fields that they do not know (a newer writer may add some), and the published schemas let
them (export.py); what Rasid itself writes is checked against closed models, so that nothing undeclared
leaves. Offsets are code points, ends are exclusive. Times are RFC 3339 in UTC, of whole seconds where a source
states them (``2025-02-01T10:00:00Z``).
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel, model_validator

__all__ = [
    "INPUTS",
    "MODELS",
    "SCHEMA_VERSION",
    "ActorRecord",
    "ActorTag",
    "ActorType",
    "Article",
    "Changed",
    "ChangedTags",
    "CountryRecord",
    "CountryRole",
    "CountryTag",
    "DeadLetterHeaders",
    "Document",
    "Duplicate",
    "Earlier",
    "EnrichLine",
    "EnrichedEvent",
    "Kind",
    "Mention",
    "Method",
    "NameOrigin",
    "Outcome",
    "Precision",
    "Reference",
    "Relation",
    "Replay",
    "Run",
    "Sentence",
    "Span",
    "Story",
    "StoryActor",
    "StoryArticle",
    "StoryCountry",
    "StoryRecord",
    "TimeOrigin",
    "UniqueArticle",
]

#: Major.minor of the contract. A change raises the minor number once it has been released (schemas/released/); what
#: `rasid schemas check` calls incompatible raises the major one.
SCHEMA_VERSION = "1.2"

Kind = Literal["story", "teaser", "summary"]
#: What an article that goes on is to those before it. original: the first of its story. fuller: contains what was there
#: and adds to it. update: the same event later, with new or corrected facts. related: an independent report of it.
Relation = Literal["original", "fuller", "update", "related"]
Method = Literal["exact", "near", "abridged"]
CountryRole = Literal["place", "actor", "dateline", "mentioned", "currency"]
Precision = Literal["year", "month", "day", "hour", "minute", "second"]
#: Where a time was read: the record's field; the item of a feed that is the body; the page's own lines; what its markup
#: declares; a collector's line before the text (``date 2025-02-01``); the machine summary beside the story.
TimeOrigin = Literal["record", "feed", "page", "markup", "prefix", "summary"]
NameOrigin = Literal["lexicon", "index", "parts", "romanised"]
ActorType = Literal["person", "government", "armed_group", "party", "igo", "ngo", "company", "media", "other"]

Identifier = Annotated[str, Field(min_length=1, max_length=2048)]
LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
#: Of what others choose and what then stands in keys, logs and terminals: no control characters.
Name = Annotated[Identifier, Field(pattern=r"^[^\x00-\x1f\x7f-\x9f]+$")]
CountryCode = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
WikidataId = Annotated[str, Field(pattern=r"^Q[1-9][0-9]*$")]
#: The largest integer that every reader of JSON keeps exactly (RFC 8259, section 6).
LARGEST = (1 << 53) - 1
Offset = Annotated[int, Field(ge=0, le=LARGEST)]
Length = Annotated[int, Field(ge=1, le=LARGEST)]
GeonamesId = Annotated[int, Field(ge=1, le=LARGEST)]
Score = Annotated[float, Field(ge=0.0, le=1.0)]
Run = Annotated[
    tuple[Offset, Offset, Length],
    Field(description="[start in the cleaned field, start in the raw body, length]: an identical stretch of both"),
]
Reference = Annotated[
    tuple[Offset, Offset, Length],
    Field(description="[place in the cleaned field, start in the raw body, length there]: &amp; and the like"),
]


def _as_written(value: object) -> object:
    """A number stands for itself as text: feeds give times as numbers too."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


#: A time as a source states it, of any form that workers/text/dates.py reads, or of none.
StatedTime = Annotated[
    Annotated[str, Field(max_length=128)] | None,
    BeforeValidator(_as_written, json_schema_input_type=Annotated[str, Field(max_length=128)] | float | None),
]
Utc = Annotated[str | None, Field(json_schema_extra={"format": "date-time"})]
PublishedAt = Annotated[
    Utc, Field(description="UTC, RFC 3339: a day without a time is its 00:00, a time without a zone is taken as UTC")
]
PublishedPrecision = Annotated[Precision | None, Field(description="How much of published_at was stated")]
PublishedRaw = Annotated[str | None, Field(description="As written, also where it cannot be read as a date")]
PublishedFrom = Annotated[TimeOrigin | None, Field(description="Where published_raw stands")]


class Incoming(BaseModel):
    """What others write: unknown fields are ignored, so that a newer writer does not stop an older reader."""

    model_config = ConfigDict(extra="ignore", frozen=True, str_strip_whitespace=False)


class Closed(BaseModel):
    """What Rasid writes: an undeclared field is an error before it is sent."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Document(Incoming):
    """A scraped page or file, raw, as it arrives on articles.raw."""

    document_id: Name = Field(description="Unique name of the document; for a file, its name")
    body: str | None = Field(default=None, description="The whole raw text")
    title: str | None = Field(default=None, description="With text: a source that gives the two apart")
    text: str | None = Field(default=None, description="With title: the raw body is then title, a blank line, text")
    source: str | None = Field(
        default=None, max_length=512, description="The outlet or feed, as the collector names it"
    )
    url: str | None = Field(default=None, max_length=8192)
    published_at: StatedTime = Field(default=None, description="As the source states it: text, or epoch time")
    fetched_at: StatedTime = Field(default=None, description="When the collector had it: the same forms")
    language: str | None = Field(default=None, max_length=64, description="As the source states it (BCP 47)")
    authors: list[Annotated[str, Field(max_length=512)]] = Field(
        default_factory=list, max_length=50, description="Who wrote it, as the source names them"
    )

    @model_validator(mode="after")
    def _has_a_body(self) -> Document:
        if self.body is None and self.text is None:
            raise ValueError("a document needs `body`, or `title` and `text`")
        if self.body is not None and self.text is not None:
            raise ValueError("a document has either `body`, or `title` and `text`, not both")
        return self

    @property
    def raw_body(self) -> str:
        """The text that every raw offset refers to."""
        if self.body is not None:
            return self.body
        return f"{self.title}\n\n{self.text}" if self.title else self.text or ""

    @property
    def title_length(self) -> int:
        """How many code points of the raw body are the title, where title and text were given apart; else 0."""
        return len(self.title) if self.body is None and self.title else 0


class Span(Closed):
    """A stretch of the raw body, in code points; `end` is exclusive."""

    start: Offset
    end: Offset


class Article(Incoming):
    """One piece of news found in a document, as it stands on articles.parsed."""

    article_id: Identifier = Field(description="Derived from the document's id and the article's place and words")
    document_id: Identifier
    ordinal: Offset = Field(description="Place in the document, from 0")
    articles_in_document: Length = Field(description="How many articles the document gave")
    kind: Kind
    title: str = Field(description="Empty when the page gives none")
    text: str
    # The scope of de-duplication: each takes memory of its own, so it is never whatever somebody wrote.
    language: LanguageCode = Field(description="ISO 639-1 (639-3 where there is none), `und` when it cannot be told")
    source: str | None = Field(default=None, description="The agency or outlet that the article cites as its source")
    publisher: str | None = Field(default=None, description="The outlet whose page it is")
    authors: list[str] = Field(default_factory=list, description="As the page names them, else as the document does")
    url: str | None = None
    published_at: PublishedAt = None
    published_precision: PublishedPrecision = None
    published_raw: PublishedRaw = None
    published_from: PublishedFrom = None
    fetched_at: Utc = Field(default=None, description="UTC, RFC 3339: when the document says that it was fetched")
    dateline: str | None = Field(default=None, description="The bureau line that the text opened with")
    span: Span = Field(description="From the first to the last code point of the article in the raw body")
    fingerprint: str = Field(description="Hash of the folded title and text: equal for equal words")
    summary_of: Identifier | None = Field(default=None, description="For a summary: the story that it sums up")
    title_map: list[Run] = Field(description="Where each stretch of the title stands in the raw body")
    text_map: list[Run] = Field(description="Where each stretch of the text stands in the raw body")
    title_references: list[Reference] = Field(
        default_factory=list, description="For a raw body in HTML: the title's letters that it writes as references"
    )
    text_references: list[Reference] = Field(
        default_factory=list, description="For a raw body in HTML: the text's letters that it writes as references"
    )
    notes: list[str] = Field(default_factory=list, description="What the parser was not sure of")


class Verdict(Incoming):
    """What de-duplication says of an article."""

    original_id: Identifier | None = Field(
        default=None,
        description="For a duplicate the event that it repeats; for a fuller version, an update or a related report "
        "the first article of the story; null for an original",
    )
    similarity: Score | None = Field(default=None, description="Share of word pairs in common with that article")
    story_id: Identifier | None = Field(
        default=None,
        description="article_id of the story's first article, for ever: articles with one story_id tell of one event. "
        "Null only in what was written before 1.2",
    )
    same_story: list[Identifier] = Field(
        default_factory=list,
        description="Other story_ids that this article shows to be the same story: those given before stay as they are",
    )


class Sentence(Closed):
    """A sentence of a text, in code points of that text; `end` is exclusive."""

    start: Offset
    end: Offset
    surface: str = Field(min_length=1, description="text[start:end], letter for letter")


class Changed(Closed):
    """What a fuller version or an update changed since the revision before it, at first the story's first article."""

    since: Identifier = Field(description="article_id of the revision before it")
    title_changed: bool = Field(description="Whether the title's words differ, beyond spelling")
    sentences_added: list[Sentence] = Field(description="Of this article's text: what the one before it did not say")
    sentences_removed: list[Sentence] = Field(description="Of the earlier article's text: what this one does not say")


class ChangedTags(Changed):
    """What a fuller version or an update changed, its tags included."""

    countries_added: list[CountryCode] = Field(description="ISO codes that the one before it did not have")
    countries_removed: list[CountryCode] = Field(description="ISO codes that only the one before it had")
    actors_added: list[Identifier]
    actors_removed: list[Identifier]


class Earlier(Closed):
    """What a fuller version or an update is compared with: as much of the revision before it as its tags rest on."""

    article_id: Identifier
    title: str
    text: str
    dateline: str | None
    published_at: str | None


class Unrepeated(Verdict, Article):
    """An article that repeats no other."""

    relation: Relation
    revision: Offset = Field(
        default=0,
        description="1 for the story's first fuller version or update, and so on; 0 for originals and related reports",
    )

    @model_validator(mode="after")
    def _all_but_originals_name_one(self) -> Self:
        if (self.relation == "original") != (self.original_id is None):
            raise ValueError("original_id is null for relation `original`, and only there")
        return self


class UniqueArticle(Unrepeated):
    """An article that repeats no other, as it stands on articles.unique."""

    changed: Changed | None = Field(
        default=None,
        description="For a fuller version or an update; null also when the revision before it is no longer to be had",
    )
    earlier: Earlier | None = Field(default=None, description="Stands with `changed`: the revision before it")


class Duplicate(Verdict, Article):
    """An article that repeats an earlier one, as it stands on articles.duplicates."""

    relation: Literal["duplicate"] = "duplicate"
    original_id: Identifier
    similarity: Score
    method: Method


class Outcome(Closed):
    """What became of an input that leads to no article, as it stands on articles.outcomes: the account's proof."""

    outcome: Literal["tombstone", "repeat"] = Field(
        description="tombstone: a record without a value, which is no document. repeat: the article went on before, "
        "from another record of the same run"
    )
    article_id: Identifier | None = Field(default=None, description="For a repeat; it has gone on under this id")
    document_id: Identifier | None = Field(default=None, description="For a repeat")
    ordinal: Offset | None = Field(default=None, description="For a repeat: place in the document, from 0")
    articles_in_document: Length | None = Field(default=None, description="For a repeat")
    kind: Kind | None = Field(default=None, description="For a repeat")
    first: str | None = Field(
        default=None, description="For a repeat: topic/partition/offset of the record that went on"
    )


class Mention(Closed):
    """A place in the text that names a country or an actor: the proof of a tag."""

    field: Literal["title", "text"]
    start: Offset
    end: Offset
    raw_start: Offset
    raw_end: Offset
    surface: str = Field(min_length=1, description="article[field][start:end], letter for letter")
    entry: str = Field(min_length=1, description="The lexicon entry or the rule that matched")
    geonames: GeonamesId | None = Field(
        default=None,
        description="Of a country's town: its GeoNames id; null where GeoNames has the name for none, or for several",
    )


class CountryTag(Closed):
    """A country that the article refers to, with its proof."""

    code: CountryCode = Field(description="ISO 3166-1 alpha-2; XK for Kosovo")
    name_en: str
    name_ar: str
    wikidata: WikidataId | None = Field(default=None, description="The country's item; null when not known")
    geonames: GeonamesId | None = Field(default=None, description="The country's GeoNames id; null when not known")
    main: bool = Field(description="True for the one to three countries that the article is about")
    role: CountryRole
    score: Score = Field(
        description="The chance that a reader counts the country among the main ones; that it is named, mentions prove"
    )
    mentions: list[Mention] = Field(min_length=1)


class ActorTag(Closed):
    """A named person or organisation that acts or is acted on, with its proof."""

    id: Identifier = Field(description="Stable slug for a known actor; derived from the folded name for others")
    name: str
    name_en: str | None = Field(
        description="In Latin letters. Null for an organisation that the lexicon lacks: such names are translated"
    )
    name_en_from: NameOrigin | None = Field(
        default=None,
        description="How name_en was made. lexicon: the lexicon has it. index: an index of full names has it. parts: "
        "each word in its most frequent Latin form. romanised: a word or more is spelled out, vowels guessed. Null for "
        "no name, and before 1.2",
    )
    wikidata: WikidataId | None = Field(default=None, description="The actor's item; null when not known")
    type: ActorType
    country: CountryCode | None
    role: str | None = Field(description="As the text or the lexicon gives it")
    known: bool = Field(description="False when the text introduces an actor that the lexicon lacks")
    score: Score = Field(description="How prominent the actor is in the article; not how sure the tag is")
    confidence: Score | None = Field(
        default=None,
        description="The chance that a person who reads the article would list this actor: of tags with .9, nine "
        "in ten are right. To filter, keep tags of at least the chance that you need. Null in events of before 1.1",
    )
    same_as: list[Identifier] = Field(
        default_factory=list,
        description="Other ids of this actor that events carry or carried: who stored one of them finds the actor's id "
        "of now in `id`. For an actor of the lexicon its aliases, for another the id of contract 1.0",
    )
    mentions: list[Mention] = Field(min_length=1)


class Replay(Closed):
    """Where a replayed record comes from, taken from its x-replay-* headers."""

    id: Identifier
    seq: Offset
    original_time: str | None


class EnrichedEvent(Unrepeated):
    """The message that consumers get: an article, its tags, and its relation to earlier ones."""

    changed: ChangedTags | None = Field(
        default=None,
        description="For a fuller version or an update; null also when the revision before it is no longer to be had",
    )
    event_id: Identifier = Field(description="Derived from article_id: the same article always gives the same event")
    schema_version: str
    lexicon_version: str
    countries: list[CountryTag] = Field(description="Main ones first")
    actors: list[ActorTag]
    replay: Replay | None
    processed_at: str = Field(description="When the event was made: the only field that a replay changes")


class EnrichLine(RootModel[EnrichedEvent | Duplicate]):
    """One line of `rasid enrich`: an enriched event, or a duplicate, which is not tagged."""


class EventBrief(Closed):
    """What a by-country or by-actor record repeats of its event, so that most consumers need no join."""

    event_id: Identifier
    article_id: Identifier
    document_id: Identifier
    kind: Kind
    title: str
    language: str
    publisher: str | None
    source: str | None
    url: str | None
    published_at: PublishedAt
    published_precision: PublishedPrecision = None
    published_raw: PublishedRaw = None
    published_from: PublishedFrom = None
    relation: Relation
    original_id: Identifier | None
    story_id: Identifier | None = Field(default=None, description="As in the event")
    schema_version: str
    lexicon_version: str
    processed_at: str


class CountryRecord(EventBrief):
    """One country tag of one event, keyed by ISO code, on events.by-country."""

    record_id: Identifier
    country: CountryTag


class ActorRecord(EventBrief):
    """One actor of one event, keyed by actor id, on events.by-actor."""

    record_id: Identifier
    actor: ActorTag


class StoryArticle(Closed):
    """One article of a story: what a list of its articles shows."""

    article_id: Identifier
    event_id: Identifier | None = Field(description="Of its record on events.enriched; null for a duplicate")
    document_id: Identifier
    ordinal: Offset
    kind: Kind
    relation: Literal["original", "fuller", "update", "related", "duplicate"]
    original_id: Identifier | None = Field(description="As in the event or the duplicate")
    revision: Offset = Field(description="As in the event; 0 for a duplicate")
    title: str = Field(description="Empty when the page gives none: show `lead`")
    lead: str = Field(description="How the text begins: at most 200 code points, to the end of a word")
    language: str
    source: str | None
    publisher: str | None
    url: str | None
    published_at: PublishedAt
    published_precision: PublishedPrecision
    seen_at: Utc = Field(description="The broker's time of its raw record; null where its headers do not say it")
    countries: list[CountryCode] = Field(description="Main ones first; none for a duplicate, which is not tagged")
    main_countries: list[CountryCode] = Field(description="Those of them that the article is about")
    actors: list[Identifier] = Field(description="In the event's order; none for a duplicate")


class StoryCountry(Closed):
    """A country of a story's articles."""

    code: CountryCode
    name_en: str
    name_ar: str
    wikidata: WikidataId | None
    main: bool = Field(description="Whether it is a main country of one of the articles")
    articles: Length = Field(description="In how many of the articles it is tagged")


class StoryActor(Closed):
    """An actor of a story's articles."""

    id: Identifier
    name: str
    name_en: str | None
    wikidata: WikidataId | None
    type: ActorType
    country: CountryCode | None
    articles: Length = Field(description="In how many of the articles it is tagged")


class StoryRecord(Closed):
    """An event or a duplicate in short, keyed by story_id, on events.by-story."""

    record_id: Identifier
    story_id: Identifier
    same_story: list[Identifier] = Field(description="As in the event or the duplicate")
    schema_version: str
    article: StoryArticle
    countries: list[StoryCountry] = Field(description="Of this article alone")
    actors: list[StoryActor] = Field(description="Of this article alone")


class Story(Closed):
    """A story as it stands, keyed by story_id, on stories: each record replaces the one before it."""

    story_id: Identifier = Field(description="article_id of its first article, for ever")
    title: str = Field(description="Of the fullest version; empty when it has none")
    fullest: Identifier = Field(
        description="article_id of the fullest version: the last fuller version or update, at first the original"
    )
    articles: list[StoryArticle] = Field(
        min_length=1, description="The original first, then as their documents came; duplicates among them"
    )
    articles_left_out: Offset = Field(description="How many more it has had: the list is bounded, the latest are kept")
    countries: list[StoryCountry] = Field(description="Of all articles in the list: those of most articles first")
    actors: list[StoryActor] = Field(description="Of all articles in the list: those of most articles first")
    first_published_at: Utc = Field(description="The earliest published_at; null when no article states one")
    last_published_at: Utc = Field(description="The latest")
    first_seen_at: Utc = Field(description="The earliest seen_at")
    last_seen_at: Utc = Field(description="The latest")
    same_story: list[Identifier] = Field(
        description="Other story_ids that its articles show to be the same story. The others need not name this one"
    )
    schema_version: str
    updated_at: str = Field(description="The broker's time of the record on events.by-story that it includes last")


class ReferencePost(Closed):
    """A post that an actor held, from the first to the last month."""

    role: str
    country: CountryCode | None = Field(description="Whose post it is; null for an international body's")
    first: str = Field(description="YYYY-MM")
    last: str | None = Field(description="YYYY-MM; null while it is held, as far as was known at `as_of`")
    as_of: str | None = Field(description="YYYY or YYYY-MM")


class ActorReference(Closed):
    """What the lexicon knows of one actor, keyed by its id, on actors.reference. A tombstone: no longer in it."""

    id: Identifier
    name: str
    name_en: str
    names: list[str] = Field(description="The Arabic names that are found in texts, in folded letters, in order")
    type: ActorType
    country: CountryCode | None
    posts: list[ReferencePost] = Field(description="The earlier first")
    wikidata: WikidataId | None
    aliases: list[Identifier] = Field(
        description="Other ids that events may carry for it: before the lexicon had it, or while a body had its own id"
    )


class DeadLetterHeaders(Closed):
    """The error headers of a dead letter, as UTF-8 text. Its value and key are the failed record's own bytes."""

    stage: Literal["parse", "dedupe", "tag", "stories"] = Field(alias="x-error-stage")
    error_class: str = Field(alias="x-error-class")
    message: str = Field(alias="x-error-message", description="What is wrong and what to do; no text of the article")
    topic: str = Field(alias="x-error-topic")
    partition: int = Field(alias="x-error-partition", ge=0)
    offset: int = Field(alias="x-error-offset", ge=0)
    time: str = Field(alias="x-error-time")
    attempt: int = Field(alias="x-error-attempt", ge=1)
    headers_left_out: int | None = Field(
        default=None,
        alias="x-error-headers-left-out",
        ge=1,
        description="How many of the record's headers, the largest, are not here: the topic would not take them",
    )
    cut_from: int | None = Field(
        default=None,
        alias="x-error-cut-from",
        ge=1,
        description="Bytes of key and value together, where the topic would not take all: the letter ends before",
    )


MODELS: dict[str, type[BaseModel]] = {
    "document": Document,
    "article": Article,
    "unique-article": UniqueArticle,
    "duplicate": Duplicate,
    "outcome": Outcome,
    "enriched-event": EnrichedEvent,
    "country-record": CountryRecord,
    "actor-record": ActorRecord,
    "story-record": StoryRecord,
    "story": Story,
    "actor-reference": ActorReference,
    "enrich-line": EnrichLine,
    "dead-letter-headers": DeadLetterHeaders,
}

#: Of MODELS: what others write. Everything else Rasid writes.
INPUTS = frozenset({"document"})
