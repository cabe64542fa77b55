"""Looking records up by name as the comparison does, whatever capitals and blanks: all names of a page in one query."""

from odoo.fields import Domain
from odoo.tools import SQL

BLANKS = r'\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000'
"""What Python takes for blanks and PostgreSQL, depending on the database's locale, may not."""

KEY = f"left(btrim(lower(regexp_replace(normalize(%s, NFC), '[[:space:][:cntrl:]:{BLANKS}]+', ' ', 'g'))), 90)"
"""What two names have in common that are the same, in SQL; the first characters do, and the caller looks again.

It agrees with ``qbo.compare.name_key``. The indexes on names are made of it.
"""


def has_name(names):
    """Return the domain of the records that have one of these names; the caller compares the names again.

    :param names: texts as QuickBooks takes them, see ``qbo.text.clean_name``
    """

    def to_sql(model, alias, query):
        name = SQL(KEY, model._field_to_sql(alias, 'name', query))  # pylint: disable=sql-injection
        wanted = SQL(KEY, SQL("names.name"))  # pylint: disable=sql-injection
        return SQL("%s = ANY(ARRAY(SELECT %s FROM unnest(%s::text[]) AS names(name)))", name, wanted, list(names))

    return Domain.custom(to_sql=to_sql)


def like(name):
    """Return the pattern that matches this text alone, for ``=ilike``."""
    return name.replace('\\', r'\\').replace('%', r'\%').replace('_', r'\_')
