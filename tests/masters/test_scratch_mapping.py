"""Proof that mappings carry: vendors, kept in sync both ways, by one class and no other file."""

from odoo import models
from odoo.orm.model_classes import add_to_registry

from ...models.connection.reason import Reason
from ..common import QboCase

NAMED_ONLY = 'qbo.mapping.vendor_name'


class ScratchVendor(models.AbstractModel):
    """A vendor with name, contact and address, beside the customer that the same partner may be."""

    _module = None
    _name = 'qbo.mapping.scratch_vendor'
    _inherit = ['qbo.mapping.party']
    _description = "Vendor"

    _entity = 'Vendor'
    _switch = 'sync_customers'
    _schedules = ('customers',)
    _is_compared = False
    _rank_field = 'supplier_rank'
    _document_types = ('in_invoice', 'in_refund')
    _contact_type = 'other'

    def _concerned(self, step, partners):
        return partners.filtered(lambda partner: partner.supplier_rank > 0)

    def _values(self, step, partner):
        """Customers and vendors share their names (qbo-api 9.4)."""
        values = super()._values(step, partner)
        is_customer = partner.customer_rank > 0 and values['DisplayName'] == partner.name
        return {**values, 'DisplayName': f"{partner.name} (vendor)"} if is_customer else values

    def _noun(self, step, partner):
        return "Vendor"


class TestScratchMapping(QboCase):
    """A partner that is customer and vendor has a link for each, in every part of the engine and every screen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        named_only = cls.registry[NAMED_ONLY]
        cls.addClassCleanup(setattr, named_only, '_entity', named_only._entity)
        named_only._entity = None  # a record has one link per entity type
        add_to_registry(cls.registry, ScratchVendor)
        cls.registry._setup_models__(cls.env.cr, [])
        cls.addClassCleanup(cls._forget)

    @classmethod
    def _forget(cls):
        cls.registry['qbo.mapping.party']._inherit_children.discard(ScratchVendor._name)
        del cls.registry.models[ScratchVendor._name]

    def both(self, name="Anchor Supply"):
        partner = self.customer(name, supplier_rank=1, phone='1')
        self.run_engine()
        self.run_engine()
        return partner

    def links(self, partner):
        links = self.env['qbo.link'].search([('res_model', '=', 'res.partner'), ('res_id', '=', partner.id)])
        return {link.entity: link for link in links}

    def test_it_is_sent_as_both(self):
        partner = self.both()
        links = self.links(partner)
        self.assertEqual(sorted(links), ['Customer', 'Vendor'])
        self.assertEqual({link.state for link in links.values()}, {'synced'}, [link.error for link in links.values()])
        self.assertEqual(self.sandbox.get('Vendor', links['Vendor'].qbo_id)['DisplayName'], "Anchor Supply (vendor)")
        self.assertFalse(self.env['qbo.change'].search([('res_id', '=', partner.id)]))

    def test_an_edit_goes_to_both(self):
        partner = self.both()
        partner.phone = '2'
        self.run_engine()
        for entity, link in self.links(partner).items():
            self.assertEqual(self.sandbox.get(entity, link.qbo_id)['PrimaryPhone']['FreeFormNumber'], '2', entity)

    def test_an_edit_of_the_vendor_there_comes_here_and_goes_to_the_customer(self):
        partner = self.both()
        links = self.links(partner)
        self.sandbox.update('Vendor', links['Vendor'].qbo_id, {'PrimaryPhone': {'FreeFormNumber': '3'}})
        self.pull()
        self.run_engine()
        self.assertEqual(partner.phone, '3')
        customer = self.sandbox.get('Customer', links['Customer'].qbo_id)
        self.assertEqual(customer['PrimaryPhone']['FreeFormNumber'], '3')

    def test_the_badge_shows_the_link_that_needs_somebody_most(self):
        partner = self.both()
        self.assertEqual(partner.qbo_state, 'synced')
        self.links(partner)['Vendor']._fail(Reason('6080'))
        partner.invalidate_recordset()
        self.assertEqual(
            (partner.qbo_state, partner.qbo_error),
            ('error', "QuickBooks needs a name for this record. Fill in the name."),
        )
        self.assertEqual(partner.with_user(self.user).action_qbo_details()['res_id'], self.links(partner)['Vendor'].id)
        found = self.env['res.partner'].search([('qbo_state', '=', 'error')])
        self.assertIn(partner, found)

    def test_a_vendor_alone_is_no_customer(self):
        partner = self.env['res.partner'].create({'name': "Slipway Ltd", 'supplier_rank': 1})
        self.run_engine()
        self.assertEqual(list(self.links(partner)), ['Vendor'])
        self.assertFalse(self.named("Slipway Ltd"))

    def test_a_vendor_of_quickbooks_comes(self):
        row = self.sandbox.create('Vendor', {'DisplayName': "Boatyard of the North"})
        self.pull()
        link = self.env['qbo.link'].search([('entity', '=', 'Vendor'), ('qbo_id', '=', row['Id'])])
        self.assertEqual(link._record().name, "Boatyard of the North")
        self.assertEqual(link._record().supplier_rank, 1)
