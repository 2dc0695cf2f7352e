"""What an article file and the reference files may hold: the one declaration of the format.

The JSON Schema that people's editors use comes from here (`python manage.py article_schema`). Field descriptions are
written for the people who write the files. Texts are in own words throughout.

articles    article files
reference   the reference files, findings, and translations
values      what one value may be, for both
"""

from talks.files.schema.articles import (
    FACTS_OF,
    PARTS,
    AccountPart,
    ArticleFile,
    ArticlePart,
    DelegationPart,
    EntryPart,
    MemberPart,
    Part,
    ProvisionPart,
    TransferPart,
)
from talks.files.schema.reference import (
    TRANSLATED,
    FindingPart,
    IssuePart,
    LocationPart,
    PartyPart,
    PersonPart,
    ProcessPart,
    PublisherPart,
    TranslationsFile,
)
from talks.files.schema.values import partial_date

__all__ = [
    "FACTS_OF",
    "PARTS",
    "TRANSLATED",
    "AccountPart",
    "ArticleFile",
    "ArticlePart",
    "DelegationPart",
    "EntryPart",
    "FindingPart",
    "IssuePart",
    "LocationPart",
    "MemberPart",
    "Part",
    "PartyPart",
    "PersonPart",
    "ProcessPart",
    "ProvisionPart",
    "PublisherPart",
    "TransferPart",
    "TranslationsFile",
    "partial_date",
]
