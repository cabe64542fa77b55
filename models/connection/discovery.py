"""The addresses of Intuit's OAuth service, as its discovery document names them: read once a day, kept meanwhile."""

import dataclasses
import logging
from datetime import timedelta

from odoo import fields, models

from ...qbo import discovery, errors

_logger = logging.getLogger(__name__)

KEEP = timedelta(days=1)


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    discovered = fields.Json(readonly=True, copy=False, help="The addresses that the document named, and of where.")
    discovered_at = fields.Datetime("Discovery Document Read", readonly=True, copy=False)

    def _endpoints(self):
        """Return the addresses of the environment: those that were discovered for it, else the ones we know."""
        known = self._known_endpoints()
        found = dict(self.sudo().discovered or {})
        if not found or found.pop('of') != known.base_url:
            return known
        return dataclasses.replace(known, **found)

    def _discover(self):
        """Read the discovery document where the one we have is older than a day. A document that cannot be had, or
        names an address that is not Intuit's, changes nothing and is asked for again a day later.

        :return: 1 where it was asked for, 0 otherwise
        """
        connection, now = self.sudo(), fields.Datetime.now()
        known = self._known_endpoints()
        is_of_here = (connection.discovered or {}).get('of') == known.base_url
        if is_of_here and connection.discovered_at and connection.discovered_at > now - KEEP:
            return 0
        try:
            connection.discovered = {**discovery.read(known), 'of': known.base_url}
        except errors.QboError as error:
            _logger.warning("The discovery document of %s cannot be used: %s", known.environment, error)
            connection.discovered = {**(connection.discovered if is_of_here else {}), 'of': known.base_url}
        connection.discovered_at = now
        return 1

    def _first_steps(self, step):
        return [self._discover, *super()._first_steps(step)]

    def action_connect(self):
        self._check_may('write')
        self._check_client()
        self._discover()
        return super().action_connect()

    def action_connect_direct(self):
        self._check_may('write')
        self._check_client()
        self._discover()
        return super().action_connect_direct()
