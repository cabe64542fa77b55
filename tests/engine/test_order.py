from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ...models.engine import order


@dataclass(eq=False)
class Write:
    """An operation, as far as its order goes."""

    name: int
    gives: set = field(default_factory=set)
    needs: set = field(default_factory=set)


def fronts(operations):
    """Return the names of all operations in the waves in which they go."""
    left, waves = list(operations), []
    while left:
        front = order.first_front(left)
        assert front, 'nothing goes, and something is left'
        waves.append([operation.name for operation in front])
        left = [operation for operation in left if operation not in front]
    return waves


KEYS = st.sets(st.integers(0, 5), max_size=3)
ANY = st.lists(st.tuples(KEYS, KEYS), max_size=8)


@tagged('post_install', '-at_install')
class TestOrder(BaseCase):
    """Which writes go first: computed from what they give and need, whatever their kind."""

    @given(ANY)
    def test_everything_goes_once_also_where_all_wait_for_each_other(self, pairs):
        operations = [Write(name, gives, needs) for name, (gives, needs) in enumerate(pairs)]
        names = [name for wave in fronts(operations) for name in wave]
        self.assertEqual(sorted(names), list(range(len(operations))))

    @given(st.lists(st.sets(st.integers(0, 7), max_size=4), max_size=8), st.permutations(range(8)))
    def test_without_a_circle_each_goes_after_all_that_it_needs(self, needed, shuffled):
        # Each needs only what those before it give, so that there is no circle.
        operations = [Write(name, {name}, {key for key in needs if key < name}) for name, needs in enumerate(needed)]
        operations.sort(key=lambda operation: shuffled[operation.name])
        wave_of = {name: number for number, wave in enumerate(fronts(operations)) for name in wave}
        for operation in operations:
            for key in operation.needs:
                self.assertLess(wave_of[key], wave_of[operation.name])

    @given(ANY)
    def test_what_needs_nothing_of_the_others_waits_for_nobody(self, pairs):
        operations = [Write(name, gives, needs) for name, (gives, needs) in enumerate(pairs)]
        front = order.first_front(operations)
        for operation in operations:
            others = [other for other in operations if other is not operation]
            if not any(operation.needs & other.gives for other in others):
                self.assertIn(operation, front)

    def test_two_that_exchange_names_are_cut_at_one(self):
        first = Write(1, {'name a'}, {'name b'})
        second = Write(2, {'name b'}, {'name a'})
        self.assertEqual(fronts([first, second]), [[1], [2]])
