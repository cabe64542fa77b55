"""A tax of Odoo becomes a tax code of QuickBooks (qbo-api 9.7: the tax service)."""

from odoo import models
from odoo.exceptions import UserError

from ..qbo import errors, taxes
from .connection.messages import sentence

CODE_NAME_MAX = 100  # qbo-api 9.7
TAX_LISTS = ('TaxAgency', 'TaxRate', 'TaxCode')
RATE_NAME_MAX = 10  # qbo-api 9.7; appendix C: other sources have 31 and 100


class AccountTax(models.Model):
    _inherit = 'account.tax'

    def action_qbo_create_code(self):
        """Create this tax in QuickBooks, a group with a rate for each of its taxes, and map it. Calls QuickBooks.

        Pressed twice, also after a crash, it creates nothing twice. A code that is there already is only mapped.
        """
        self.ensure_one()
        self.check_access('read')
        connection = self._qbo_connection()
        connection.with_env(self.env)._check_may('write')
        connection._check_connected()
        if connection._tax_model() == 'automated':
            raise UserError(self.env._("QuickBooks finds the tax itself (automated sales tax): it needs no tax codes."))
        if reason := self._qbo_odd():
            raise UserError(reason.text(self.env))
        if any(rate.applies != taxes.ON_AMOUNT for rate in self._qbo_rates()):
            raise UserError(
                self.env._(
                    "QuickBooks lets no app create tax on top of tax. Create it there, then press Refresh Lists."
                )
            )
        return self._qbo_begin_code(connection)

    def _qbo_begin_code(self, connection):
        """Create the code. Others extend this, to ask first."""
        return self._qbo_create_code(connection)

    def _qbo_create_code(self, connection):
        """Create the code unless it is there, map it, and return the action that says how that went."""
        try:
            failed = self._qbo_code_made(connection)
        except errors.QboError as error:
            failed = sentence(self.env, error, name=self.name)
        if failed:
            return self._qbo_failed(failed)
        return connection._toast(
            self.env._("“%(tax)s” is “%(code)s” in QuickBooks.", tax=self.name, code=self.sudo().qbo_tax_code_id.name),
            next={'type': 'ir.actions.client', 'tag': 'soft_reload'},
        )

    def _qbo_code_made(self, connection):
        """Create the code unless it is there, and map it. Calls QuickBooks.

        :return: why it cannot be created, in words; None where it is there now
        :raise qbo.errors.QboError: QuickBooks refused it, or did not answer
        """
        references = self.env['qbo.reference'].sudo()
        references._read_lists(connection, TAX_LISTS)
        code, _reason = self._qbo_code_or_reason(connection, side=self.type_tax_use)
        if not code:
            if other := self._qbo_lists(connection, None, self.type_tax_use).named(self.name):
                return self._qbo_differs(other).text(self.env)
            agency = connection._agency_for_taxes()
            answer = connection._write_now('TaxService/TaxCode', self._qbo_code_values(connection, agency))
            references._read_lists(connection, TAX_LISTS)
            code = references._of(connection, 'TaxCode', str(answer.values['TaxCodeId']))
            connection._log('push', self.env._("The tax code “%s” was created in QuickBooks.", code.name))
        self.sudo().qbo_tax_code_id = code
        return None

    def _qbo_failed(self, text):
        """Return the action that says so. Not an error: what was read and what was sent stay in the trace."""
        return self.env['qbo.connection']._toast(text, 'danger', sticky=True, next=False)

    def _qbo_code_values(self, connection, agency):
        lists = self._qbo_lists(connection, None, self.type_tax_use)
        taken, details = {rate.name.casefold() for rate in lists.rates.values()}, []
        for rate in self._qbo_rates():
            if known := lists.rates_like(rate):
                details.append({'TaxRateId': min(known)})
                continue
            name = _free_name(rate.name, taken)
            taken.add(name.casefold())
            details.append(
                {
                    'TaxRateName': name,
                    'RateValue': f'{rate.percent:g}',
                    'TaxAgencyId': agency.qbo_id,
                    'TaxApplicableOn': 'Purchase' if self.type_tax_use == 'purchase' else 'Sales',
                }
            )
        return {'TaxCode': self.name.strip()[:CODE_NAME_MAX], 'TaxRateDetails': details}


def _free_name(name, taken):
    """Return a name for a rate that is short enough and not in use: QuickBooks wants each once."""
    name, number, suffix = name.strip(), 1, ''
    while True:
        short = name[: RATE_NAME_MAX - len(suffix)].rstrip() + suffix
        if short.casefold() not in taken:
            return short
        number += 1
        suffix = f' {number}'
