from dataclasses import replace

from odoo import Command, models
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from ...qbo import text
from ..connection.reason import Reason, declare
from . import meeting

NAME_MAX = 31  # qbo-api 9.13
MEANING = ('DueDays', 'DiscountPercent', 'DiscountDays')

_lt = LazyTranslate(__name__)
declare(
    {
        'kept_term': _lt("Documents that are not paid yet would fall due on another day, or at another price."),
        'term_parts': _lt(
            "QuickBooks cannot have installments, or days after the end of a month: it keeps these terms as they were, "
            "due after %(days)s days. Documents go with their due date and without terms."
        ),
        'skip_day_of_month': _lt("Payment terms that fall due on a day of the month stay in QuickBooks."),
        'skip_inactive_terms': _lt("Inactive payment terms are not imported."),
    }
)


class QboMappingTerm(models.AbstractModel):
    """Payment terms, matched by name, created where one is missing (qbo-api 9.13).

    Only terms that documents use are sent, and only those that QuickBooks can express: everything due at once, so
    many days later, with an early discount or without.
    """

    _name = 'qbo.mapping.term'
    _inherit = 'qbo.mapping'
    _description = "Payment Terms"

    _entity = 'Term'
    _record_model = 'account.payment.term'
    _switch = 'sync_billing'
    _name_max = NAME_MAX
    _tracked = ('name', 'line_ids.nb_days', 'early_discount', 'discount_percentage', 'discount_days', 'active')

    def _is_on(self, connection):
        return connection.sync_billing or connection.sync_purchases

    def _domain(self, step):
        return Domain.FALSE  # an invoice that needs them sends them first

    def _skip_reason(self, step, row):
        if row.get('DueDays') is None:
            return Reason('skip_day_of_month')
        if not row.get('Active', True):
            return Reason('skip_inactive_terms')
        return None

    def _values(self, step, record):
        """An invoice needs them, so that they are in use there, whatever becomes of them here."""
        link = step.link(record, self._entity)
        return {
            'Name': text.fitted(record.name, NAME_MAX, link.name_suffix),
            **self._meaning(record, link.base_odoo or {}),
            'Active': True,
        }

    def _meaning(self, record, agreed):
        """Return what terms say in QuickBooks: what it was, where QuickBooks cannot have what they are now.

        :param dict agreed: the values that both sides agreed on
        """
        if not record._qbo_is_simple() and agreed:
            return {member: agreed.get(member) for member in MEANING}
        has_discount = record.early_discount
        return {
            'DueDays': record.line_ids[:1].nb_days,
            'DiscountPercent': record.discount_percentage if has_discount else None,
            'DiscountDays': record.discount_days if has_discount else None,
        }

    def _truncated(self, step, record):
        return [('Name', text.clean_name(record.name), NAME_MAX)]

    def _from_row(self, step, row):
        return {
            'Name': text.strip_deleted(row.get('Name') or ''),
            **self._meaning_of(row),
            'Active': row.get('Active', True),
        }

    def _meaning_of(self, row):
        """Return what terms say, whatever their name: QuickBooks takes numbers as texts, too (qbo-api 9.13)."""
        percent = float(row.get('DiscountPercent') or 0)
        return {
            'DueDays': int(row.get('DueDays') or 0),
            'DiscountPercent': percent or None,
            'DiscountDays': int(row.get('DiscountDays') or 0) if percent else None,
        }

    def _match_rows(self, step, rows):
        """The same name and the same meaning; there are few, so that all are looked through."""
        known = self._records(step).with_context(active_test=False)
        known = known.search(self._visible(step))
        matches = {}
        for row in rows:
            same = known.filtered(lambda term, row=row: self._is_same(step, term, row))
            matches.update(meeting.match_rows(self, step, [row], self._records(step, same.ids)))
        return matches

    def _traits(self, step, record):
        return replace(super()._traits(step, record), name=text.fitted(record.name, NAME_MAX))

    def _is_same(self, step, record, row):
        """Return whether they say the same: others of the same name stay what they are."""
        ours = self._values(step, record)
        return (
            row.get('DueDays') is not None
            and record._qbo_is_simple()
            and all(ours[member] == value for member, value in self._meaning_of(row).items())
        )

    def _may_link(self, step, record, row):
        return self._is_same(step, record, row)

    def _met(self, step, record, row):
        record.active = True

    def _create_record(self, step, row):
        meaning = self._meaning_of(row)
        line = {'value': 'percent', 'value_amount': 100.0, 'nb_days': meaning['DueDays']}
        discount = {
            'early_discount': bool(meaning['DiscountPercent']),
            'discount_percentage': meaning['DiscountPercent'] or 0.0,
            'discount_days': meaning['DiscountDays'] or 0,
        }
        vals = {'name': self._from_row(step, row)['Name'], 'line_ids': [Command.create(line)]}
        return self._records(step).create({**vals, **(discount if discount['early_discount'] else {})})

    def _kept(self, step, record, changes):
        """What they say stays until a person decides, and so does whether they are in use, but for what comes back."""
        return {path for path in changes if path in MEANING or (path == 'Active' and not changes[path])}

    def _why_kept(self, paths):
        return Reason('kept_inactive' if paths == ['Active'] else 'kept_term')

    def _difference(self, step, record, snapshot):
        if record._qbo_is_simple():
            return super()._difference(step, record, snapshot)
        return Reason('term_parts', {'days': snapshot['DueDays']})

    def _snapshot(self, step, row):
        return self._meaning_of(row)

    def _apply_changes(self, step, record, changes):
        """What they say only where a person decided so: documents of Odoo that are not paid move."""
        vals = {}
        if 'Name' in changes:
            vals['name'] = changes['Name'].removesuffix(step.link(record, self._entity).name_suffix or '')
        if 'DueDays' in changes:
            record.line_ids.nb_days = changes['DueDays']
        if 'DiscountPercent' in changes:
            vals['early_discount'] = bool(changes['DiscountPercent'])
            vals['discount_percentage'] = changes['DiscountPercent'] or record.discount_percentage
        if changes.get('DiscountDays'):
            vals['discount_days'] = changes['DiscountDays']
        if 'Active' in changes:
            vals['active'] = changes['Active']
        record.write(vals)

    def _noun(self, step, record):
        return self.env._("Payment terms")

    def _labels(self):
        return {
            'Name': self.env._("name"),
            'DueDays': self.env._("days"),
            'DiscountPercent': self.env._("early discount"),
            'DiscountDays': self.env._("days of the early discount"),
            'Active': self.env._("active"),
        }
