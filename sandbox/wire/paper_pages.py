"""The pages on which a person makes documents "in QuickBooks": sales forms, what is bought, payments, files."""

from werkzeug.utils import redirect

from .. import errors
from ..documents import links, money
from ..entities import attachables
from ..entities.fields import as_number
from . import forms, papers, purchase_papers, views

SEE_OTHER = 303
DONE = {'save': 'saved', 'void': 'voided', 'delete': 'deleted'}
SIDES = links.SIDES
MAKERS = {
    'Payment': forms.payment, 'BillPayment': purchase_papers.payment,
    **{type: purchase_papers.purchase for type in purchase_papers.FORMS},
}  # fmt: skip
"""How the fields of a form become values; ``forms.sale`` for all others."""
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
            return asked in f'{number} {papers.who(body)}'.casefold()

        bodies = [body for body in self._control.all(type, realm=realm) if shown(body)]
        bodies.sort(key=lambda body: (body.get('TxnDate', ''), int(body['Id'])), reverse=True)
        listing = papers.listing(realm, type, bodies, request.args.get('q', ''), self._today())
        return self._page(realm, type, papers.TITLES[type][0], papers.said(request.args) + listing)

    def paper(self, request, realm, type, body, message=''):
        """Return the page of a document, new ones too."""
        message = message or papers.said(request.args)
        if type in SIDES:
            form = self._payment_form(request, realm, type, body, message)
        elif type in purchase_papers.FORMS:
            form = purchase_papers.form(realm, type, body, self._lists(realm, body), message, self._today())
        elif type in forms.SALES_FORMS:
            form = papers.sales_form(realm, type, body, self._lists(realm, body), message, self._today())
        else:
            form = message + views.record(realm, type, body)
        if 'MetaData' in body:
            found = [each for each in self._control.all('Attachable', realm=realm)
                     if {'type': type, 'value': body['Id']} in list(attachables.refs(each))]  # fmt: skip
            form += purchase_papers.attachments(realm, type, body, found)
        return self._page(realm, type, papers.TITLES[type][1], form)

    def _attach(self, request, realm, type, id):
        """Attach a file to a record as a person does."""
        body, file = self._control.get(type, id, realm), request.files.get('file')
        if not file or not file.filename:
            return redirect(f'/company/{realm}/{type}/{id}', SEE_OTHER)
        ref = {'EntityRef': {'type': type, 'value': id}}
        try:
            attachables.upload(self._control.books(realm), {
                'metadata': {'AttachableRef': [ref]}, 'name': file.filename, 'type': file.mimetype,
                'content': file.read(),
            })  # fmt: skip
        except errors.Fault as fault:
            if type not in papers.TITLES:
                raise KeyError(type) from None
            return self.paper(request, realm, type, body, views.notice(lines_of(fault), bad=True))
        return redirect(f'/company/{realm}/{type}/{id}?saved', SEE_OTHER)

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
            **self._purchase_lists(realm, body, items),
        }  # fmt: skip

    def _purchase_lists(self, realm, body, items):
        control = self._control
        accounts = control.all('Account', realm=realm)
        banks, cards = ([each for each in accounts if each['AccountType'] == type] for type in ('Bank', 'Credit Card'))
        names = {type: papers.choices(control.all(type, realm=realm)) for type in ('Vendor', 'Customer', 'Employee')}
        bought = [each for each in items if each.get('ExpenseAccountRef')]
        return {
            'vendors': papers.choices(control.all('Vendor', realm=realm), forms.ref(body, 'VendorRef')),
            'payees': [(f'{type}:{id}', name) for type, found in names.items() for id, name in found],
            'money': papers.choices([*banks, *cards]), 'any account': papers.choices(accounts),
            'bought': papers.choices(bought),
            'paid from': [*((f'Check:{id}', name) for id, name in papers.choices(banks)),
                          *((f'CreditCard:{id}', name) for id, name in papers.choices(cards))],
        }  # fmt: skip

    # New ones.

    def new_paper(self, request, realm, type):
        """Return the empty form of a document."""
        self._control.books(realm)
        body = {'TxnDate': self._today()}
        if type == 'Payment' and request.args.get('invoice'):
            invoice = self._control.get('Invoice', request.args['invoice'], realm)
            body |= {'CustomerRef': invoice['CustomerRef'], 'TotalAmt': invoice['Balance']}
        if type == 'BillPayment' and request.args.get('bill'):
            bill = self._control.get('Bill', request.args['bill'], realm)
            body |= {'VendorRef': bill['VendorRef'], 'TotalAmt': bill['Balance']}
        return self.paper(request, realm, type, body)

    def _create_paper(self, request, realm, type):
        form = request.form.to_dict()
        values = MAKERS.get(type, forms.sale)(form, {})
        try:
            body = self._control.create(type, self._with_currency(realm, values), realm)
        except errors.Fault as fault:
            return self.paper(request, realm, type, _typed(values), views.notice(lines_of(fault), bad=True))
        return redirect(f'/company/{realm}/{type}/{body["Id"]}?saved', SEE_OTHER)

    def _with_currency(self, realm, values):
        """A person does not choose the currency: it is the customer's or the vendor's."""
        books = self._control.books(realm)
        entity = values.get('EntityRef') or {}
        names = [('Customer', forms.ref(values, 'CustomerRef')), ('Vendor', forms.ref(values, 'VendorRef'))]
        found = [books.stored(*pair) for pair in (*names, (entity.get('type'), entity.get('value'))) if pair[1]]
        ref = next((name['CurrencyRef'] for name in found if name and 'CurrencyRef' in name), books.currency_ref())
        return {**values, 'CurrencyRef': ref} if books.multicurrency else values

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
                values = MAKERS.get(type, forms.sale)(request.form.to_dict(), old)
                self._control.update(type, id, values, realm, request.form['SyncToken'])
            else:
                getattr(self._control, do)(type, id, realm)
        except errors.Fault as fault:
            return self.paper(request, realm, type, old, views.notice(lines_of(fault), bad=True))
        where = f'/company/{realm}/{type}' if do == 'delete' else f'/company/{realm}/{type}/{id}'
        return redirect(f'{where}?{DONE[do]}', SEE_OTHER)

    def _payment_form(self, request, realm, type, body, message):
        side, applied = SIDES[type], links.applied(body)
        found = [
            (kind, paper, _share(request, body, applied, kind, paper)) for kind in side.kinds
            for paper in self._control.all(kind, realm=realm)
            if (kind, paper['Id']) in applied
            or (paper['Balance'] and forms.ref(paper, side.ref) == forms.ref(body, side.ref))
        ]  # fmt: skip
        show = papers.payment_form if side is links.SALES else purchase_papers.payment_form
        return show(realm, body, self._lists(realm, body), found, message, self._today())


def _share(request, body, applied, type, paper):
    """Return what stands beside a document as applied: what is, or all of the invoice one came from."""
    if (type, paper['Id']) in applied:
        return forms.shown(money.amount(applied[type, paper['Id']]))
    fresh = 'MetaData' not in body and request.method == 'GET'
    from_it = request.args.get('invoice' if type == 'Invoice' else 'bill') == paper['Id']
    return forms.shown(paper['Balance']) if fresh and from_it and type in ('Invoice', 'Bill') else ''


def _typed(values):
    """Return refused values so that the form shows them again."""
    body = {**values, 'Line': [dict(line) for line in values.get('Line') or ()]}
    for line in body['Line']:
        line['Amount'] = as_number(line.get('Amount'))
        for kind in (forms.ITEM, purchase_papers.ITEM):
            for name in ('Qty', 'UnitPrice'):
                if name in line.get(kind, {}):
                    line[kind] = {**line[kind], name: as_number(line[kind][name])}
        if forms.OFF in line and 'DiscountPercent' in line[forms.OFF]:
            line[forms.OFF] = {**line[forms.OFF], 'DiscountPercent': as_number(line[forms.OFF]['DiscountPercent'])}
    if 'TotalAmt' in body:
        body['TotalAmt'] = as_number(body['TotalAmt'])
    return body
