"""The books of one company: every read and write of its records goes through here.

The order of a write is the checklist of qbo-api appendix A.5: subscription, shape of the values,
SyncToken, then the draft as it would be stored and all of its entity's rules; only then a change,
its consequences, its webhook event. A :class:`..errors.Fault` carries every violated line of the
stage that failed.
"""

from contextlib import contextmanager

from .. import entities, errors
from ..clock import metadata_time, parse_time
from ..documents.currencies import NAMES
from ..documents.references import SHIPPING
from ..entities.attachables import unlink
from ..entities.base import mark_inactive, name_key, qualified
from ..entities.fields import Address
from ..entities.invoices import mailed
from ..entities.taxes import PSEUDO_CODES, check_tax_service, create_tax_code


def is_sparse(values):
    """Tell whether values are a sparse update: what they leave out stays."""
    return values.get('sparse') in (True, 'true')


class Books:
    """One company, for the length of one request."""

    def __init__(self, intuit, realm, settings, by_user=False):
        self.intuit, self.settings, self.by_user = intuit, settings, by_user
        self.realm, self.country, self.company_name = realm['id'], realm['country'], realm['name']
        self.database, self.clock = intuit.database, intuit.clock
        self.values, self.options = {}, frozenset()
        self.held = set()
        self.at = None
        """When the next writes happen, in seconds; now if None. The seeds are of the past."""

    # What entities ask.

    def stored(self, type, id):
        """Return a stored body or None; an id of None finds nothing."""
        return None if id is None else self.database.get(self.realm, type, id)

    def named(self, name_list, key):
        """Return (type, id, body) of the records with this name."""
        return self.database.named(self.realm, name_list, key)

    def is_special(self, type, id):
        """Tell whether an id means something without being a record's."""
        if type == 'Item':
            return id == SHIPPING
        return type == 'TaxCode' and self.country == 'US' and id in PSEUDO_CODES

    @property
    def given(self):
        """The names of the members that the write at hand came with."""
        return self.values.keys()

    @contextmanager
    def hold(self, type, id):
        """Let consequences leave a record alone that is being changed itself."""
        self.held.add((type, id))
        try:
            yield
        finally:
            self.held.discard((type, id))

    def preference(self, group, name, default=None):
        """Return one member of the company's Preferences."""
        return (self.stored('Preferences', '1') or {}).get(group, {}).get(name, default)

    @property
    def home_currency(self):
        """The code of the company's currency."""
        return self.preference('CurrencyPrefs', 'HomeCurrency', {}).get('value', 'USD')

    @property
    def multicurrency(self):
        """Whether other currencies may be used."""
        return self.preference('CurrencyPrefs', 'MultiCurrencyEnabled', False)

    def currency_ref(self, given=None):
        """Return a currency as a reference with its name; the home one where none is given."""
        code = (given or {}).get('value') or self.home_currency
        return {'value': code, 'name': NAMES.get(code, '')}

    def default_tax_code(self):
        """Return the id of the company's default tax code, or None."""
        if not self.preference('TaxPrefs', 'UsingSalesTax', False):
            return None
        return self.preference('TaxPrefs', 'TaxGroupCodeRef', {}).get('value')

    def company_metadata(self):
        """Return the MetaData of things that came with the company."""
        return (self.stored('CompanyInfo', '1') or {}).get('MetaData', {})

    def requalify(self, entity, id):
        """Carry a changed name into the fully qualified names below it."""
        for child in self.database.all(self.realm, entity.name):
            if (child.get('ParentRef') or {}).get('value') == id:
                child['FullyQualifiedName'], _level = qualified(self, entity, child)
                mark_inactive(entity, child)
                self._put(entity, child, self.clock.time())
                self.requalify(entity, child['Id'])

    # Reading.

    def read(self, name, id):
        """Return one record as Intuit answers it; inactive ones too (qbo-api 9.1).

        :raise Fault: 610, or 2030 for an id that is no number
        """
        entity = self.entity(name)
        self.require_plan(entity)
        id = '1' if entity.singleton and id in (None, self.realm, '1') else str(id)
        if not id.isdigit() and not self.is_special(entity.name, id):
            raise errors.Fault(errors.bad_id(id))
        body = self.stored(entity.name, id)
        if body is None:
            raise errors.Fault(self._gone(entity, id))
        return entity.answer(self, body)

    def require_plan(self, entity):
        """Refuse what the company's plan does not have (5020)."""
        if entity.needs_essentials and self.settings.plan == 'Simple Start':
            raise errors.Fault(errors.not_in_plan(), type='AuthorizationFault')

    def intuits_name(self, name):
        """Return the name of a modelled type as Intuit writes it, or None."""
        entity = entities.find(name)
        return entity and entity.name

    def entity(self, name):
        """Return the modelled type.

        :raise NotModelled: Intuit has it, the sandbox does not
        :raise Fault: 500, nobody has it
        """
        entity = entities.find(name)
        if entity:
            return entity
        if entities.is_intuits(name):
            raise errors.NotModelled(f'the entity {name}')
        raise errors.Fault(errors.unsupported_operation(name))

    def _gone(self, entity, id):
        """610 in one of two texts: recorded for an invoice that never was, and for one that was deleted."""
        was = any(id == other for other, _at in self.database.deletions(self.realm, entity.name, 0))
        return errors.transaction_deleted() if was else errors.not_found()

    # Writing.

    def write(self, name, operation, values, options=frozenset()):
        """Carry out one write and return the record as answered.

        :param operation: ``create``, ``update``, ``delete``, ``void`` or None: as the values say
        :param options: values of the query parameter ``include``
        :raise Fault: with every violated line; nothing has changed then
        """
        entity = self.entity(name)
        self.require_plan(entity)
        self._require_object(values)
        if entity.name == 'ExchangeRate':
            with self.database.transaction():
                self._require_subscription()
                return entity.set(self, values)
        if entity.singleton:
            values = {'Id': '1', **values}
        operation = operation or ('update' if values.get('Id') else 'create')
        self._require_operation(entity, operation, options)
        if 'void' in options:
            operation = 'void'
        self._inject(entity, operation, values)  # outside, or the refusal would take the countdown back
        with self.database.transaction():
            self._require_subscription()
            self.values, self.options = values, options
            body = getattr(self, f'_{operation}')(entity, values)
            answer = body if operation == 'delete' else entity.answer(self, body)
            self.values = {}
            entity.afterwards(self, operation, answer['Id'])
        return answer

    def _require_operation(self, entity, operation, options):
        if operation == 'void' and entity.void_by not in (None, 'operation'):
            if entity.name == 'BillPayment' and not self.by_user:
                raise errors.Fault(errors.Violation('500', 'Unknown Operation'))  # The code is assumed.
            if not self.by_user:
                raise errors.NotModelled(f'operation=void of {entity.name}: unverified (qbo-api 9.3)')
        elif operation not in entity.operations:
            raise errors.Fault(errors.unsupported_operation(f'{operation} {entity.name}'))
        wrong = set(options) - entity.option_names
        if wrong or ('void' in options and operation != 'update'):
            raise errors.NotModelled(f'{operation} with include={",".join(sorted(options))} for {entity.name}')

    @staticmethod
    def _require_object(values):
        if not isinstance(values, dict):
            raise errors.Fault(errors.unparsed())

    def _inject(self, entity, operation, values):
        if not self.by_user:
            self.intuit.faults.refuse_write(entity.path, operation, values)

    def _require_subscription(self):
        if self.settings.ended and not self.by_user:
            raise errors.Fault(errors.Violation('6190', 'Invalid Company Status'))

    def _create(self, entity, values):
        self._check(entity.check(values, self.settings.unknown_members))
        draft = entity.start(self, values)
        self._complete(entity, draft, None)
        return self.insert(entity.name, draft, complete=False)

    def _update(self, entity, values):
        self._check(self._missing_keys(values), entity.check(values, self.settings.unknown_members))
        old = self._current(entity, values)
        draft = entity.merge(old, values, is_sparse(values), self.settings)
        idle = not old.get('Active', True) and not draft.get('Active', True)
        if idle:  # To make it inactive again is no change; anything else is refused (qbo-api 9.1).
            mark_inactive(entity, draft)
        else:
            self._complete(entity, draft, old)
        if draft == old:
            return old  # SyncToken and times stay, nobody is told (recorded).
        if idle:
            raise errors.Fault(errors.not_found())
        return self.replace(entity, draft, old)

    def _delete(self, entity, values):
        """Remove a document; return the stub that stands for it (qbo-api 9.1)."""
        if entity.deleted_by_id and values.get('Id'):
            values = {'SyncToken': (self.stored(entity.name, str(values['Id'])) or {}).get('SyncToken', '0'), **values}
        self._check(self._missing_keys(values))
        old = self._current(entity, values)
        self._check(*(rule(self, entity, None, old) for rule in entity.deletion_rules))
        self.database.remove(self.realm, entity.name, old['Id'], self._now())
        self._tell(entity, old['Id'], 'Delete')
        entity.settle(self, None, old)
        unlink(self, entity.name, old['Id'])
        return {'status': 'Deleted', 'domain': 'QBO', 'Id': old['Id']}

    def _void(self, entity, values):
        """Void a document as its entity does; return it (qbo-api 9.3).

        But for an invoice the body must say ``sparse``; what Intuit answers otherwise is not known (2020 here).
        """
        whole = entity.void_by == 'option' and not self.by_user and not is_sparse(values)
        self._check(self._missing_keys(values), [errors.missing('sparse')] if whole else ())
        old = self._current(entity, values)
        draft = entity.void(self, dict(old))
        self._check(*(rule(self, entity, draft, old) for rule in entity.deletion_rules))
        return self.replace(entity, draft, old, 'Void')

    def send(self, name, id, address=None):
        """Mail a document to its customer (qbo-api 2); return it as answered.

        :param address: another one than it has, None for that
        :raise Fault: nobody knows it, or where to send it (6420)
        """
        entity = self.entity(name)
        if not entity.is_mailed:
            raise errors.NotModelled(f'send {entity.name}')
        self._inject(entity, 'send', {'Id': id})
        with self.database.transaction():
            self._require_subscription()
            old = self.stored(entity.name, id)
            if old is None:
                raise errors.Fault(self._gone(entity, id))
            return entity.answer(self, self.replace(entity, mailed(self, dict(old), address), old, 'Emailed'))

    @staticmethod
    def _missing_keys(values):
        return [errors.missing(name) for name in ('Id', 'SyncToken') if values.get(name) in (None, '')]

    def _current(self, entity, values):
        id = str(values['Id'])
        if not id.isdigit():
            raise errors.Fault(errors.bad_id(id))
        old = self.stored(entity.name, id)
        if old is None:
            raise errors.Fault(self._gone(entity, id))
        if str(values['SyncToken']) != old['SyncToken']:
            raise errors.Fault(errors.stale(self.settings.stale_user))
        return old

    def _complete(self, entity, draft, old):
        entity.complete(self, draft, old)
        self._check(*(rule(self, entity, draft, old) for rule in entity.rules))

    @staticmethod
    def _check(*stages):
        violations = [violation for stage in stages for violation in stage or ()]
        if violations:
            raise errors.Fault(*violations)

    def insert(self, name, draft, complete=True, at=None, id=None, quiet=False):
        """Store a new record that obeys the rules; return its body.

        :param complete: whether its entity still has to complete and check the draft
        :param at: when, in seconds; now if None
        :param quiet: make no webhook event
        """
        entity = self.entity(name)
        with self.database.transaction():
            body = entity.start(self, draft) | draft if complete else draft
            if complete:
                self.values = draft
                self._complete(entity, body, None)
            at = self._now() if at is None else at
            body['Id'] = id or str(entity.first_id + self._next(entity.sequence or 'transaction'))
            body.update(SyncToken='0', domain='QBO', sparse=False)
            body['MetaData'] = {'CreateTime': metadata_time(at), 'LastUpdatedTime': metadata_time(at)}
            self._keep(entity, body, None, at, quiet, 'Create')
        return body

    def make(self, name, members):
        """Let QuickBooks itself make a record while another is written, whose values stay those at hand."""
        values = self.values
        body = self.insert(name, members, quiet=True)
        self.values = values
        return body

    def replace(self, entity, draft, old, operation='Update'):
        """Store the next version of a record; return its body.

        Consequences use it too: a payment that settles an invoice raises the invoice's SyncToken.
        """
        now = self._now()
        draft['SyncToken'] = str(int(old['SyncToken']) + 1)
        draft['MetaData'] = {**old['MetaData'], 'LastUpdatedTime': metadata_time(now)}
        self._keep(entity, draft, old, now, False, operation)
        return draft

    def touch(self, type, id):
        """Move the time of a name at which a document was written: SyncToken and webhooks stay (recorded)."""
        body = self.stored(type, id)
        if body is not None and self.settings.documents_move_names:
            now = self._now()
            body['MetaData'] = {**body['MetaData'], 'LastUpdatedTime': metadata_time(now)}
            self._put(self.entity(type), body, now)

    def replace_quietly(self, entity, body):
        """Store a record again without any consequence: SyncToken, times and webhooks stay."""
        self._put(entity, body, parse_time(body['MetaData']['LastUpdatedTime']))

    def _now(self):
        return self.clock.time() if self.at is None else self.at

    def _keep(self, entity, body, old, at, quiet, operation):
        mark_inactive(entity, body)
        self._number_addresses(entity, body)
        self._put(entity, body, at)
        if not quiet:
            self._tell(entity, body['Id'], operation)
        entity.settle(self, body, old)

    def _tell(self, entity, id, operation):
        if entity.in_webhooks:
            self.intuit.webhooks.note(self.realm, entity.webhook_name or entity.name, id, operation)

    def _put(self, entity, body, at):
        key = name_key(body.get(entity.name_field) or '') if entity.name_list else None
        self.database.put(self.realm, entity.name, body, at, entity.name_list, key)

    def _number_addresses(self, entity, body):
        for name, value in body.items():
            if isinstance(entity.field(name), Address) and not value.get('Id'):
                body[name] = {**value, 'Id': str(self._next('address'))}

    def _next(self, sequence):
        return self.database.next_number(self.realm, sequence)

    def overwrite(self, name, id, members, quiet=False):
        """Set members of a record past all rules, as only Intuit itself can; return its body.

        For what the API refuses and the world contains: a bad e-mail, a balance. ``quiet`` leaves
        SyncToken, times and webhooks alone.
        """
        entity = self.entity(name)
        with self.database.transaction():
            old = self.stored(entity.name, id)
            body = {**old, **members}
            if not quiet:
                return self.replace(entity, body, old)
            mark_inactive(entity, body)
            self._put(entity, body, parse_time(body['MetaData']['LastUpdatedTime']))
            return body

    def tax_service(self, values):
        """Create a tax code with its rates (qbo-api 9.7); return the answer, which has no wrapper."""
        self._require_object(values)
        with self.database.transaction():
            self._require_subscription()
            self._check(check_tax_service(self, values))
            return create_tax_code(self, values)
