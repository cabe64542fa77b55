"""Looking records up by name, whatever its case: all names of a page in one query."""

from odoo.fields import Domain
from odoo.tools import SQL


def named(records, names, domain=Domain.TRUE, order=None):
    """Return the records that have one of these names, as PostgreSQL compares them: the caller looks again.

    :param records: an empty recordset; in whose language its names are compared
    :param names: texts
    :param domain: what else holds for the records
    """
    query = records._search(domain, order=order)
    # Both sides are lowered by PostgreSQL: what it takes for a capital depends on the database.
    name = records._field_to_sql(records._table, 'name', query)
    query.add_where(SQL("lower(%s) IN (SELECT lower(unnest(%s::text[])))", name, list(names)))
    return records.browse(query)
