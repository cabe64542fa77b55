from odoo import models

from ...qbo import settlements


class QboMappingLegacy(models.AbstractModel):
    """For the time of the move: asks the records, which answered before."""

    _name = 'qbo.mapping.legacy'
    _inherit = 'qbo.mapping'
    _description = "Asks the records"

    def _empty(self, step):
        return self._records(step).with_context(qbo_entity=self._entity)

    def _takes(self, row):
        return self.env[self._record_model]._qbo_takes(row)

    def _domain(self, step):
        return self._records(step)._qbo_domain()

    def _wanted(self, step, record):
        return record._qbo_wanted(step.link(record, self._entity))

    def _skip_reason(self, step, row):
        return self._empty(step)._qbo_skips(row)

    def _wait_reason(self, step, record):
        return record._qbo_ready()

    def _hold_reason(self, step, record):
        return record._qbo_problem()

    def _requires(self, step, record):
        return [(step.mapping_of(needed), needed) for needed in record._qbo_requires()]

    def _removal(self, step, record):
        return record._qbo_ending()

    def _values(self, step, record):
        return record._qbo_values()

    def _create_only(self, step, record):
        return record._qbo_once()

    def _body(self, step, record, body, snapshot):
        return record._qbo_body(body, snapshot)

    def _touches(self, before, after):
        return self.env[self._record_model].with_context(qbo_entity=self._entity)._qbo_touches(before, after)

    def _dependents(self, step, record, before, after):
        return record._qbo_followers(before, after)

    def _settles(self, values):
        return settlements.amounts(values.get('Line')) if self._entity == 'Payment' else {}

    def _truncated(self, step, record):
        return record._qbo_long()

    def _suggestion(self, step, record):
        return record._qbo_suggestion()

    def _take_suggestion(self, step, record):
        return record._qbo_take_suggestion()

    def _from_row(self, step, row):
        return self._empty(step)._qbo_mapped(row)

    def _snapshot(self, step, row):
        return self._empty(step)._qbo_facts(row)

    def _refers(self, step, row):
        return self._empty(step)._qbo_refers(row)

    def _row_order(self, row):
        return self.env[self._record_model]._qbo_order(row)

    def _match(self, step, row):
        return self._empty(step)._qbo_match(row).with_context(qbo_entity=None)

    def _is_same(self, step, record, row):
        return record._qbo_is_same(row)

    def _create_record(self, step, row):
        return self._empty(step)._qbo_apply(row).with_context(qbo_entity=None)

    def _apply_changes(self, step, record, changes):
        record._qbo_apply(changes)

    def _remove(self, step, record):
        return record._qbo_end()

    def _written(self, step, record):
        return record._qbo_written()

    def _difference(self, step, record, snapshot):
        return record._qbo_difference(snapshot)

    def _traits(self, step, record):
        return record._qbo_traits()

    def _traits_of(self, step, row):
        return self._empty(step)._qbo_traits_of(row)

    def _import_rules(self, step, row):
        return self._empty(step)._qbo_rules(row)

    def _is_duplicate(self, step, row):
        return self._empty(step)._qbo_is_duplicate(row)

    def _shown_on(self, record):
        return record._qbo_shown_on()

    def _noun(self, step, record):
        return (record or self._empty(step))._qbo_noun()

    def _labels(self):
        return self.env[self._record_model].with_context(qbo_entity=self._entity)._qbo_labels()

    def _in_words(self, step, record, path, value):
        return record._qbo_in_words(path, value)

    def _mode_chosen(self, step, records):
        return records._qbo_mode_chosen()
