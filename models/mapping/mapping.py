from odoo import api, models
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from ...qbo import compare, entities, merge, text, values
from ...qbo.values import VOIDED
from ..connection.reason import declare

_lt = LazyTranslate(__name__)
declare(
    {
        'draft': _lt("It is a draft in Odoo. It is sent when it is confirmed."),
        'no_name': _lt("It has no name."),
        'archived': _lt("It is archived. What changed is sent when it is active again."),
    }
)

REFERRED = {  # how a reference's name ends: the type that it refers to
    'Parent': 'Item',
    **{kind: kind for kind in ('Customer', 'Term', 'PaymentMethod', 'TaxCode', 'Class', 'Account')},
}


class QboMapping(models.AbstractModel):
    """What a QuickBooks entity type is in Odoo. Mappings have no fields and no records, and one entity type each.

    An Odoo model may have several mappings (a partner is a customer, and a vendor), an entity type two (an Item is a
    product or a category). Methods take the step and records or rows; they read neither the context nor
    ``self.env.company``: ``step.connection``, ``step.company`` and ``step.link(record, entity)`` say what they need.
    Records come with the step's company as theirs (``with_company``) and the engine's rights.

    *Values* are dicts in QuickBooks' shape: the same members for every record, None where there is nothing. A *row* is
    an entity as QuickBooks sent it; a *snapshot* is what the link keeps of a row (:meth:`_snapshot`).

    A new entity type: a model that inherits it, with ``_entity``, ``_record_model`` and ``_switch``, and the methods of
    the sections "which", "to QuickBooks" and "to Odoo" whose default is not right. The registry finds it.
    """

    _name = 'qbo.mapping'
    _description = "Entity Type of QuickBooks"

    # === CONSTANTS === #

    _entity = None
    """As Intuit spells it: ``'Customer'``."""
    _record_model = None
    """The Odoo model: ``'res.partner'``."""
    _form = None
    """Which of two things in this model an entity type is, where it is two: ``'entry'``. Links have it."""
    _switch = None
    """The connection's field that switches it on: ``'sync_customers'``."""
    _schedules = ('documents',)
    """The schedules that pull it, the main one first; none: what QuickBooks says of it is not applied."""
    _refers_to = ()
    """Entity types that its rows refer to and that are pulled before it."""
    _tracked = ()
    """Paths of what the values are computed from, as in ``@api.depends``: ``'child_ids.email'``. Not what a record has
    of its own when that changes elsewhere: a document has the address and the tax that it was made with."""
    _name_member = 'Name'
    """The member that names an entity."""
    _name_max = 100
    """How many characters such a name may have."""
    _unique_among = ()
    """The entity types among which this name is unique; its own where it is empty."""
    _is_name_unique = True
    """Whether QuickBooks refuses a second entity of that name among these types."""
    _update = 'sparse'
    """How QuickBooks takes an update: ``'sparse'``, or ``'full'``: then :meth:`_whole` says all members."""
    _ledger = None
    """Of what settles documents: :class:`qbo.settlements.Ledger`, what customers owe or what is owed to vendors."""
    _derived = ()
    """Members that Odoo makes of others: where these came from QuickBooks, what follows here is not sent there."""
    _is_source = False
    """Whether Odoo alone says what such records are, whichever way the connection goes."""
    _has_files = False
    """Whether the files of its records go along, where the connection says so; see ``models/attachments/``."""
    _is_compared = False
    """Whether the comparison pairs its records with QuickBooks', inactive ones included; see ``comparison.py``."""

    # === THE REGISTRY === #

    @api.model
    def _all(self):
        """Return all mappings (empty recordsets), in the order in which their modules loaded."""
        names = self.env.registry.descendants(['qbo.mapping'], '_inherit')
        return [self.env[name] for name in names if self.env[name]._entity and self.env[name]._record_model]

    @api.model
    def _models(self):
        """Return the names of the Odoo models that have a mapping."""
        return sorted({mapping._record_model for mapping in self._all()})

    @api.model
    def _of_model(self, model):
        """Return the mappings of an Odoo model, an empty list for a model that is not synchronized."""
        return [item for item in self._all() if item._record_model == model]

    @api.model
    def _of_link(self, link):
        """Return the mapping of a link: that of its model, entity type and form, of two the one that is switched on."""
        found = [item for item in self._of_model(link.res_model) if item._entity == link.entity]
        if len(found) > 1:
            own, form = link.connection_id.sudo(), link.form or None
            found.sort(key=lambda item: (item._form != form, not item._is_on(own), not item._schedules))
        return found[0]

    @api.model
    def _of_row(self, step, entity, row):
        """Return the mapping that a row of an entity type belongs to, of those that are switched on."""
        return next(item for item in step.mappings if item._entity == entity and item._takes(step, row))

    def _paths(self):
        """Return the paths that this mapping tracks; other addons add theirs."""
        return self._tracked

    # === WHICH === #

    def _takes(self, step, row):
        """Return whether a row is of this mapping; for entity types that two mappings share."""
        return True

    def _concerned(self, step, records):
        """Return those of the records that this mapping is for, whether they are to be sent or not."""
        return records

    def _kind(self):
        """Return the domain of the records that may be of this entity type, whoever asks."""
        return Domain.TRUE

    def _domain(self, step):
        """Return the domain of the records that go to QuickBooks without being linked or chosen by hand."""
        return Domain.TRUE

    def _candidates(self, step):
        """Return the domain of the records that a row may be, whether they go to QuickBooks by themselves or not."""
        return self._domain(step)

    def _wanted(self, step, record):
        """Return whether a record belongs in QuickBooks: linked, chosen by hand, or by :meth:`_domain`."""
        link = step.link(record, self._entity)
        if link.mode in ('always', 'never'):
            return link.mode == 'always'
        if link.qbo_id:
            return True
        if self._direction(step.connection) == 'qbo':
            return False
        return ('active' not in record or record.active) and bool(record.filtered_domain(self._domain(step)))

    def _is_coming(self, step, record):
        """Return whether QuickBooks is going to get a record that is not there; some only say why it never does."""
        return self._wanted(step, record)

    def _skip_reason(self, step, row):
        """Return the :class:`Reason` why a row is not imported from QuickBooks, or None."""
        return None

    def _skip_reasons(self, step, rows):
        """Return ``{row id: why it is not imported}`` of those of these rows that are not; one query a page."""
        reasons = {row['Id']: self._skip_reason(step, row) for row in rows}
        return {qbo_id: reason for qbo_id, reason in reasons.items() if reason}

    # === ODOO TO QUICKBOOKS === #

    def _wait_reason(self, step, record):
        """Return the reason why a record cannot go now though nobody has to do anything about the record, or None."""
        return None

    def _unfinished(self, record):
        """Return the reason why a record is not yet one that QuickBooks gets, or None: it is a draft.

        It is said also where QuickBooks has the record from before, and nothing is to be sent.
        """
        return None

    def _hold_reason(self, step, record):
        """Return the reason why a record cannot go before a person has fixed something, or None."""
        return None

    def _prepare(self, step, records):
        """Make in Odoo what records that are to be sent refer to and what is not a record yet.

        The engine alone calls this, right before :meth:`_requires`: a preview makes nothing.
        """

    def _requires(self, step, record):
        """Return ``[(mapping, record)]`` of what QuickBooks has to know before a record. Creates nothing."""
        return []

    def _removal(self, step, record):
        """Return ``'void'`` or ``'delete'`` where a record ended here and its entity has to end too, else None.

        Asked of a deleted record as well, which has nothing left but its id.
        """
        return None

    def _values(self, step, record):
        """Return a record as QuickBooks values."""
        raise NotImplementedError

    def _create_only(self, step, record):
        """Return members that QuickBooks takes at creation only."""
        return {}

    def _body(self, step, record, body, snapshot):
        """Return the body of a request with what is more than values: ids of lines, amounts of tax.

        :param dict body: what would be sent; a create has no ``Id``
        :param dict snapshot: of the entity as it was last seen, empty for a create
        """
        return body

    def _touches(self, before, after):
        """Return ``{(entity type, id)}`` of the other entities that get a new version when this one is written.

        Only what is sent next relies on it: whether a version is an echo goes by what QuickBooks sent itself.

        :param dict before: the values that were agreed
        :param dict after: those that QuickBooks has now, empty when the entity was deleted
        """
        return set()

    def _dependents(self, step, record, before, after):
        """Return the records, as a list of recordsets, that are sent again now that QuickBooks accepted this one.

        :param dict before: the values that were agreed
        :param dict after: those that QuickBooks has now, empty when the entity was deleted
        """
        return []

    def _settles(self, values):
        """Return ``{(entity type, id): amount}`` of the documents that an entity with these values settles."""
        return {}

    def _truncated(self, step, record):
        """Return ``[(QuickBooks member, its whole text, how many characters are sent)]`` of what may be cut."""
        return []

    def _suggestion(self, step, record):
        """Return the name under which a record could be sent, where its own is taken in QuickBooks."""
        link = step.link(record, self._entity)
        return f'{link.name}{link._suggested_suffix()}'

    def _take_suggestion(self, step, record):
        """Have a record sent under :meth:`_suggestion` from now on; its name in Odoo stays."""
        link = step.link(record, self._entity)
        link.name_suffix = link._suggested_suffix()

    def _try_plain_name(self, step, record):
        """Have a record that has another name in QuickBooks sent under its own again, once it was renamed."""
        link = step.link(record, self._entity)
        agreed = (link.base_odoo or {}).get(self._name_member)
        is_renamed = bool(agreed) and self._values(step, record).get(self._name_member) != agreed
        if link.name_suffix and is_renamed and self._entity in entities.LISTS:
            link.name_suffix = False

    # === QUICKBOOKS TO ODOO === #

    def _from_row(self, step, row):
        """Return the mapped part of a row, in the shape of :meth:`_values`."""
        raise NotImplementedError

    def _snapshot(self, step, row):
        """Return what the link remembers of a row besides the mapped values; JSON."""
        return {}

    def _refers(self, step, row):
        """Return ``[(entity type, id)]`` of what a row refers to and what has to be in Odoo before it."""
        return []

    def _row_order(self, row):
        """Return the place of a row in the order of importing: lower first, so that others find it."""
        return 0

    def _match(self, step, row):
        """Return the Odoo record that a row without a link surely is, or an empty recordset."""
        return self._records(step)

    def _match_rows(self, step, rows):
        """Return ``{row id: records}`` of the rows that Odoo has already; one query a page where that matters.

        One record: the row surely is that. Several: it is one of them, and only a person knows which. Only of records
        that are :meth:`_visible`: another company of this Odoo has a QuickBooks of its own.
        """
        found = {row['Id']: self._match(step, row) for row in rows}
        return {qbo_id: record for qbo_id, record in found.items() if record}

    def _doubt(self, step, row, record):
        """Return the reason why a person has to say whether a document is this record, or None."""
        return None

    def _is_same(self, step, record, row):
        """Return whether a row that has a record's name is this record."""
        return True

    def _may_link(self, step, record, row):
        """Return whether a person may link a record with a row that has its name and is not surely the same."""
        return True

    def _surely(self, theirs, records):
        """Return those of records of the same name that are what QuickBooks has, the best ones.

        :param theirs: a :class:`qbo.compare.Record`, as are the records
        """
        return compare.surely(theirs, records)

    def _defaults(self, step, record, ours, theirs):
        """Return the paths of Odoo's values, and of QuickBooks', that nobody typed in, for the first meeting.

        :param dict ours: :meth:`_values` of the record
        :param dict theirs: :meth:`_from_row` of the row
        """
        return set(), set()

    def _never_taken(self, step, record):
        """Return the paths whose values are never imported into a record: each side has its own."""
        return set()

    def _met(self, step, record, row):
        """Write what a record needs that was just linked with an entity that exists, besides its values."""

    def _kept_number(self, row):
        """Return the number that the record of a row keeps, whatever Odoo's is; None: Odoo's counts."""
        return row.get('DocNumber')

    def _create_record(self, step, row):
        """Create the record of a row and return it.

        :raise UserError: Odoo cannot have it
        """
        raise NotImplementedError

    def _create_records(self, step, rows):
        """Create the records of rows and return them as a list in the order of the rows; raises for all of them."""
        return [self._create_record(step, row) for row in rows]

    def _apply_changes(self, step, record, changes):
        """Write QuickBooks values to a record; what is not among them stays as it is, to the cent.

        :param dict changes: the part of :meth:`_from_row` that changed; the link's snapshot is of the new version
        :raise UserError: Odoo cannot have it
        """
        raise NotImplementedError

    def _remove(self, step, record):
        """End a record whose entity was deleted in QuickBooks, and return True; False: it stays (a name list)."""
        return False

    def _written(self, step, record):
        """Return the records, as a list of recordsets, that importing changes may write to: they are locked first."""
        return [record]

    # === THE COMPARISON AND THE FIRST IMPORT, where `_is_compared` === #

    def _traits(self, step, record):
        """Return a record as :class:`qbo.compare.Record`: what it is recognized by, and how it is shown."""
        is_active = 'active' not in record or record.active
        return compare.Record(key=str(record.id), name=record.display_name or '', active=is_active)

    def _traits_of(self, step, row):
        """Return the same of a row."""
        name = text.strip_deleted(row.get(self._name_member) or '')
        return compare.Record(key=row['Id'], name=name, active=row.get('Active', True))

    def _import_rules(self, step, row):
        """Return the rules of the first import (``RULES``) that leave a row out, whether switched on or not."""
        return []

    def _duplicates(self, step, rows):
        """Return the ids of the rows that Odoo has already, so that they need not be created again; one query."""
        return set()

    # === WHAT USERS SEE === #

    def _shown_on(self, records):
        """Return the records, as a list of recordsets, whose screens show the state of these records."""
        return [records]

    def _noun(self, step, record):
        """Return what users call such a record: "Customer"."""
        return self.env[self._record_model]._description

    def _in_words(self, step, record, path, value):
        """Return one of the values of :meth:`_values` as a user reads it.

        :param record: of which it is the value, may be empty
        :param str path: where it stands: ``SalesTermRef.value``
        """
        if isinstance(value, bool):
            return self.env._("yes") if value else self.env._("no")
        if value is None:
            return ''
        entity = next((entity for member, entity in REFERRED.items() if path.endswith(f'{member}Ref.value')), None)
        return step.name_of(entity, value) if entity else str(value)

    def _labels(self):
        """Return ``{QuickBooks member: its name in words}`` for messages."""
        return {}

    def _label(self, path, labels=None):
        """Return the name in words of a QuickBooks field path (``BillAddr.City``)."""
        labels = labels or self._labels()
        return labels.get(path) or labels.get(path.split('.')[0]) or path

    def _mode_chosen(self, step, records):
        """Append a change where a person chose whether these records are synchronized."""
        self.env['qbo.change']._append(records)

    # === WHAT FOLLOWS FROM THE ANSWERS === #

    def _records(self, step, ids=()):
        """Return records of this mapping's model, for the step's company."""
        return self.env[self._record_model].with_company(step.company).browse(ids)

    def _visible(self, step):
        """Return the domain of this model's records that the step's company may see: its own and the shared ones."""
        if 'company_id' not in self.env[self._record_model]._fields:
            return Domain.TRUE
        return Domain('company_id', 'in', (False, step.company.id))

    def _unique_lists(self):
        """Return the entity types among which the name is unique."""
        return self._unique_among or (self._entity,)

    def _plan(self, step, record):
        """Return ``(odoo values, operation, body)``: what Odoo says now and what would be sent for it.

        ``operation`` is ``create``, ``update``, ``send``, ``void`` or ``delete``; ``body`` is None when nothing
        differs. The preview and the engine both call this, so they cannot disagree.
        """
        link = step.link(record, self._entity)
        if link.undo == 'sending':
            return link._plan_taking_back()
        if removal := self._removal(step, record):
            return self._plan_removal(link, removal)
        now = self._values(step, record)
        if not link._is_there():
            body = values.for_create({**now, **self._create_only(step, record)})
            return now, 'create', self._body(step, record, body, {})
        base_odoo, base_qbo = link.base_odoo or {}, link.base_qbo or {}
        changed = self._sendable(base_qbo, merge.changed(base_odoo, now))
        if not changed and link.send_asked:
            return now, 'send', {'Id': link.qbo_id}
        if not changed:
            return now, 'update', None
        if VOIDED in changed:
            # Of a voided document nothing is left there but what Odoo has not, such as its number: all goes again.
            base_odoo, changed = {}, changed | merge.changed({}, now)
        body = values.for_update(now, base_odoo, base_qbo, changed - {VOIDED}, link.snapshot)
        body = self._body(step, record, body, link.snapshot or {})
        return now, 'update', {**link._version(), **self._whole(body, link.snapshot or {})}

    def _whole(self, body, snapshot):
        """Return what an update says, of what changed (``body``) and of the entity as it was last seen."""
        return {'sparse': True, **body}

    def _plan_removal(self, link, removal):
        """Return what :meth:`_plan` does, for a record that was canceled or deleted."""
        if not link._is_there() or (link.base_odoo or {}).get(VOIDED):
            return link.base_odoo, removal, None
        # All others than an invoice are voided by a sparse update (qbo-api 9.3).
        sparse = {'sparse': True} if removal == 'void' and self._entity != 'Invoice' else {}
        return {**(link.base_odoo or {}), VOIDED: True}, removal, {**link._version(), **sparse}
