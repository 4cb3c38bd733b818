"""Who is named as the publisher where the page itself names nobody."""

import pytest

from schemas.models import Document
from workers.pipeline.parse import articles_of

TEXT = (
    "أعلنت وزارة الصحة، اليوم، افتتاح مستشفى جديد يخدم الأحياء الشرقية من المدينة، بحسب بيان نشر اليوم.\n"
    "وقال مدير المستشفى إن الأطباء سيبدأون العمل فيه مطلع الأسبوع المقبل، وإن العلاج سيكون مجانيا لكل السكان."
)


@pytest.mark.parametrize(
    ("fields", "publisher"),
    [
        ({}, None),
        ({"url": "https://www.enabbaladi.net/archives/1"}, "عنب بلدي"),
        ({"url": "https://www.enabbaladi.net/archives/1", "source": "وكالة الشرق"}, "وكالة الشرق"),
        ({"url": "https://example.org/1"}, None),
        ({"url": "http://["}, None),
        ({"url": "عنب بلدي"}, None),
    ],
)
def test_an_address_names_the_outlet_whose_site_it_leads_to(fields, publisher):
    document = Document.model_validate({"document_id": "d", "title": "مستشفى جديد", "text": TEXT, **fields})
    assert articles_of(document)[0].publisher == publisher
