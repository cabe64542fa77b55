"""CompanyCurrency and ExchangeRate: the currencies of a company, and what they are worth (purchases 13)."""

from datetime import date

from .. import errors
from ..clock import metadata_time
from ..documents import currencies, dates
from .base import Entity, required
from .fields import Boolean, Day, Field, Number, ReadOnly, Text


def multicurrency_is_on(books, entity, draft, old):
    """Refuse both where the company has one currency (6000; the fault is not known)."""
    if not books.multicurrency:
        yield errors.business('Multicurrency is off in this company.')


def code_is_new(books, entity, draft, old):
    """Refuse a code that nobody has (2220), the home currency, and one that is there (6240; assumed)."""
    code = draft.get('Code')
    if code and code not in currencies.NAMES:
        yield errors.Violation('2220', f'Invalid Currency : {code}', 'Code')
    elif code == books.home_currency:
        yield errors.business('The home currency is no currency to add.')
    others = [body for body in books.database.all(books.realm, 'CompanyCurrency') if body['Id'] != draft.get('Id')]
    if code in {body['Code'] for body in others}:
        yield errors.duplicate_name('currency')


class CompanyCurrency(Entity):
    """Currencies of a company. Modelled: create, inactive; added where a name is the first to have one; the home
    currency is none of them. Not modelled: whether documents may use an inactive one (they may here)."""

    name, path, sequence = 'CompanyCurrency', 'companycurrency', 'CompanyCurrency'
    suffixed = ()
    needs_essentials = True
    webhook_name = 'Currency'
    defaults = {'Active': True}
    fields = {
        'Code': Text(3, 'fs'), 'Name': ReadOnly(query='fs'), 'Active': Boolean('f'), 'CustomField': Field(),
    }  # fmt: skip
    rules = (required('Code'), multicurrency_is_on, code_is_new)

    def complete(self, books, draft, old):
        if old:
            draft['Code'] = old['Code']
        draft['Name'] = currencies.NAMES.get(draft.get('Code'), '')


class ExchangeRate(Entity):
    """Exchange rates. Modelled: read of a day, query by code and day, set by a write without an Id; the last one
    on or before a day counts, else the one of the settings; rows have no Id (recorded); the home currency is a
    row of 1 that nobody may set. Documents take their rate from here.
    Not modelled: rates that change by themselves from day to day."""

    name, path, sequence = 'ExchangeRate', 'exchangerate', 'ExchangeRate'
    is_list = False
    in_cdc = in_webhooks = False
    fields = {
        'SourceCurrencyCode': Text(3, 'fs'), 'TargetCurrencyCode': Text(3, 'f'), 'Rate': Number(0, 1_000_000_000, 's'),
        'AsOfDate': Day('fs'), 'CustomField': Field(),
    }  # fmt: skip
    rules = (required('SourceCurrencyCode', 'Rate'), multicurrency_is_on)

    def of_day(self, books, code, day):
        """Return the row of a currency on a day."""
        rate = currencies.of_day(books, code, day)
        known = [body for body in books.database.all(books.realm, self.name)
                 if body['SourceCurrencyCode'] == code and body['AsOfDate'] <= day]  # fmt: skip
        last = max(known, key=lambda body: body['AsOfDate']) if known else None
        moment = last['MetaData']['LastUpdatedTime'] if last else metadata_time(books.clock.time())
        return {
            'SourceCurrencyCode': code, 'TargetCurrencyCode': books.home_currency, 'Rate': rate, 'AsOfDate': day,
            'MetaData': {'LastUpdatedTime': moment},
        }  # fmt: skip

    def look_up(self, books, asked):
        """Return the row that ``GET /exchangerate`` asks for.

        :raise Fault: 2020 no currency, 2220 one that nobody has, 2060 no day, 6000 one currency only
        """
        code, day = asked.get('sourcecurrencycode'), asked.get('asofdate') or dates.today(books)
        if not code:
            raise errors.Fault(errors.missing('sourcecurrencycode'))
        if code not in currencies.NAMES:
            raise errors.Fault(errors.Violation('2220', f'Invalid Currency : {code}', 'sourcecurrencycode'))
        try:
            day = date.fromisoformat(day).isoformat()
        except ValueError:
            raise errors.Fault(errors.bad_date('asofdate', day)) from None
        for violation in multicurrency_is_on(books, self, None, None):
            raise errors.Fault(violation)
        return self.of_day(books, code, day)

    def rows(self, books, where):
        """Return a row for each currency of the company on the days that are asked for, today otherwise."""
        days = {str(value) for each in where if each.field.lower() == 'asofdate' for value in each.values}
        codes = {body['Code'] for body in books.database.all(books.realm, 'CompanyCurrency')}
        named = {str(value).upper() for each in where if each.field.lower() == 'sourcecurrencycode'
                 for value in each.values}  # fmt: skip
        wanted = sorted({books.home_currency, *codes, *(named & currencies.NAMES.keys())})
        return [self.of_day(books, code, day) for day in sorted(days or {dates.today(books)}) for code in wanted]

    def set(self, books, values):
        """Keep the rate of a day; return its row.

        :raise Fault: what is wrong with it
        """
        found = [*self.check(values), *(v for rule in self.rules for v in rule(books, self, values, None))]
        code = values.get('SourceCurrencyCode')
        if code and code not in currencies.NAMES:
            found.append(errors.Violation('2220', f'Invalid Currency : {code}', 'SourceCurrencyCode'))
        elif code == books.home_currency:
            found.append(errors.business('The exchange rate of the home currency cannot be set.'))
        if values.get('TargetCurrencyCode') not in (None, '', books.home_currency):
            found.append(errors.business('An exchange rate is one to the home currency.'))
        if found:
            raise errors.Fault(*found)
        given = self.writable(values)
        day = given.get('AsOfDate') or dates.today(books)
        rate = currencies.cut(books, given['Rate'])
        before = [body for body in books.database.all(books.realm, self.name)
                  if (body['SourceCurrencyCode'], body['AsOfDate']) == (code, day)]  # fmt: skip
        body = {'SourceCurrencyCode': code, 'TargetCurrencyCode': books.home_currency, 'Rate': rate, 'AsOfDate': day}
        if before:
            books.replace(self, {**before[0], **body}, before[0])
        else:
            books.insert(self.name, body, complete=False, quiet=True)
        return self.of_day(books, code, day)
