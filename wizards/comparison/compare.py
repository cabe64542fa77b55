"""Filling the comparison: reading both sides, pairing them, and keeping what people decided."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import split_every
from odoo.tools.translate import LazyTranslate

from ...models.comparison.rules import FORBIDDING
from ...models.connection.reason import Reason, declare
from ...models.mapping.step import Step
from ...qbo import compare
from .match import KINDS, SIDES

_lt = LazyTranslate(__name__)
declare(
    {
        'match_only_qbo': _lt("Nothing like it in Odoo."),
        'match_only_odoo': _lt("Nothing like it in QuickBooks."),
        'match_name_taken': _lt("QuickBooks has this name already."),
        'match_both': _lt("%(agree)s; %(against)s"),
        'match_one': _lt("%(words)s"),
        'match_name': _lt("same name"),
        'match_name_alike': _lt("names alike"),
        'match_email': _lt("same e-mail"),
        'match_phone': _lt("same phone"),
        'match_address': _lt("same address"),
        'match_sku': _lt("same reference"),
        'match_other_email': _lt("another e-mail"),
        'match_other_phone': _lt("another phone"),
        'match_other_address': _lt("another address"),
        'match_other_sku': _lt("another reference"),
        'match_several': _lt("others fit as well"),
        'match_by_hand': _lt("paired by hand"),
        'match_odoo_active': _lt("inactive in QuickBooks"),
        'match_qbo_active': _lt("archived in Odoo"),
    }
)
WORDS = {
    'name': Reason('match_name'),
    'name_alike': Reason('match_name_alike'),
    'email': Reason('match_email'),
    'phone': Reason('match_phone'),
    'address': Reason('match_address'),
    'sku': Reason('match_sku'),
    'other_email': Reason('match_other_email'),
    'other_phone': Reason('match_other_phone'),
    'other_address': Reason('match_other_address'),
    'other_sku': Reason('match_other_sku'),
    'several': Reason('match_several'),
    'by_hand': Reason('match_by_hand'),
    'odoo_only': Reason('match_odoo_active'),
    'qbo_only': Reason('match_qbo_active'),
}
BATCH = 500  # lines created at once
VERDICTS = {compare.EXACT: 'exact', compare.PROBABLE: 'probable', compare.STATUS: 'status'}
BY_HAND = 'by_hand'
DEFAULTS = {'exact': 'link', 'only_qbo': 'create_odoo', 'only_odoo': 'create_qbo', 'excluded': 'leave'}


class QboMatch(models.Model):
    _inherit = 'qbo.match'

    @api.private
    def _compare(self, connection, tell=None):
        """Read all customers, products and vendors of QuickBooks and compare them with Odoo's. Writes only the lines.

        What is linked is not compared again; what a person decided stays while its line stays.

        :param connection: one connected connection
        :param tell: called with how many entities of QuickBooks were read so far
        :raise qbo.errors.QboError: QuickBooks could not be read
        """
        lines, kinds, before = self._of(connection), self._kinds(connection), 0
        lines.search([('connection_id', '=', connection.id), ('kind', 'not in', kinds)]).unlink()
        for kind in kinds:
            before += lines._compare_kind(connection, kind, tell and (lambda done, before=before: tell(before + done)))
        connection.compared_at = fields.Datetime.now()

    @api.private
    def _compare_kind(self, connection, kind, tell=None):
        """The same for one kind. Return how many entities QuickBooks has of it."""
        rows = connection._read_all(KINDS[kind][1], tell)
        self._of(connection)._fill(connection, kind, rows)
        return len(rows)

    def _of(self, connection):
        """Return the model as superuser, in the connection's company and language."""
        return self.sudo().with_company(connection.company_id).browse()

    def _fill(self, connection, kind, entities):
        """Make the lines of a kind those of these entities and of Odoo's records.

        :param list entities: all of QuickBooks, as it sent them
        """
        res_model, entity = KINDS[kind]
        model = self.env[res_model].with_context(active_test=False, lang=connection._language())
        old = self.search([('connection_id', '=', connection.id), ('kind', '=', kind)])
        links = self.env['qbo.link'].search(
            [
                ('qbo_company_id', '=', connection.qbo_company_id.id),
                ('res_model', '=', res_model),
                ('entity', '=', entity),
            ]
        )
        linked = links.filtered(lambda link: link.res_id and link.qbo_id)
        step, mapping = Step(connection), old.new({'kind': kind})._mapping()
        records = self._records(step, mapping, model, old)
        step.load_links(records)
        traits = {record.id: mapping._traits(step, record) for record in records}
        gone = set(linked.mapped('qbo_id'))
        free = {row['Id']: row for row in entities if row['Id'] not in gone and mapping._takes(step, row)}
        names = {compare.name_key(item.name) for item in traits.values()}
        goes = set(model.search(mapping._domain(step)).ids)
        report = Report(step, mapping, kind, model, links, free, names, goes)
        there = set(linked.mapped('res_id'))
        pairings = report.pair([item for res_id, item in traits.items() if res_id not in there], old)
        self._replace(old, [report.line(pairing) for pairing in pairings])

    def _records(self, step, mapping, model, old):
        """Return the records to compare: those that an entity may be, and those that a person chose by hand."""
        company = Domain('company_id', 'in', (False, step.company.id))
        found = model.search(mapping._candidates(step) & company)
        return found | model.browse(old.filtered('is_by_hand').mapped('res_id')).exists()

    def _replace(self, old, lines):
        """Make the lines these: those that are still the same are changed, with the decision that a person took."""
        known = {(line.res_id, line.qbo_id or False): line for line in old}
        kept = {key: known[key] for vals in lines if (key := (vals['res_id'], vals['qbo_id'])) in known}
        (old - self.browse(line.id for line in kept.values())).unlink()
        new = []
        for vals in lines:
            line = kept.get((vals['res_id'], vals['qbo_id']))
            if not line:
                rule = self.env['qbo.connection'].browse(vals['connection_id']).conflict_rule
                new.append({**vals, 'name_from': 'qbo' if rule == 'qbo' else 'odoo'})
            else:
                # It would not be here if what was carried out were done, or had not been undone since.
                line._refill({**vals, 'carried': False} if line.is_done else vals)
        for some in split_every(BATCH, new, list):
            self.create(some)

    def _refill(self, vals):
        """Write what differs; a decision of a person stays where it still fits."""
        vals = {name: value for name, value in vals.items() if self[name] != value}
        if self.is_chosen or self.is_done:
            vals.pop('decision', None)
        if vals:
            self.write({'is_chosen': self.is_chosen, **vals} if 'decision' in vals else vals)

    # === AGAIN, WITHOUT QUICKBOOKS === #

    @api.private
    def _apply_rules(self, connection):
        """Look again which lines of QuickBooks alone the import rules leave out: a switch was changed."""
        for line in self._of(connection).search([('connection_id', '=', connection.id), ('res_id', '=', False)]):
            if not line.is_done:
                line._recheck()

    def _recheck(self):
        """Compare what stands in this line once more: it was renamed, paired, parted, or a rule was switched."""
        connection = self.connection_id
        model = self._model().with_context(active_test=False, lang=connection._language())
        links = self.env['qbo.link'].search(
            [
                ('qbo_company_id', '=', connection.qbo_company_id.id),
                ('res_model', '=', self.res_model),
                ('entity', '=', self._entity()),
                ('res_id', '=', self.res_id),
            ]
        )
        step, mapping = Step(connection), self._mapping()
        entities = {self.qbo_id: self.values} if self.qbo_id else {}
        report = Report(step, mapping, self.kind, model, links, entities)
        report.qbo_names |= {compare.name_key(line.qbo_name) for line in self._matches()}
        mine = mapping._traits(step, model.browse(self.res_id)) if self.res_id else None
        theirs = mapping._traits_of(step, self.values) if self.qbo_id else None
        self._refill(report.line(report.of(mine, theirs, self.is_by_hand)))


class Report:
    """What lines are made from: one kind of one connection.

    :param mapping: of that kind
    :param model: an empty recordset
    :param links: the links of that kind
    :param dict entities: ``{QuickBooks id: the entity as it was sent}``
    :param set names: of all of Odoo, as ``compare.name_key`` gives them; None: they are looked up
    :param set goes: ids of the records that go to QuickBooks by themselves; None: they are looked up
    """

    def __init__(self, step, mapping, kind, model, links, entities, names=None, goes=None):
        self.step, self.connection, self.mapping = step, step.connection, mapping
        self.kind, self.model, self.entities = kind, model, entities
        self.odoo_names, self.goes = names, goes
        never = links.filtered(lambda link: link.mode == 'never' and link.error_code != 'undecided')
        self.left_records = set(never.mapped('res_id')) - {0}
        self.left_entities = set(never.filtered(lambda link: not link.res_id).mapped('qbo_id'))
        self.qbo_names = {compare.name_key(self.traits_of(row).name) for row in entities.values()}

    def traits_of(self, row):
        """Return what an entity is recognized by."""
        return self.mapping._traits_of(self.step, row)

    def pair(self, mine, old):
        """Return the pairings of these records with the entities, with the pairs that people made or parted.

        What is archived in Odoo, or does not go to QuickBooks by itself, and has no counterpart stands in no line.
        """
        theirs = [self.traits_of(row) for row in self.entities.values() if not self._forbidden(row)]
        rest = [self.traits_of(row) for row in self.entities.values() if self._forbidden(row)]
        apart = {(str(res_id), line.qbo_id) for line in old for res_id in line.apart or ()}
        by_key = {record.key: record for record in mine}, {record.key: record for record in theirs}
        pairings = []
        for line in old.filtered('is_by_hand'):
            if str(line.res_id) in by_key[0] and line.qbo_id in by_key[1]:
                ends = by_key[0].pop(str(line.res_id)), by_key[1].pop(line.qbo_id)
                pairings.append(compare.Pairing(*ends, compare.PROBABLE, (BY_HAND,)))
        pairings += compare.compare(by_key[0].values(), by_key[1].values(), apart)
        pairings += [compare.Pairing(None, record, compare.ALONE) for record in rest]
        return [pairing for pairing in pairings if pairing.qbo or (pairing.odoo.active and self._goes(pairing.odoo))]

    def of(self, mine, theirs, is_by_hand):
        """Return the pairing of two records that stand in one line, or of one that is alone there."""
        if mine and theirs:
            found = compare.compare([mine], [theirs])
            is_pair = len(found) == 1 and not is_by_hand
            reasons = (BY_HAND,) if is_by_hand else ()
            return found[0] if is_pair else compare.Pairing(mine, theirs, compare.PROBABLE, reasons)
        return compare.Pairing(mine, theirs, compare.ALONE)

    def line(self, pairing):
        """Return the values of the line of a pairing."""
        mine, theirs = pairing.odoo, pairing.qbo
        row = theirs and self.entities[theirs.key]
        rule = self._rule(mine, theirs, row)
        verdict = 'excluded' if rule else self._verdict(pairing)
        decision, why_open = self._default(verdict, mine, theirs)
        return {
            'connection_id': self.connection.id,
            'kind': self.kind,
            'verdict': verdict,
            'rule': rule or False,
            'reason': (Reason(f'skip_{rule}') if rule else why_open or self._reason(pairing)).stored(),
            'decision': decision,
            'res_model': self.model._name,
            'res_id': int(mine.key) if mine else False,
            'qbo_id': theirs.key if theirs else False,
            'values': row or False,
            **_shown('odoo', mine),
            **_shown('qbo', theirs),
        }

    def _verdict(self, pairing):
        if not pairing.qbo:
            return 'only_odoo'
        return VERDICTS[pairing.verdict] if pairing.odoo else 'only_qbo'

    def _rule(self, mine, theirs, row):
        """Return the rule that leaves a line out: what is to be created in Odoo, and what is inactive on both sides."""
        if not row:
            return None
        if not mine:
            may_be_there = self.odoo_names is None or compare.name_key(theirs.name) in self.odoo_names
            is_duplicate = may_be_there and bool(self.mapping._duplicates(self.step, [row]))
            return self.connection._import_rule(self.step, self.mapping, row, is_duplicate)
        is_dead = not mine.active and not theirs.active
        return 'inactive' if is_dead and self.connection._has_rule('inactive') else None

    def _goes(self, mine):
        """Return whether a record goes to QuickBooks by itself."""
        if self.goes is not None:
            return int(mine.key) in self.goes
        return bool(self.model.browse(int(mine.key)).filtered_domain(self.mapping._domain(self.step)))

    def _forbidden(self, row):
        """Return whether an entity can be linked with no record."""
        rules = self.mapping._import_rules(self.step, row)
        return any(rule in FORBIDDING and self.connection._has_rule(rule) for rule in rules)

    def _default(self, verdict, mine, theirs):
        """Return ``(decision, why it is left to a person)`` of a line about which nobody has said anything."""
        if (mine and int(mine.key) in self.left_records) or (not mine and theirs.key in self.left_entities):
            return 'leave', None
        if verdict == 'only_odoo' and not self._goes(mine):
            return 'leave', None
        if verdict == 'only_odoo' and compare.name_key(mine.name) in self.qbo_names:
            return False, Reason('match_name_taken')
        return DEFAULTS.get(verdict, False), None

    def _reason(self, pairing):
        """Return what agrees and what does not."""
        if not pairing.odoo or not pairing.qbo:
            return Reason('match_only_qbo' if pairing.qbo else 'match_only_odoo')
        agree = [WORDS[reason] for reason in pairing.reasons if not reason.startswith('other_')]
        against = [WORDS[reason] for reason in pairing.reasons if reason.startswith('other_')]
        if pairing.odoo.active != pairing.qbo.active:
            against.append(WORDS['odoo_only' if pairing.odoo.active else 'qbo_only'])
        if agree and against:
            return Reason('match_both', {'agree': agree, 'against': against})
        return Reason('match_one', {'words': agree or against})


def _shown(side, record):
    """Return what a line shows of one side."""
    members = {'ref': 'sku'}
    shown = {f'{side}_{name}': getattr(record, members.get(name, name), '') or False for name in SIDES}
    return {**shown, f'{side}_active': bool(record and record.active)}
