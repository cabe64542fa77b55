"""What connections and schedules know of entity types: all of it is declared by the mappings."""

from odoo import models

from .step import Step


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    def _switched_on(self):
        """Return the models of which changes are collected: those that are synchronized, and what they follow from."""
        mappings = self.env['qbo.mapping']
        records = {mapping._record_model for mapping in mappings._all() if mapping._is_on(self)}
        return records | {
            name for name, dependents in mappings._dependent_models().items() if records & dependents.keys()
        }

    def _note_news(self, entities):
        """Ask the engine to pull the schedules that cover these entity types."""
        for connection in self:
            step = Step(connection)
            schedules = connection.schedule_ids
            schedules = schedules.filtered(lambda item, step=step: entities & set(item._entities(step)))
            self.env['qbo.event']._append(schedules, 'webhook')


class QboSchedule(models.Model):
    _inherit = 'qbo.schedule'

    def _mappings(self, step):
        """Return the mappings that this schedule pulls, in the order in which they are imported."""
        return [mapping for mapping in step.mappings if self.name in mapping._schedules]

    def _imported(self, step):
        """Return the mappings of a paged pull: those of the switch that was just switched on, or all."""
        return [item for item in self._mappings(step) if self.import_of in (False, item._switch)]

    def _entities(self, step):
        """Return the entity types that this schedule pulls, what others depend on first."""
        return _entities_of(self._mappings(step)) or super()._entities(step)

    def _imported_entities(self, step):
        """Return the entity types of a paged pull, in the same order."""
        return _entities_of(self._imported(step))


def _entities_of(mappings):
    return list(dict.fromkeys(mapping._entity for mapping in mappings))
