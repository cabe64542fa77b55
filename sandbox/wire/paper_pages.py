"""The pages on which a person makes documents "in QuickBooks": sales forms and payments."""

from werkzeug.utils import redirect

from .. import errors
from ..documents import links, money
from ..entities.fields import as_number
from . import forms, papers, views

SEE_OTHER = 303
DONE = {'save': 'saved', 'void': 'voided', 'delete': 'deleted'}
BANKS = frozenset({'Bank', 'Other Current Asset'})


def lines_of(fault):
    """Return the lines of a refusal as people read them."""
    return [f'{error.detail} ({error.code})' for error in fault.errors]


class PaperPages:
    """Part of :class:`.pages.Pages`; it has ``_control`` and ``_page`` from there."""

    def _today(self):
        return self._control.clock.today().isoformat()

    def paper_list(self, request, realm, type):
        """Return the list of a type's documents."""
        asked = request.args.get('q', '').strip().casefold()

        def shown(body):
            number = body.get('DocNumber') or body.get('PaymentRefNum') or ''
            return asked in f'{number} {(body.get("CustomerRef") or {}).get("name", "")}'.casefold()

        bodies = [body for body in self._control.all(type, realm=realm) if shown(body)]
        bodies.sort(key=lambda body: (body.get('TxnDate', ''), int(body['Id'])), reverse=True)
        listing = papers.listing(realm, type, bodies, request.args.get('q', ''), self._today())
        return self._page(realm, type, papers.TITLES[type][0], papers.said(request.args) + listing)

    def paper(self, request, realm, type, body, message=''):
        """Return the page of a document, new ones too."""
        message = message or papers.said(request.args)
        if type == 'Payment':
            form = self._payment_form(request, realm, body, message)
        elif type in forms.SALES_FORMS:
            form = papers.sales_form(realm, type, body, self._lists(realm, body), message, self._today())
        else:
            form = message + views.record(realm, type, body)
        return self._page(realm, type, papers.TITLES[type][1], form)

    def _lists(self, realm, body):
        control, us = self._control, self._control.books(realm).country == 'US'
        accounts = [each for each in control.all('Account', realm=realm) if each['AccountType'] in BANKS]
        codes = papers.choices(control.all('TaxCode', realm=realm))
        items = [each for each in control.all('Item', realm=realm) if each['Type'] != 'Category']
        return {
            'us': us, 'codes': codes, 'line_codes': [('NON', 'No'), ('TAX', 'Yes')] if us else codes,
            'customers': papers.choices(control.all('Customer', realm=realm), forms.ref(body, 'CustomerRef')),
            'items': papers.choices(items), 'terms': papers.choices(control.all('Term', realm=realm)),
            'methods': papers.choices(control.all('PaymentMethod', realm=realm)), 'accounts': papers.choices(accounts),
        }  # fmt: skip

    # New ones.

    def new_paper(self, request, realm, type):
        """Return the empty form of a document."""
        self._control.books(realm)
        body = {'TxnDate': self._today()}
        if type == 'Payment' and request.args.get('invoice'):
            invoice = self._control.get('Invoice', request.args['invoice'], realm)
            body |= {'CustomerRef': invoice['CustomerRef'], 'TotalAmt': invoice['Balance']}
        return self.paper(request, realm, type, body)

    def _create_paper(self, request, realm, type):
        form = request.form.to_dict()
        make = forms.payment if type == 'Payment' else forms.sale
        values = make(form, {})
        try:
            body = self._control.create(type, self._with_currency(realm, values), realm)
        except errors.Fault as fault:
            return self.paper(request, realm, type, _typed(values), views.notice(lines_of(fault), bad=True))
        return redirect(f'/company/{realm}/{type}/{body["Id"]}?saved', SEE_OTHER)

    def _with_currency(self, realm, values):
        """A person does not choose the currency: it is the customer's."""
        books = self._control.books(realm)
        customer = books.stored('Customer', forms.ref(values, 'CustomerRef'))
        return {**values, 'CurrencyRef': customer['CurrencyRef']} if books.multicurrency and customer else values

    # Existing ones.

    def _save_paper(self, request, realm, type, id):
        if type not in papers.MADE_HERE:
            raise KeyError(type)
        if id == 'new':
            return self._create_paper(request, realm, type)
        do = request.form.get('do', 'save')
        old = self._control.get(type, id, realm)
        try:
            if do == 'save':
                make = forms.payment if type == 'Payment' else forms.sale
                values = make(request.form.to_dict(), old)
                self._control.update(type, id, values, realm, request.form['SyncToken'])
            else:
                getattr(self._control, do)(type, id, realm)
        except errors.Fault as fault:
            return self.paper(request, realm, type, old, views.notice(lines_of(fault), bad=True))
        where = f'/company/{realm}/{type}' if do == 'delete' else f'/company/{realm}/{type}/{id}'
        return redirect(f'{where}?{DONE[do]}', SEE_OTHER)

    def _payment_form(self, request, realm, body, message):
        applied = links.applied(body)
        found = [
            (type, paper, _share(request, body, applied, type, paper)) for type in links.SALES.kinds
            for paper in self._control.all(type, realm=realm)
            if (type, paper['Id']) in applied
            or (paper['Balance'] and forms.ref(paper, 'CustomerRef') == forms.ref(body, 'CustomerRef'))
        ]  # fmt: skip
        return papers.payment_form(realm, body, self._lists(realm, body), found, message, self._today())


def _share(request, body, applied, type, paper):
    """Return what stands beside a document as applied: what is, or all of the invoice one came from."""
    if (type, paper['Id']) in applied:
        return forms.shown(money.amount(applied[type, paper['Id']]))
    fresh = 'MetaData' not in body and request.method == 'GET'
    return forms.shown(paper['Balance']) if fresh and request.args.get('invoice') == paper['Id'] else ''


def _typed(values):
    """Return refused values so that the form shows them again."""
    body = {**values, 'Line': [dict(line) for line in values.get('Line') or ()]}
    for line in body['Line']:
        line['Amount'] = as_number(line.get('Amount'))
        for name in ('Qty', 'UnitPrice'):
            if name in line.get(forms.ITEM, {}):
                line[forms.ITEM] = {**line[forms.ITEM], name: as_number(line[forms.ITEM][name])}
        if forms.OFF in line and 'DiscountPercent' in line[forms.OFF]:
            line[forms.OFF] = {**line[forms.OFF], 'DiscountPercent': as_number(line[forms.OFF]['DiscountPercent'])}
    if 'TotalAmt' in body:
        body['TotalAmt'] = as_number(body['TotalAmt'])
    return body
