"""The page *Production Keys*: what Intuit wants before it gives them out, and how far this database is (qbo-api 1.6).

Intuit asks each app for addresses that answer, a questionnaire, and a rehearsal with a development company. The list
checks itself; what cannot be known here (what was typed in at Intuit) is said by the administrator.
"""

import ipaddress
import re
import ssl
import sys
from collections import namedtuple
from datetime import timedelta
from urllib.parse import urlsplit

import requests
from odoo import api, fields, models, release

from ...qbo import client, throttle
from .auth import STATE_MINUTES
from .rehearsal import KINDS

Check = namedtuple('Check', 'level title text')
Check.__doc__ = "A line of the checklist. ``level``: ``ok``, ``warning`` or ``blocking``."

PAGES = {
    'launch': '/quickbooks_online/launch',
    'disconnected': '/quickbooks_online/disconnected',
    'reconnect': '/quickbooks_online/reconnect',
    'privacy': '/quickbooks_online/privacy/%s',
    'license': '/quickbooks_online/license/%s',
}
"""What is served for Intuit and its users; those with ``%s`` are each connection's own."""
MARKS = re.compile(r'intuit|quick\s*books|\bqbo?\b|turbo\s*tax|mail\s*chimp|credit\s*karma|proconnect', re.IGNORECASE)
"""Intuit's marks, which the name of an app may not hold."""
ACCESS_TOKEN_HOURS = 1
KEEP_BODIES_DAYS = 32
PAGE_TIMEOUT_S = 5


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    app_name = fields.Char("App Name at Intuit", help="As Intuit's users see it. It may not hold a mark of Intuit.")
    support_email = fields.Char("Support Contact", help="Who helps users of the app; Intuit and the pages show it.")
    privacy_policy = fields.Html(help="Shown instead of the text that comes with this app, when filled in.")
    end_user_license = fields.Html(help="Shown instead of the text that comes with this app, when filled in.")
    launch_url = fields.Char("Launch Address", compute='_compute_pages')
    disconnect_url = fields.Char("Disconnect Address", compute='_compute_pages')
    reconnect_url = fields.Char("Reconnect Address", compute='_compute_pages')
    privacy_url = fields.Char("Privacy Policy Address", compute='_compute_pages')
    license_url = fields.Char("End-User License Address", compute='_compute_pages')
    host_domain = fields.Char(compute='_compute_pages')
    told_addresses = fields.Json(readonly=True, copy=False, help="What an administrator said to have told Intuit.")
    pages_answers = fields.Json(readonly=True, copy=False, help="What each page answered when it was last asked for.")
    keep_bodies_days = fields.Integer(
        "Keep What Was Sent (Days)",
        default=KEEP_BODIES_DAYS,
        help="How long the body of a request is kept after it was answered. Intuit wants no customer data in logs for "
        "longer than they are of use: they show what was sent when somebody asks why. The line without its body stays "
        "for 32 days, because reads and calls are counted by it.",
    )
    keys_checklist = fields.Html(compute='_compute_keys', sanitize=False)
    keys_answers = fields.Html(compute='_compute_keys', sanitize=False)
    keys_open_count = fields.Integer(compute='_compute_keys')

    _keep_bodies_days = models.Constraint('CHECK(keep_bodies_days > 0)', "Keep what was sent for a day at least.")

    # === COMPUTE METHODS === #

    def _compute_pages(self):
        for connection in self:
            base = connection.get_base_url()
            connection.launch_url = base + PAGES['launch']
            connection.disconnect_url = base + PAGES['disconnected']
            connection.reconnect_url = base + PAGES['reconnect']
            connection.privacy_url = base + PAGES['privacy'] % connection.id
            connection.license_url = base + PAGES['license'] % connection.id
            connection.host_domain = urlsplit(base).hostname

    @api.depends('app_name', 'support_email', 'told_addresses', 'pages_answers', 'environment', 'client_id', 'state')
    def _compute_keys(self):
        render = self.env['ir.qweb']._render
        for connection in self:
            checks = connection._keys_checks() if connection.id else []
            connection.keys_open_count = len([check for check in checks if check.level != 'ok'])
            connection.keys_checklist = render('quickbooks_online.keys_checklist', {'checks': checks})
            connection.keys_answers = render('quickbooks_online.keys_answers', connection._keys_facts())

    # === THE CHECKLIST === #

    def _keys_checks(self):
        """Return the :class:`Check` of everything that Intuit wants, in the order in which one does it."""
        self.ensure_one()
        return [
            self._check_of_host(),
            self._check_of_name(),
            self._check_of_support(),
            self._check_of_told(),
            self._check_of_answers(),
            *self._checks_of_rehearsal(),
            self._check_of_token(),
        ]

    def _check_of_host(self):
        title, host = self.env._("Address of this Odoo"), self.host_domain or ''
        if not self.launch_url.startswith('https://'):
            text = self.env._(
                "%s does not begin with https. Intuit sends users of production apps to https addresses only: set the "
                "system parameter web.base.url, and proxy_mode in odoo.conf behind a proxy.",
                self.get_base_url(),
            )
            return Check('blocking', title, text)
        if _is_private(host):
            text = self.env._("%s is not an address that Intuit and its users can reach.", host)
            return Check('blocking', title, text)
        return Check('ok', title, self.env._("Host domain to tell Intuit: %s", host))

    def _check_of_name(self):
        title = self.env._("Name of the app")
        if not self.app_name:
            return Check('warning', title, self.env._("Enter the name that you gave the app at Intuit."))
        if mark := MARKS.search(self.app_name):
            text = self.env._(
                "“%(name)s” holds “%(mark)s”, a mark of Intuit, which Intuit refuses. Your company's name and "
                "“Sync” will do.",
                name=self.app_name,
                mark=mark[0],
            )
            return Check('blocking', title, text)
        return Check('ok', title, self.app_name)

    def _check_of_support(self):
        title = self.env._("Support contact")
        if not self.support_email:
            return Check('blocking', title, self.env._("Enter whom users write to. Intuit and the pages show it."))
        return Check('ok', title, self.support_email)

    def _check_of_told(self):
        title, told = self.env._("Addresses at Intuit"), self.told_addresses
        if not told:
            text = self.env._("Copy the addresses into the settings of your app, then press I Told Intuit These.")
            return Check('warning', title, text)
        if changed := [value for key, value in self._addresses().items() if told.get(key) != value]:
            text = self.env._("Intuit was told others than now: %s. Correct them there, then say so.", changed)
            return Check('blocking', title, text)
        return Check('ok', title, self.env._("Intuit was told the addresses of today."))

    def _check_of_answers(self):
        title, answers = self.env._("Pages answer"), self.pages_answers
        if not answers:
            return Check('warning', title, self.env._("Press Check Pages: each is asked for at its own address."))
        if bad := [f'{url}: {answer}' for url, answer in answers.items() if answer != 'ok']:
            return Check('blocking', title, self.env._("Not all answer: %s", bad))
        return Check('ok', title, self.env._("Launch, disconnect, reconnect, privacy policy and license answered."))

    def _checks_of_rehearsal(self):
        """Return a check for each step that Intuit wants to have been tried with a development company."""
        rows = self.sudo().search([('company_id', '=', self.company_id.id)]).rehearsal_ids
        for kind, _label in KINDS:
            title = self.env._("Rehearsal: %s", dict(rows._fields['kind']._description_selection(self.env))[kind])
            done = rows.filtered(lambda row, kind=kind: row.kind == kind)
            if kind == 'expired':
                done = self._outlived_token(rows)
            if not done:
                text = self.env._("Not done yet with a development company of Intuit (environment “Intuit sandbox”).")
                yield Check('warning', title, text)
            elif done.environment != 'sandbox':
                yield Check('warning', title, self.env._("Done with the local sandbox only, not with one of Intuit's."))
            else:
                yield Check('ok', title, fields.Datetime.to_string(done.done_at) + ' UTC')

    def _outlived_token(self, rows):
        """Return the rehearsed connect that a later access token came after: the first one had expired."""
        refreshed_at = self._credential().refreshed_at
        began = rows.filtered(lambda row: row.kind in ('connect', 'reconnect'))[-1:]
        if not began or not refreshed_at or refreshed_at < began.done_at + timedelta(hours=ACCESS_TOKEN_HOURS):
            return rows.browse()
        return began

    def _check_of_token(self):
        title = self.env._("Webhook verifier token")
        if not self.has_verifier_token:
            return Check('warning', title, self.env._("Without it changes in QuickBooks wait for the schedule."))
        return Check('ok', title, self.env._("Entered."))

    def _addresses(self):
        """Return ``{name: address}`` of all that an app is told at Intuit."""
        names = ('redirect_uri', 'webhook_url', 'launch_url', 'disconnect_url', 'reconnect_url', 'privacy_url')
        return {name: self[name] for name in (*names, 'license_url', 'host_domain')}

    # === THE QUESTIONNAIRE === #

    def _keys_facts(self):
        """Return what the answers to Intuit's questionnaire say of this database."""
        second, minute = throttle.LIMITS
        return {
            'connection': self,
            'odoo': release.version,
            'python': sys.version.split()[0],
            'openssl': ssl.OPENSSL_VERSION,
            'key_place': self._key_place(),
            'state_minutes': STATE_MINUTES,
            'calls_a_second': second.count,
            'calls_a_minute': minute.count,
            'pause_s': throttle.PAUSE_S,
            'batch_max': client.BATCH_MAX,
            'minor_version': client.MINOR_VERSION,
        }

    def _key_place(self):
        """Return in words where the encryption key lies."""
        place = self.env['qbo.credential'].sudo()._key_place()
        return {
            'environment': self.env._("it is an environment variable of the server"),
            'conf': self.env._("it stands in the server's configuration file"),
            'file': self.env._("it is a file of the server that only Odoo's user can read"),
        }[place]

    # === ACTION METHODS === #

    @api.model
    def action_keys(self):
        """Open the page *Production Keys*: of the only connection, or the list of those of the selected companies."""
        connections = self.search([], limit=2)
        if len(connections) == 1:
            return connections.action_production_keys()
        return self.env['ir.actions.act_window']._for_xml_id('quickbooks_online.qbo_keys_action')

    def action_production_keys(self):
        """Open the page *Production Keys* of this connection."""
        self.ensure_one()
        self._check_may('write')
        action = self.env['ir.actions.act_window']._for_xml_id('quickbooks_online.qbo_keys_action')
        view = self.env.ref('quickbooks_online.qbo_keys_view_form')
        return {**action, 'res_id': self.id, 'view_mode': 'form', 'views': [(view.id, 'form')]}

    def action_told_addresses(self):
        """Note that the app's settings at Intuit hold the addresses of today."""
        self._check_may('write')
        for connection in self.sudo():
            connection.told_addresses = connection._addresses()

    def action_check_pages(self):
        """Ask for each page at its own address, as Intuit would, and note what it answers."""
        self.ensure_one()
        self._check_may('write')
        urls = (self.launch_url, self.disconnect_url, self.reconnect_url, self.privacy_url, self.license_url)
        self.sudo().pages_answers = {url: _answer_of(url) for url in urls}

    def _page_text(self, page):
        """Return the text of a page that an administrator can edit, as safe HTML.

        :param str page: ``privacy`` or ``license``
        """
        own = self.privacy_policy if page == 'privacy' else self.end_user_license
        return own or self.env['ir.qweb']._render(f'quickbooks_online.page_{page}_text', {'connection': self})


def _answer_of(url):
    """Return ``ok``, or what is wrong with the answer of a page. A page that wants a login answers by leading there."""
    try:
        response = requests.get(url, timeout=PAGE_TIMEOUT_S, allow_redirects=False)
    except requests.RequestException as error:
        return type(error).__name__
    return 'ok' if response.status_code in (200, 302, 303) else str(response.status_code)


def _is_private(host):
    """Return whether a host is one that nobody outside reaches."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return '.' not in host or host.endswith(('.local', '.localhost', '.internal', '.test'))
