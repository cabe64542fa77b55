"""Carrying decisions out: links that the engine follows. Nothing is sent or created here."""

from odoo import api, models
from odoo.tools import split_every
from odoo.tools.translate import LazyTranslate

from ...models.connection.reason import Reason, declare
from ...models.mapping.step import Step

BATCH = 500

_lt = LazyTranslate(__name__)
declare(
    {
        'undecided': _lt("Nobody has decided yet what becomes of it. Decide in the comparison with QuickBooks."),
    }
)


class QboMatch(models.Model):
    _inherit = 'qbo.match'

    @api.private
    def _carry_out(self, connection):
        """Do what the lines say that were not carried out yet, by links that the engine follows.

        Called before the first import of what is compared, and again when something was decided later. A line
        that nobody decided keeps both sides apart until somebody does.
        """
        lines = self._of(connection).search([('connection_id', '=', connection.id)])
        lines = lines.filtered(lambda line: not line.is_done and line.carried != (line.decision or 'held'))
        book = Book(connection, lines)
        for line in lines:
            if not book.is_settled(line):
                getattr(book, f'_{line.decision or "hold"}')(line)
        book.create_links()
        for carried, some in lines.grouped(lambda line: line.decision or 'held').items():
            some.write({'carried': carried})
        if lines:
            connection._retry_refused()


class Book:
    """The links of some lines: of a record, and of an entity that no record has."""

    def __init__(self, connection, lines):
        self.connection, self.links = connection, connection.env['qbo.link']
        self.of_record, self.of_entity = {}, {}
        self.gone = set()
        self.new = []
        for kind_lines in lines.grouped('kind').values():
            self._read(kind_lines)

    def _read(self, lines):
        records = lines[0]._model().browse(lines.filtered('res_id').mapped('res_id'))
        self.gone.update((records._name, record.id) for record in records - records.exists())
        own = self.connection.qbo_company_id
        domain = [('qbo_company_id', '=', own.id), ('entity', '=', lines[0]._entity())]
        for link in self.links.search([*domain, ('res_id', 'in', records.ids)]):
            self.of_record[link.entity, link.res_id] = link
        for link in self.links.search([*domain, ('qbo_id', 'in', lines.filtered('qbo_id').mapped('qbo_id'))]):
            self.of_entity[link.entity, link.qbo_id] = link

    def is_settled(self, line):
        """Return whether a side was linked or deleted since the comparison: the line says nothing any more."""
        is_gone = (line.res_model, line.res_id) in self.gone
        return bool(is_gone or self._mine(line).qbo_id or self._theirs(line).res_id)

    def create_links(self):
        """Create the links that are missing, many at a time."""
        for some in split_every(BATCH, self.new, list):
            self.links.create(some)

    # === DECISIONS === #

    def _link(self, line):
        """As where the engine itself adopts an entity: its next version is merged with the record."""
        self._theirs(line).unlink()
        base = self._name_base(line)
        self._set_mine(
            line,
            {
                'mode': 'auto',
                'qbo_id': line.qbo_id,
                'origin': 'qbo',
                'state': 'pending',
                'sync_token': -1,
                'base_odoo': base,
                'base_qbo': base,
                **self.links._taken_soon(),
            },
        )

    def _name_base(self, line):
        """Return the agreed values that make one side's name the changed one, so that it stays, whatever the rule.

        Where Odoo is the source its name stays in any case.
        """
        if not line.name_from or not line.has_two_names or self.connection.direction == 'odoo':
            return False
        step, mapping = Step(self.connection), line._mapping()
        values = (
            mapping._values(step, line._record())
            if line.name_from == 'qbo'
            else mapping._from_row(step, line['values'])
        )
        return {mapping._name_member: values[mapping._name_member]}

    def _create_odoo(self, line):
        self._set_theirs(line, {'mode': 'always', **self.links._taken_soon()})

    def _create_qbo(self, line):
        self._mine(line).write({**self.links._cleared(), 'mode': 'auto'})
        self.connection.env['qbo.change']._append(line._record(), self.connection, is_bulk=True)

    def _leave(self, line):
        """What a rule excludes needs nothing: the import leaves it out, and what happens to it later may bring it."""
        if line.verdict == 'excluded' and not line.res_id:
            self._theirs(line).unlink()
        elif line.verdict != 'excluded':
            self._keep_out(line, {'mode': 'never'})

    def _hold(self, line):
        self._keep_out(line, {'mode': 'never', **Reason('undecided').vals()})

    def _keep_out(self, line, vals):
        if line.res_id:
            self._set_mine(line, vals)
        if line.qbo_id:
            self._set_theirs(line, vals)

    # === LINKS === #

    def _mine(self, line):
        return self.of_record.get((line._entity(), line.res_id), self.links)

    def _theirs(self, line):
        return self.of_entity.get((line._entity(), line.qbo_id), self.links)

    def _set_mine(self, line, vals):
        self._set(self._mine(line), vals, line, {'res_id': line.res_id, 'name': line.odoo_name})

    def _set_theirs(self, line, vals):
        self._set(self._theirs(line), vals, line, {'qbo_id': line.qbo_id, 'name': line.qbo_name, 'origin': 'qbo'})

    def _set(self, link, vals, line, identity):
        vals = {**self.links._cleared(), **vals}
        if link:
            link.write(vals)
            return
        own = self.connection.qbo_company_id
        known = {'qbo_company_id': own.id, 'res_model': line.res_model, 'entity': line._entity()}
        self.new.append({**known, **identity, **vals})


class QboLink(models.Model):
    _inherit = 'qbo.link'

    def _way_compare(self):
        return self.connection_id.action_compare()
