"""Tax agencies, rates and codes of the seeded companies, by country."""

from ..entities.taxes import rate_detail

AGENCIES = {
    'US': ('Florida Department of Revenue', 'Georgia Department of Revenue'),
    'CA': ('Receiver General', 'British Columbia Ministry of Finance'),
    'GB': ('HM Revenue & Customs (VAT)',),
}
RATES = {
    # name: (percent, agency)
    'US': {'FL State': (6, 0), 'FL Surtax': (1, 0), 'GA State': (4, 1)},
    'CA': {'HST ON': (13, 0), 'GST': (5, 0), 'PST BC': (7, 1), 'Zero-rated': (0, 0)},
    'GB': {'20.0% S': (20, 0), '5.0% R': (5, 0), '0.0% Z': (0, 0), '0.0% E': (0, 0)},
}
CODES = {
    # name: rates; the first one is the company's default
    'US': {'Florida': ('FL State', 'FL Surtax'), 'Georgia': ('GA State',)},
    'CA': {'HST ON': ('HST ON',), 'GST': ('GST',), 'GST/PST BC': ('GST', 'PST BC'),
           'Zero-rated': ('Zero-rated',)},
    'GB': {'20.0% S': ('20.0% S',), '5.0% R': ('5.0% R',), '0.0% Z': ('0.0% Z',),
           'Exempt': ('0.0% E',)},
}  # fmt: skip


def load(seeder, country):
    """Put them in; return the id of the default code.

    Ids of codes start at 2, as in Intuit's samples. Outside the US a code has purchase rates too.
    """
    agencies = [seeder.put('TaxAgency', DisplayName=name)['Id'] for name in AGENCIES[country]]
    rates = {name: _rate(seeder, name, percent, agencies[agency]) for name, (percent, agency) in RATES[country].items()}
    seeder.books.database.next_number(seeder.books.realm, 'TaxCode')
    codes = [_code(seeder, name, [rates[rate] for rate in of], country)
             for name, of in CODES[country].items()]  # fmt: skip
    return codes[0]


def _rate(seeder, name, percent, agency):
    body = seeder.put('TaxRate', Name=name, Description=name, RateValue=percent, AgencyRef={'value': agency})
    return body['Id']


def _code(seeder, name, rates, country):
    details = [rate_detail(seeder.books, rate) for rate in rates]
    bought = [] if country == 'US' else details
    body = seeder.put(
        'TaxCode', Name=name, Description=name,
        SalesTaxRateList={'TaxRateDetail': details},
        PurchaseTaxRateList={'TaxRateDetail': bought},
    )  # fmt: skip
    return body['Id']
