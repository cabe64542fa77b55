"""The pages for people: look at a company, edit its customers, make something go wrong."""

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.utils import redirect

from .. import entities, errors
from ..clock import pacific
from . import views
from .paper_pages import PaperPages, lines_of
from .papers import MADE_HERE, TITLES
from .report_pages import ReportPages

ROUTES = (
    ('GET', '/', 'home'),
    ('GET', '/company/<realm>/TrialBalance', 'trial_balance'),
    ('GET', '/company/<realm>/<type>', 'list'),
    ('GET', '/company/<realm>/Customer/new', 'new'),
    ('POST', '/company/<realm>/Customer/new', 'create'),
    ('POST', '/company/<realm>/<type>/<id>', 'save_paper'),
    ('POST', '/company/<realm>/<type>/<id>/attach', 'attach'),
    ('GET', '/company/<realm>/<type>/<id>', 'show'),
    ('POST', '/company/<realm>/Customer/<id>', 'save'),
    ('GET', '/app/<page>', 'app'),
    ('GET', '/requests', 'requests'),
    ('POST', '/requests', 'clear'),
    ('GET', '/faults', 'faults'),
    ('POST', '/faults', 'arm'),
    ('POST', '/faults/disarm', 'disarm'),
    ('POST', '/levers', 'pull'),
    ('POST', '/books', 'close_books'),
)
SEE_OTHER = 303
APP_PAGES = {
    'customerdetail': 'Customer', 'vendordetail': 'Vendor', 'invoice': 'Invoice', 'recvpayment': 'Payment',
    'creditmemo': 'CreditMemo', 'salesreceipt': 'SalesReceipt', 'refundreceipt': 'RefundReceipt',
    'deposit': 'Deposit', 'journal': 'JournalEntry', 'bill': 'Bill', 'billpayment': 'BillPayment',
    'vendorcredit': 'VendorCredit', 'expense': 'Purchase', 'check': 'Purchase', 'creditcardcredit': 'Purchase',
}  # fmt: skip
"""Page of Intuit's web application: the type whose id is its one parameter."""


class Pages(PaperPages, ReportPages):
    """Serves the pages for one sandbox."""

    def __init__(self, control):
        self._control = control
        self._urls = Map([Rule(path, methods=[method], endpoint=name) for method, path, name in ROUTES])

    def serve(self, request):
        """Return the response for a request."""
        try:
            name, values = self._urls.bind_to_environ(request.environ).match()
            return getattr(self, f'_{name}')(request, **values)
        except HTTPException as error:
            return error.get_response(request.environ)
        except KeyError:
            return views.shell('Not found', '/', '<p class="empty">There is no such company.</p>')

    @property
    def _subtitle(self):
        clock = self._control.clock
        ahead = f' (+{clock.offset_s / 3600:.0f} h)' if clock.offset_s else ''
        return f'{self._control.url} · {pacific(clock.time()):%H:%M} Pacific{ahead}'

    # Books.

    def _home(self, request):
        return redirect(f'/company/{self._control.realm_id}/Customer')

    def _app(self, request, page):
        """Lead an address of Intuit's own web application to the record's page here."""
        type = APP_PAGES.get(page)
        if type is None:
            raise KeyError(page)
        id = next(iter(request.args.values()), '')
        return redirect(f'/company/{self._control.realm_id}/{type}/{id}')

    def _page(self, realm, type, title, body):
        database = self._control.intuit.database
        counts = {
            row['type']: row['number']
            for row in database.rows('SELECT type, count(*) AS number FROM entity WHERE realm = ? GROUP BY type', realm)
        }
        side = views.side(database.realms(), realm, type, counts)
        return views.shell(title, '/', f'<div class="frame">{side}<main>{body}</main></div>', self._subtitle)

    def _list(self, request, realm, type):
        if type not in entities.ENTITIES:
            raise KeyError(type)
        if type in TITLES:
            return self.paper_list(request, realm, type)
        asked = request.args.get('q', '').strip()
        bodies = [
            body for body in self._control.all(type, realm=realm)
            if asked.casefold() in views.name_of(body).casefold()
        ]  # fmt: skip
        bodies.sort(key=lambda body: (not body.get('Active', True), views.name_of(body).casefold()))
        return self._page(realm, type, views.LABELS[type], views.listing(realm, type, bodies, asked))

    def _show(self, request, realm, type, id):
        if type in MADE_HERE and id == 'new':
            return self.new_paper(request, realm, type)
        try:
            body = self._control.get(type, id, realm)
        except errors.Fault as fault:
            return self._page(realm, type, 'Not found', views.notice(lines_of(fault), bad=True))
        if type in TITLES:
            return self.paper(request, realm, type, body)
        if type != 'Customer':
            return self._page(realm, type, views.name_of(body), views.record(realm, type, body))
        message = views.notice('Saved in QuickBooks.') if 'saved' in request.args else ''
        return self._page(realm, type, views.name_of(body), views.customer_form(realm, body, message))

    def _new(self, request, realm):
        self._control.books(realm)
        return self._page(realm, 'Customer', 'New customer', views.customer_form(realm, {}))

    def _create(self, request, realm):
        values = _values(request.form, {})
        try:
            body = self._control.create('Customer', values, realm)
        except errors.Fault as fault:
            return self._refused(realm, values, fault)
        return redirect(f'/company/{realm}/Customer/{body["Id"]}?saved', SEE_OTHER)

    def _save(self, request, realm, id):
        old = self._control.get('Customer', id, realm)
        values = _values(request.form, old)
        if 'toggle' in request.form:
            values = {'Active': not old['Active']}
        try:
            self._control.update('Customer', id, values, realm, request.form['SyncToken'])
        except errors.Fault as fault:
            return self._refused(realm, {**old, **values, 'SyncToken': request.form['SyncToken']}, fault)
        return redirect(f'/company/{realm}/Customer/{id}?saved', SEE_OTHER)

    def _refused(self, realm, values, fault):
        form = views.customer_form(realm, values, views.notice(lines_of(fault), bad=True))
        return self._page(realm, 'Customer', 'Not saved', form)

    # Requests and faults.

    def _requests(self, request):
        return views.requests_page(list(self._control.requests), 'live' in request.args, self._subtitle)

    def _clear(self, request):
        self._control.requests.clear()
        return redirect('/requests', SEE_OTHER)

    def _faults(self, request, message=''):
        control = self._control
        closed = control.books().preference('AccountingInfoPrefs', 'BookCloseDate') or ''
        return views.faults_page(
            control.armed(), control.fault_kinds, control.clock, message, self._subtitle, closed=closed
        )

    def _arm(self, request):
        asked = {name: value for name, value in request.form.items() if value}
        times = int(asked.pop('times', 1))
        try:
            self._control.arm(times=times, **asked)
        except (ValueError, TypeError) as error:
            return self._faults(request, views.notice(str(error), bad=True))
        return redirect('/faults', SEE_OTHER)

    def _disarm(self, request):
        self._control.disarm(int(request.form['id']) if request.form.get('id') else None)
        return redirect('/faults', SEE_OTHER)

    def _pull(self, request):
        levers = {
            'hour': lambda: self._control.clock.advance(hours=1),
            'day': lambda: self._control.clock.advance(days=1),
            'expire': self._control.expire_access_tokens,
            'disconnect': self._control.disconnect,
        }
        levers[request.form['lever']]()
        return redirect('/faults', SEE_OTHER)

    def _close_books(self, request):
        """Close the books up to a day, or open them: no day."""
        day = 'close' in request.form and request.form.get('day')
        if day:
            self._control.configure(preferences={'AccountingInfoPrefs': {'BookCloseDate': day}})
        else:
            prefs = dict(self._control.get('Preferences', '1')['AccountingInfoPrefs'])
            prefs.pop('BookCloseDate', None)  # an update cannot take a member out
            self._control.overwrite('Preferences', '1', {'AccountingInfoPrefs': prefs})
        return redirect('/faults', SEE_OTHER)


def _values(form, old):
    """Return the values of a form in QuickBooks' shape; members of an address that it lacks stay."""
    address = {name: value for name, value in old.get('BillAddr', {}).items() if name != 'Id'}
    values = {'BillAddr': address} if address else {}
    for path in views.FIELDS:
        name, _dot, member = path.partition('.')
        if member:
            values.setdefault(name, {})[member] = form.get(path, '')
        else:
            values[name] = form.get(path, '')
    return values
