"""CompanyInfo: the one record about the company itself (qbo-api 9.14)."""

from .base import Entity, required
from .fields import Address, Email, Phone, ReadOnly, Text, Web

ISO3 = {'US': 'USA', 'CA': 'CAN', 'GB': 'GBR'}
ADDRESSES = ('CompanyAddr', 'LegalAddr', 'CustomerCommunicationAddr')


class CompanyInfo(Entity):
    """The company. Modelled: read by realm id, query, sparse update; addresses answer their country
    as three letters (qbo-api 2, changes of 2025); SubscriptionStatus and plan follow the settings.
    Not modelled: ``include=firsttxndate``."""

    name, path = 'CompanyInfo', 'companyinfo'
    operations = frozenset({'update'})
    singleton = True
    is_list = False
    in_webhooks = False
    name_field = 'CompanyName'
    suffixed = ()
    never_blank = ('CompanyName',)
    fields = {
        'CompanyName': Text(1024),
        'LegalName': Text(1024),
        'CompanyAddr': Address(),
        'LegalAddr': Address(),
        'CustomerCommunicationAddr': Address(),
        'PrimaryPhone': Phone(),
        'Email': Email(),
        'WebAddr': Web(),
        'Country': ReadOnly(),
        'SupportedLanguages': Text(100),
        'FiscalYearStartMonth': Text(20),
        'CompanyStartDate': ReadOnly(),
        'EmployerId': Text(100),
        'NameValue': ReadOnly(),
    }
    rules = (required('CompanyName'),)

    def answer(self, books, body):
        body = dict(body)
        for name in ADDRESSES:
            if name in body:
                country = body[name].get('Country', books.country)
                body[name] = {**body[name], 'Country': ISO3.get(country, country)}
        status = {'Name': 'SubscriptionStatus', 'Value': books.settings.subscription_status}
        plan = {'Name': 'OfferingSku', 'Value': f'QuickBooks Online {books.settings.plan}'}
        others = [pair for pair in body.get('NameValue', ()) if pair['Name'] not in (status['Name'], plan['Name'])]
        body['NameValue'] = [*others, plan, status]
        body.setdefault('WebAddr', {})
        return body
