from datetime import datetime
from zoneinfo import ZoneInfo

from freezegun import freeze_time

from ..common import QboCase


class TestSchedule(QboCase):
    """Pulls on the company's clock, as Pool Office Manager promises."""

    def local_times(self, name, start, count):
        """Return the local times of the next runs of a schedule, as its scheduled action keeps them."""
        zone = ZoneInfo(self.connection.tz)
        schedule = self.connection._schedule(name)
        times, now = [], datetime.fromisoformat(start).replace(tzinfo=zone)
        for _run in range(count):
            with freeze_time(now.astimezone(ZoneInfo('UTC')).replace(tzinfo=None)):
                now = schedule._next().replace(tzinfo=ZoneInfo('UTC')).astimezone(zone)
            times.append(f'{now:%m-%d %H:%M}')
        return times

    def test_customers_every_two_hours_on_the_even_hour(self):
        self.assertEqual(
            self.local_times('customers', '2026-11-21 13:10', 3), ['11-21 14:00', '11-21 16:00', '11-21 18:00']
        )

    def test_customers_stay_on_even_hours_when_daylight_saving_begins_and_ends(self):
        self.connection.tz = 'America/Los_Angeles'
        self.assertEqual(
            self.local_times('customers', '2027-03-13 23:30', 3), ['03-14 00:00', '03-14 04:00', '03-14 06:00']
        )
        self.assertEqual(
            self.local_times('customers', '2026-10-31 23:30', 3), ['11-01 00:00', '11-01 02:00', '11-01 04:00']
        )

    def test_products_at_half_past(self):
        self.assertEqual(self.local_times('products', '2026-11-21 13:10', 2), ['11-21 13:30', '11-21 14:30'])

    def test_service_types_on_the_first_of_the_month(self):
        self.assertEqual(self.local_times('services', '2026-11-21 13:10', 2), ['12-01 00:00', '01-01 00:00'])

    def test_documents_every_quarter_of_an_hour(self):
        self.assertEqual(self.local_times('documents', '2026-11-21 13:10', 2), ['11-21 13:15', '11-21 13:30'])

    def test_the_scheduled_action_is_planned_for_the_next_hour_of_the_schedule(self):
        schedule = self.connection._schedule('customers')

        self.pull()

        self.assertEqual(schedule.next_run, schedule._next())
        self.assertIn(schedule.next_run, self.triggers(schedule))
        self.assertTrue(schedule.last_run)

    def test_each_can_be_run_by_hand(self):
        for schedule in self.connection.schedule_ids:
            schedule.with_user(self.user).action_run_now()
            self.run_engine()
            self.assertTrue(schedule.last_run, schedule.name)

    def test_another_time_zone_moves_the_hours(self):
        schedule = self.connection._schedule('customers')
        self.connection.tz = 'Asia/Kathmandu'
        local = schedule.next_run.replace(tzinfo=ZoneInfo('UTC')).astimezone(ZoneInfo('Asia/Kathmandu'))
        self.assertEqual((local.hour % 2, local.minute), (0, 0))
        self.assertIn(schedule.next_run, self.triggers(schedule))
