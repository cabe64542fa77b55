"""TaxAgency, TaxRate, TaxCode, and the service that creates codes (qbo-api 9.7, 9.13)."""

from .. import errors
from .base import Entity, required, unique_name
from .fields import Boolean, Field, Number, ReadOnly, Reference, Text, as_number

PSEUDO_CODES = ('TAX', 'NON', 'CustomSalesTax')
"""Codes of US companies that are no records; they come first in a query (qbo-api 5, 9.7)."""


class TaxAgency(Entity):
    """Tax agencies. Modelled: create and read. Update is refused: Intuit has none.
    Not modelled: returns and filing dates."""

    name, path, name_list, sequence = 'TaxAgency', 'taxagency', 'TaxAgency', 'TaxAgency'
    operations = frozenset({'create'})
    name_field = 'DisplayName'
    is_list = False
    in_cdc = False
    defaults = {
        'TaxTrackedOnSales': True,
        'TaxTrackedOnPurchases': False,
        'TaxAgencyConfig': 'USER_DEFINED',
    }
    fields = {
        'DisplayName': Text(100, 'fs'),
        'TaxTrackedOnSales': ReadOnly(),
        'TaxTrackedOnPurchases': ReadOnly(),
        'TaxRegistrationNumber': ReadOnly(),
        'LastFileDate': ReadOnly(),
        'TaxAgencyConfig': ReadOnly(),
    }
    rules = (required('DisplayName'), unique_name('tax agency'))


class TaxRate(Entity):
    """Tax rates. Modelled: read; made by the tax service; EffectiveTaxRate, where a test sets it.
    Not modelled: special tax types."""

    name, path, name_list, sequence = 'TaxRate', 'taxrate', 'TaxRate', 'TaxRate'
    operations = frozenset()
    in_cdc = in_webhooks = False
    counts_total = True
    defaults = {'Active': True, 'SpecialTaxType': 'NONE', 'DisplayType': 'ReadOnly'}
    fields = {
        'Name': Text(100, 'fs'),
        'Active': Boolean('fs'),
        'Description': Text(100, 'fs'),
        'RateValue': Number(0, 100, query='f'),
        'AgencyRef': Reference('TaxAgency'),
        'SpecialTaxType': Text(30),
        'DisplayType': Text(30),
        'EffectiveTaxRate': Field(),
        'OriginalTaxRate': Text(100),
        'TaxReturnLineRef': Reference(),
    }


class TaxCode(Entity):
    """Tax codes. Modelled: read; made by the tax service; pseudo codes in US companies.
    What codes do to documents: ``documents/taxes.py``. Not modelled: hidden codes."""

    name, path, name_list, sequence = 'TaxCode', 'taxcode', 'TaxCode', 'TaxCode'
    operations = frozenset()
    in_cdc = in_webhooks = False
    counts_total = True
    defaults = {'Active': True, 'TaxGroup': True, 'Taxable': True}
    fields = {
        'Name': Text(100, 'fs'),
        'Active': Boolean('f'),
        'Description': Text(100, 'fs'),
        'TaxGroup': Boolean(),
        'Taxable': Boolean(),
        'SalesTaxRateList': Field(),
        'PurchaseTaxRateList': Field(),
        'Hidden': Boolean(),
        'TaxCodeConfigType': Text(30),
    }

    def pseudo(self, books):
        """Return the codes that are no records, of a US company."""
        return [
            {'Id': code, 'Name': code, 'Description': code, 'Taxable': code != 'NON',
             'TaxGroup': code == 'CustomSalesTax', 'MetaData': books.company_metadata()}
            for code in (PSEUDO_CODES if books.country == 'US' else ())
        ]  # fmt: skip


def rate_detail(books, rate):
    """Return the member of a tax code that names a rate."""
    name = books.stored('TaxRate', rate)['Name']
    return {
        'TaxRateRef': {'value': rate, 'name': name},
        'TaxTypeApplicable': 'TaxOnAmount',
        'TaxOrder': 0,
    }


def _rate_faults(books, number, detail):
    path = f'TaxRateDetails[{number}]'
    if detail.get('TaxRateId'):
        if not books.stored('TaxRate', detail['TaxRateId']):
            yield errors.bad_reference(f'{path}.TaxRateId')
        return
    for name in ('TaxRateName', 'RateValue', 'TaxAgencyId'):
        if not detail.get(name) and detail.get(name) != 0:
            yield errors.missing(f'{path}.{name}')
    if detail.get('RateValue') is not None:
        yield from Number(0, 100).check(f'{path}.RateValue', detail['RateValue'])
    if detail.get('TaxApplicableOn', 'Sales') not in ('Sales', 'Purchase'):
        yield errors.bad_enumeration(f'{path}.TaxApplicableOn', detail['TaxApplicableOn'])
    if detail.get('TaxAgencyId') and not books.stored('TaxAgency', detail['TaxAgencyId']):
        yield errors.bad_reference(f'{path}.TaxAgencyId')
    if books.named('TaxRate', str(detail.get('TaxRateName') or '').strip().casefold()):
        yield errors.duplicate_name('tax rate')


def check_tax_service(books, values):
    """Return all that is wrong with a call of the tax service (qbo-api 9.7).

    The documented ten characters of TaxRateName are not enforced: appendix C has 10, 31 and 100.
    """
    name, details = values.get('TaxCode'), values.get('TaxRateDetails')
    found = [errors.missing('TaxCode')] if not name else list(Text(100).check('TaxCode', name))
    if name and books.named('TaxCode', name.strip().casefold()):
        found.append(errors.duplicate_name('tax code'))
    if not details:
        return [*found, errors.missing('TaxRateDetails')]
    for number, detail in enumerate(details):
        found += _rate_faults(books, number, detail)
    return found


def _rate_id(books, detail):
    if detail.get('TaxRateId'):
        return detail['TaxRateId']
    body = {
        'Name': detail['TaxRateName'].strip(),
        'Description': detail['TaxRateName'].strip(),
        'RateValue': as_number(detail['RateValue']),
        'AgencyRef': {'value': str(detail['TaxAgencyId'])},
    }
    return books.insert('TaxRate', body)['Id']


def create_tax_code(books, values):
    """Create a code and its rates; return the answer, which has no wrapper (qbo-api 9.7)."""
    lists = {'Sales': [], 'Purchase': []}
    answered = []
    for detail in values['TaxRateDetails']:
        rate = _rate_id(books, detail)
        lists[detail.get('TaxApplicableOn', 'Sales')].append(rate_detail(books, rate))
        answered.append({**detail, 'TaxRateId': rate})
        if 'RateValue' in detail:
            answered[-1]['RateValue'] = as_number(detail['RateValue'])
        if 'TaxAgencyId' in detail:
            answered[-1]['TaxAgencyId'] = str(detail['TaxAgencyId'])  # As text, however it was sent.
    body = {
        'Name': values['TaxCode'].strip(),
        'Description': values['TaxCode'].strip(),
        'SalesTaxRateList': {'TaxRateDetail': lists['Sales']},
        'PurchaseTaxRateList': {'TaxRateDetail': lists['Purchase']},
    }
    code = books.insert('TaxCode', body)
    return {'TaxCode': code['Name'], 'TaxCodeId': code['Id'], 'TaxRateDetails': answered}
