from datetime import datetime
from zoneinfo import ZoneInfo

from .payments import PaymentCase

EARLY, LATE = 'Etc/GMT+12', 'Pacific/Kiritimati'  # 26 hours apart: always two different days
ZONES = (EARLY, LATE)


class TestDay(PaymentCase):
    """Where this app chooses a day, it is the company's: whoever asks, on whatever clock, and at every hour."""

    def places(self, env):
        """Yield ``(where, day)`` of all that the app chooses for somebody."""
        connection = self.connection.with_env(env)
        yield 'connection', connection._today()
        yield 'new connection', connection.new({'company_id': self.company.id, 'tz': connection.tz}).billing_start
        yield 'refund', env['qbo.payment.refund'].new({'payment_id': self.paid.id}).date
        yield 'go live', env['qbo.prepare'].new({'connection_id': connection.id}).billing_start
        yield 'draft', self.day_of(self.invoice_without_date.with_env(env))

    def day_of(self, move):
        values = self.mapping(move)._values(self.step(), move.sudo())
        return datetime.fromisoformat(values['TxnDate']).date()

    def askers(self):
        """Yield ``(who, env)``: people on clocks far apart and without one, OdooBot, and the engine's own."""
        for zone in (*ZONES, False):
            self.manager.tz = zone
            yield f'manager on {zone}', self.env(user=self.manager, context={'tz': zone}, su=False)
        yield 'OdooBot', self.env(user=self.env.ref('base.user_root'), context={})
        yield 'the engine', self.env(user=self.env.ref('base.user_root'), context={'tz': self.connection.tz})

    def test_whoever_asks_gets_the_day_of_the_company(self):
        self.paid = self.payment()
        self.invoice_without_date = self.draft(invoice_date=False)
        for zone in ZONES:
            self.connection.tz = zone
            for who, env in self.askers():
                for where, day in self.places(env):
                    with self.subTest(zone=zone, who=who, where=where):
                        self.assertEqual(day, datetime.now(ZoneInfo(zone)).date())

    def test_a_store_ends_the_day_of_the_company(self):
        store = self.env['qbo.store'].create({'name': "Burbank", 'class_name': 'Residential'})
        for zone in ZONES:
            self.connection.tz = zone
            for who, env in self.askers():
                with self.subTest(zone=zone, who=who):
                    day = store.with_env(env).sudo()._today()
                    self.assertEqual(day, datetime.now(ZoneInfo(zone)).date())
