"""Models without a counterpart in QuickBooks whose fields are in the values of others: see ``qbo.watched``."""

from odoo import models


class AccountPaymentTermLine(models.Model):
    _name = 'account.payment.term.line'
    _inherit = ['account.payment.term.line', 'qbo.watched']


class AccountTax(models.Model):
    _name = 'account.tax'
    _inherit = ['account.tax', 'qbo.watched']


class ProductAttribute(models.Model):
    _name = 'product.attribute'
    _inherit = ['product.attribute', 'qbo.watched']


class ProductAttributeValue(models.Model):
    _name = 'product.attribute.value'
    _inherit = ['product.attribute.value', 'qbo.watched']


class ProductTemplateAttributeLine(models.Model):
    _name = 'product.template.attribute.line'
    _inherit = ['product.template.attribute.line', 'qbo.watched']


class ProductTemplateAttributeValue(models.Model):
    _name = 'product.template.attribute.value'
    _inherit = ['product.template.attribute.value', 'qbo.watched']


class ResCountry(models.Model):
    _name = 'res.country'
    _inherit = ['res.country', 'qbo.watched']


class ResCountryState(models.Model):
    _name = 'res.country.state'
    _inherit = ['res.country.state', 'qbo.watched']
