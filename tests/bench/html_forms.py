"""Forms in which sites mark up an article, from the tables of old portals to AMP; furniture in our own words.

Each form takes an article and returns the page with the lines that are its news. A form is named after what it does
with the text; the furniture around it (:func:`site`) is the same kind of thing for all, so that forms can be compared.
"""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterable, Sequence

__all__ = ["FORMS", "Piece", "Written"]

_SITE = "صحيفة الميزان"
_MENU = ("الرئيسية", "سياسة", "اقتصاد", "رياضة", "ثقافة", "منوعات", "اتصل بنا")
_RELATED = (
    "بلدية المدينة تفتتح حديقة عامة على ضفة النهر",
    "انخفاض أسعار الزيتون مع بداية موسم القطاف",
    "فريق الهلال يستعد لمباراة الذهاب خارج أرضه",
    "معرض للخط العربي في المكتبة الوطنية",
)
_LEAST_UPDATES = 3
_SUBHEADS = ("خلفية الحدث", "ردود الفعل", "ماذا بعد؟")


class Piece(NamedTuple):
    """An article to write: its title and its paragraphs."""

    title: str
    paragraphs: Sequence[str]


class Written(NamedTuple):
    """A page, the lines that are its news, and how many articles it holds."""

    body: str
    news: tuple[str, ...]
    articles: int = 1


def esc(text: str) -> str:
    """Escape text for HTML."""
    return html.escape(text, quote=False)


def tagged(tag: str, texts: Iterable[str], attributes: str = "") -> str:
    """Each text in an element of its own."""
    return "\n".join(f"<{tag}{attributes}>{esc(text)}</{tag}>" for text in texts)


def site(title: str, main: str, head: str = "") -> str:
    """A page around a main part: menu, breadcrumb, tools, related headlines, a form, a footer."""
    menu = "".join(f"<li><a href='/{n}'>{each}</a></li>" for n, each in enumerate(_MENU))
    related = "".join(f"<li><a href='/news/{n}'>{each}</a></li>" for n, each in enumerate(_RELATED))
    return (
        f"<!DOCTYPE html>\n<html lang='ar' dir='rtl'><head><meta charset='utf-8'><title>{esc(title)} | {_SITE}</title>"
        f"<meta property='og:site_name' content='{_SITE}'>{head}<style>p{{margin:0}}</style></head>\n<body>"
        f"<header><div class='logo'><a href='/'>{_SITE}</a></div><nav><ul>{menu}</ul></nav></header>"
        f"<div class='path'><a href='/'>الرئيسية</a> &raquo; <a href='/1'>سياسة</a></div>\n{main}\n"
        f"<aside><h3>اقرأ أيضا</h3><ul>{related}</ul></aside>"
        f"<footer><p>جميع الحقوق محفوظة &copy; {_SITE} 2026</p><p>سياسة الخصوصية</p></footer>"
        f"<script>window.ads = ['<div>إعلان</div>'];</script></body></html>"
    )


def _form(body: Callable[[Sequence[str]], str]) -> Callable[[Piece, random.Random], Written]:
    """A form that differs in how it writes the paragraphs alone, under a headline in a main element."""

    def write(piece: Piece, _: random.Random) -> Written:
        main = f"<main><h1>{esc(piece.title)}</h1>{body(piece.paragraphs)}</main>"
        return Written(site(piece.title, main), (piece.title, *piece.paragraphs))

    return write


def _br(paragraphs: Sequence[str], breaks: str) -> str:
    return breaks.join(map(esc, paragraphs))


def _halves(text: str) -> tuple[str, str]:
    words = text.split()
    return " ".join(words[: len(words) // 2]), " ".join(words[len(words) // 2 :])


def _linked(paragraphs: Sequence[str]) -> str:
    """Names as links: some words in the midst of each paragraph."""
    written = []
    for text in paragraphs:
        words = [esc(word) for word in text.split()]
        if len(words) > 8:
            words[3] = f"<a href='/tag/{len(words)}'>{words[3]}"
            words[5] = f"{words[5]}</a>"
        written.append(f"<p>{' '.join(words)}</p>")
    return "".join(written)


def _with_figures(paragraphs: Sequence[str]) -> str:
    """A figure behind the lead, with a caption and a credit."""
    figure = "<figure><img src='/a.jpg' alt='صورة'><figcaption>صورة أرشيفية - وكالات</figcaption></figure>"
    return f"<p>{esc(paragraphs[0])}</p>{figure}{tagged('p', paragraphs[1:])}"


def _with_ads(paragraphs: Sequence[str]) -> str:
    ad = "<div class='ad' id='div-gpt-ad-1'><script>show(1)</script><span>إعلان</span></div>"
    return ad.join(f"<p>{esc(each)}</p>" for each in paragraphs)


def _read_also(paragraphs: Sequence[str]) -> str:
    also = f"<div class='inner'><strong>اقرأ أيضا:</strong> <a href='/news/9'>{_RELATED[0]}</a></div>"
    return f"<p>{esc(paragraphs[0])}</p>{also}{tagged('p', paragraphs[1:])}"


def _rows(paragraphs: Sequence[str]) -> str:
    return f"<table class='story'>{''.join(f'<tr><td>{esc(each)}</td></tr>' for each in paragraphs)}</table>"


def _layout_table(paragraphs: Sequence[str]) -> str:
    """A page of the tables that old portals are made of: the text in one cell, a menu in another."""
    menu = "".join(f"<tr><td><a href='/{n}'>{each}</a></td></tr>" for n, each in enumerate(_MENU))
    text = _br(paragraphs, "<br><br>")
    return (
        f"<table width='100%'><tr><td valign='top'><font size='3'>{text}</font></td>"
        f"<td width='160'><table>{menu}</table></td></tr></table>"
    )


def _quote_last(paragraphs: Sequence[str]) -> str:
    return f"{tagged('p', paragraphs[:-1])}<blockquote><p>{esc(paragraphs[-1])}</p></blockquote>"


def _quote_bare(paragraphs: Sequence[str]) -> str:
    middle = len(paragraphs) // 2
    return (
        f"{tagged('p', paragraphs[:middle])}<blockquote>{esc(paragraphs[middle])}</blockquote>"
        f"{tagged('p', paragraphs[middle + 1 :])}"
    )


def _list_inside(paragraphs: Sequence[str]) -> str:
    """The paragraphs behind the lead as points of a list."""
    return f"<p>{esc(paragraphs[0])}</p><ul>{tagged('li', paragraphs[1:])}</ul>"


def _numbered(paragraphs: Sequence[str]) -> str:
    return f"<p>{esc(paragraphs[0])}</p><ol>{tagged('li', paragraphs[1:])}</ol>"


def _subheads(piece: Piece, _: random.Random) -> Written:
    """A heading above the second paragraph, and above others further down."""
    parts, heads = [], []
    for number, text in enumerate(piece.paragraphs):
        if number % 2 and len(heads) < len(_SUBHEADS):
            heads.append(_SUBHEADS[len(heads)])
            parts.append(f"<h2>{heads[-1]}</h2>")
        parts.append(f"<p>{esc(text)}</p>")
    main = f"<article><h1>{esc(piece.title)}</h1>{''.join(parts)}</article>"
    return Written(site(piece.title, main), (piece.title, *piece.paragraphs, *heads))


def _facts(piece: Piece, _: random.Random) -> Written:
    """A table of figures inside the text, which is news."""
    rows = (("الربع الأول", "120 مليون دينار"), ("الربع الثاني", "135 مليون دينار"), ("الربع الثالث", "98 مليون دينار"))
    table = "".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in rows)
    main = (
        f"<article><h1>{esc(piece.title)}</h1><p>{esc(piece.paragraphs[0])}</p><table>{table}</table>"
        f"{tagged('p', piece.paragraphs[1:])}</article>"
    )
    return Written(site(piece.title, main), (piece.title, *piece.paragraphs, *(f"{n} | {v}" for n, v in rows)))


def _standfirst(piece: Piece, _: random.Random) -> Written:
    """The lead as a heading under the headline."""
    lead, *rest = piece.paragraphs
    main = f"<main><h1>{esc(piece.title)}</h1><h2 class='sub'>{esc(lead)}</h2>{tagged('p', rest)}</main>"
    return Written(site(piece.title, main), (piece.title, *piece.paragraphs))


def _in_header(piece: Piece, _: random.Random) -> Written:
    """Headline and lead in the article's header, a time between them."""
    lead, *rest = piece.paragraphs
    main = (
        f"<article><header><h1>{esc(piece.title)}</h1><time datetime='2026-11-20T08:30:00Z'>20 نوفمبر 2026</time>"
        f"<p class='lead'>{esc(lead)}</p></header><div>{tagged('p', rest)}</div></article>"
    )
    return Written(site(piece.title, main), (piece.title, *piece.paragraphs))


def _plain_body(piece: Piece, _: random.Random) -> Written:
    """No structure at all: headline and text in the body, parted by line breaks."""
    body = f"<html><head><title>{esc(piece.title)}</title></head><body><b>{esc(piece.title)}</b><br><br>"
    return Written(f"{body}{_br(piece.paragraphs, '<br>')}</body></html>", (piece.title, *piece.paragraphs))


def _in_a_form(piece: Piece, _: random.Random) -> Written:
    """The whole page in a form element, as a server's framework writes it."""
    page = site(piece.title, f"<div><h1>{esc(piece.title)}</h1>{tagged('p', piece.paragraphs)}</div>")
    page = page.replace("<body>", "<body><form method='post' id='aspnetForm'><input type='hidden' value='x'>")
    return Written(page.replace("<script>", "</form><script>", 1), (piece.title, *piece.paragraphs))


def _unclosed(piece: Piece, _: random.Random) -> Written:
    """Capital tags, none of which is closed."""
    text = "".join(f"<P>{esc(each)}" for each in piece.paragraphs)
    return Written(
        site(piece.title, f"<CENTER><H1>{esc(piece.title)}</H1></CENTER><DIV>{text}"), (piece.title, *piece.paragraphs)
    )


def _outside_main(piece: Piece, _: random.Random) -> Written:
    """Headline and lead above the main element."""
    lead, *rest = piece.paragraphs
    top = f"<div class='top'><h1>{esc(piece.title)}</h1><p>{esc(lead)}</p></div>"
    return Written(site(piece.title, f"{top}<main>{tagged('p', rest)}</main>"), (piece.title, *piece.paragraphs))


def _names(piece: Piece, _: random.Random) -> Written:
    """A list of short points inside the text, which is news."""
    names = ("أحمد السالمي: وزيرا للمالية", "هدى الرفاعي: وزيرة للتربية", "سامي الخطيب: وزيرا للنقل")
    points = f"<p>وضمت القائمة التي أعلنت كلا من:</p><ul>{tagged('li', names)}</ul>"
    lead, *rest = piece.paragraphs
    main = f"<article><h1>{esc(piece.title)}</h1><p>{esc(lead)}</p>{points}{tagged('p', rest)}</article>"
    news = (piece.title, *piece.paragraphs, "وضمت القائمة التي أعلنت كلا من:", *names)
    return Written(site(piece.title, main), news)


def _sentences(paragraphs: Sequence[str]) -> str:
    """Each sentence in a paragraph of its own."""
    return tagged("p", [each for text in paragraphs for each in text.replace(". ", ".\n").split("\n")])


def _fragment(piece: Piece, _: random.Random) -> Written:
    """A content system's text alone, without a page around it."""
    body = f"<h1>{esc(piece.title)}</h1>\n{tagged('p', piece.paragraphs)}"
    return Written(body, (piece.title, *piece.paragraphs))


def _two(piece: Piece, rng: random.Random) -> Written:
    """A second, short story in an article element of its own."""
    other = (
        "مجلس المدينة يقر موازنة العام المقبل",
        "أقر مجلس المدينة في جلسته أمس موازنة العام المقبل بزيادة عشرة في المئة، وخصص ثلثها لتعبيد الطرق في الأحياء.",
        "وقال رئيس المجلس إن الجلسة المقبلة ستبحث رسوم النظافة، وإن السكان مدعوون إلى إبداء آرائهم قبل نهاية الشهر.",
    )
    parts = [(piece.title, *piece.paragraphs), other]
    rng.shuffle(parts)
    main = "".join(f"<article><h2>{esc(title)}</h2>{tagged('p', texts)}</article>" for title, *texts in parts)
    return Written(site(_SITE, f"<main>{main}</main>"), (piece.title, *piece.paragraphs, *other), 2)


def _json_ld(piece: Piece, kind: str = "NewsArticle", **fields: object) -> str:
    value = {
        "@context": "https://schema.org",
        "@type": kind,
        "headline": piece.title,
        "datePublished": "2026-11-20T08:30:00+03:00",
        "publisher": {"@type": "Organization", "name": _SITE},
        **fields,
    }
    data = json.dumps(value, ensure_ascii=False).replace("</", "<\\/")
    return f"<script type='application/ld+json'>{data}</script>"


def _amp_page(piece: Piece, text: str) -> Written:
    """An AMP page: boilerplate styles, sidebar, advertisements, consent, related cards by a list."""
    menu = "".join(f"<li><a href='/{n}'>{each}</a></li>" for n, each in enumerate(_MENU))
    cards = "".join(
        f"<div class='card'><amp-img src='/{n}.jpg' width='90' height='60'></amp-img><a href='/n/{n}'>{each}</a></div>"
        for n, each in enumerate(_RELATED)
    )
    body = (
        "<!doctype html><html ⚡ lang='ar' dir='rtl'><head><meta charset='utf-8'>"
        "<script async src='https://cdn.ampproject.org/v0.js'></script>"
        f"<link rel='canonical' href='https://mizan.example/1'><title>{esc(piece.title)} - {_SITE}</title>"
        "<style amp-boilerplate>body{-webkit-animation:-amp-start 8s steps(1,end) 0s 1 normal both}</style>"
        "<noscript><style amp-boilerplate>body{-webkit-animation:none}</style></noscript>"
        f"<style amp-custom>h1{{font-size:1.4em}}</style>{_json_ld(piece)}</head><body>"
        '<amp-analytics type=\'gtag\'><script type=\'application/json\'>{"vars":{"gtag_id":"x"}}</script>'
        "</amp-analytics>"
        f"<amp-sidebar id='menu' layout='nodisplay' side='right'><ul>{menu}</ul></amp-sidebar>"
        f"<header class='bar'><button on='tap:menu.toggle'>☰</button><a href='/'>{_SITE}</a></header>"
        f"<main><article><h1>{esc(piece.title)}</h1><div class='by'>نشر في 20 نوفمبر 2026</div>"
        "<amp-social-share type='twitter'></amp-social-share><amp-social-share type='whatsapp'></amp-social-share>"
        "<figure><amp-img src='/a.jpg' width='600' height='400' alt='صورة أرشيفية'></amp-img>"
        f"<figcaption>صورة أرشيفية - وكالات</figcaption></figure>{text}</article>"
        f"<section class='related'><h3>اقرأ أيضا</h3>{cards}</section></main>"
        "<amp-ad width='300' height='250' type='adsense'><div placeholder>إعلان</div></amp-ad>"
        "<amp-consent id='c' layout='nodisplay'><div id='ask'><p>نستخدم ملفات تعريف الارتباط لتحسين تجربتك وعرض "
        "إعلانات تناسبك.</p><button on='tap:c.accept'>موافق</button></div></amp-consent>"
        f"<footer>جميع الحقوق محفوظة &copy; {_SITE}</footer></body></html>"
    )
    return Written(body, (piece.title, *piece.paragraphs))


def _amp(piece: Piece, _: random.Random) -> Written:
    ad = "<amp-ad width='300' height='250' type='doubleclick' data-slot='/1/x'><div fallback>إعلان</div></amp-ad>"
    return _amp_page(piece, ad.join(f"<p>{esc(each)}</p>" for each in piece.paragraphs))


def _amp_accordion(piece: Piece, _: random.Random) -> Written:
    """An AMP page whose text goes on in an accordion behind the lead."""
    lead, *rest = piece.paragraphs
    more = f"<section expanded><h4>تفاصيل الخبر</h4><div>{tagged('p', rest)}</div></section>"
    return _amp_page(piece, f"<p>{esc(lead)}</p><amp-accordion>{more}</amp-accordion>")


def _amp_divs(piece: Piece, _: random.Random) -> Written:
    """An AMP page with bare text between pictures and embedded posts."""
    embed = "<amp-twitter width='375' height='472' layout='responsive' data-tweetid='1'></amp-twitter>"
    return _amp_page(piece, embed.join(f"<div>{esc(each)}</div>" for each in piece.paragraphs))


def _declared(piece: Piece, _: random.Random) -> Written:
    """The beginning in the markup, the whole text in JSON-LD."""
    head = _json_ld(piece, articleBody="\n".join(piece.paragraphs))
    main = f"<article><h1>{esc(piece.title)}</h1><p>{esc(piece.paragraphs[0])}</p><p>اشترك لقراءة المزيد</p></article>"
    return Written(site(piece.title, main, head), (piece.title, *piece.paragraphs))


def _live(piece: Piece, _: random.Random) -> Written:
    """A live page: each paragraph an update under its time."""
    posts = [
        f"<div class='u'><time datetime='2026-11-20T{20 - n % 20:02}:{(47 - 3 * n) % 60:02}:00Z'>"
        f"{20 - n % 20:02}:{(47 - 3 * n) % 60:02}</time><p>{esc(text)}</p></div>"
        for n, text in enumerate(piece.paragraphs)
    ]
    headline = f"تغطية مباشرة: {piece.title}"
    main = f"<main><h1>{esc(headline)}</h1>{''.join(posts)}</main>"
    if len(posts) < _LEAST_UPDATES:
        return Written(site(headline, main), (headline, *piece.paragraphs))
    # Over updates a headline without a text is that of the list.
    return Written(site(headline, main), tuple(piece.paragraphs), len(posts))


FORMS: dict[str, Callable[[Piece, random.Random], Written]] = {
    "paragraphs": _form(lambda texts: tagged("p", texts)),
    "lead outside": _form(lambda texts: f"<div>{esc(texts[0])}{tagged('p', texts[1:])}</div>"),
    "lead in bold": _form(lambda texts: f"<div><strong>{esc(texts[0])}</strong>{tagged('p', texts[1:])}</div>"),
    "last outside": _form(lambda texts: f"<div>{tagged('p', texts[:-1])}{esc(texts[-1])}</div>"),
    "lead in a div": _form(lambda texts: f"<div class='i'>{esc(texts[0])}</div><div>{tagged('p', texts[1:])}</div>"),
    "divs": _form(lambda texts: tagged("div", texts)),
    "divs in divs": _form(lambda texts: "".join(f"<div><div><div>{esc(each)}</div></div></div>" for each in texts)),
    "spans": _form(lambda texts: f"<div>{'<br>'.join(f'<span>{esc(each)}</span>' for each in texts)}</div>"),
    "line breaks": _form(lambda texts: f"<div>{_br(texts, '<br>')}</div>"),
    "double breaks": _form(lambda texts: f"<p>{_br(texts, '<br /><br />')}</p>"),
    "sections": _form(lambda texts: "".join(f"<section>{tagged('p', [each])}</section>" for each in texts)),
    "bold halves": _form(
        lambda texts: "".join("<p><b>{}</b> {}</p>".format(*map(esc, _halves(each))) for each in texts)
    ),
    "links inside": _form(_linked),
    "figure inside": _form(_with_figures),
    "ads between": _form(_with_ads),
    "read also inside": _form(_read_also),
    "table of rows": _form(_rows),
    "table as layout": _form(_layout_table),
    "table of facts": _facts,
    "list inside": _form(_list_inside),
    "numbered list": _form(_numbered),
    "quote last": _form(_quote_last),
    "quote without p": _form(_quote_bare),
    "headings inside": _subheads,
    "standfirst as heading": _standfirst,
    "lead in a header": _in_header,
    "preformatted": _form(lambda texts: "<pre>" + "\n\n".join(map(esc, texts)) + "</pre>"),
    "page in a form": _in_a_form,
    "tags unclosed": _unclosed,
    "lead outside main": _outside_main,
    "list of names": _names,
    "sentences": _form(_sentences),
    "own elements": _form(lambda texts: f"<x-body>{tagged('x-par', texts)}</x-body>"),
    "quote of all": _form(lambda texts: f"<blockquote>{tagged('p', texts)}</blockquote>"),
    "lead linked": _form(lambda texts: f"<p><a href='/1'>{esc(texts[0])}</a></p>{tagged('p', texts[1:])}"),
    "definitions": _form(lambda texts: f"<dl>{tagged('dd', texts)}</dl>"),
    "details": _form(
        lambda texts: f"<p>{esc(texts[0])}</p><details open><summary>المزيد</summary>{tagged('p', texts[1:])}</details>"
    ),
    "plain body": _plain_body,
    "fragment": _fragment,
    "two stories": _two,
    "declared in JSON-LD": _declared,
    "AMP": _amp,
    "AMP with an accordion": _amp_accordion,
    "AMP in divs": _amp_divs,
    "live page": _live,
}
"""The forms by name."""
