"""How far a record follows QuickBooks: what is shown instead of applied, what goes back, what cannot be sent."""

from odoo import models
from odoo.tools.translate import LazyTranslate

from ...qbo import lines, merge
from ..connection.reason import Reason, declare

_lt = LazyTranslate(__name__)
declare(
    {
        'kept': _lt("Changed in QuickBooks and not applied: %(fields)s. %(why)s"),
        'kept_shared': _lt("Changed in QuickBooks and not applied: %(fields)s. %(why)s"),
        'kept_inactive': _lt("Odoo still uses it, and QuickBooks refuses what uses it while it is inactive there."),
    },
    fixes={'kept': 'unapplied_changes', 'kept_shared': 'send_odoo'},
)


class QboMapping(models.AbstractModel):
    _inherit = 'qbo.mapping'

    _respelled = ()
    """Members with lines, each of which the two sides may spell otherwise: see :func:`qbo.lines.respelled`."""

    def _kept(self, step, record, changes):
        """Return the paths, of those that QuickBooks changed, that are shown on a record instead of being applied.

        :param dict changes: ``{path: QuickBooks' value}``
        """
        return set()

    def _why_kept(self, paths):
        """Return the :class:`Reason` why QuickBooks' values of these paths are not applied, None: Odoo is the source.

        :param list paths: some of :meth:`_kept`
        """
        return None

    def _kept_reason(self, link):
        """Return the reason of a link where something of QuickBooks was not applied, None: Odoo is the source."""
        paths = sorted(row['path'] for row in link.unapplied_changes)
        is_source = self._direction(link.connection_id) == 'odoo' or self._is_source
        why = None if is_source else self._why_kept(paths)
        if not why:
            return None
        key = 'kept_shared' if self._is_never_applied(paths) else 'kept'
        return Reason(key, {'fields': [link._labeled(path) for path in paths], 'why': why})

    def _is_never_applied(self, paths):
        """Return whether Odoo cannot have QuickBooks' values of these paths in any case."""
        return False

    def _leave_kept(self, step, record, link, decisions, is_source):
        """Note what QuickBooks has otherwise and what is not applied; return the other decisions.

        When two records meet for the first time where Odoo is the source, they may differ: the comparison before the
        first run shows that.

        :param decisions: those for QuickBooks' value
        :param bool is_source: whether Odoo alone says what the record is
        """
        changes = {item.path: item.qbo for item in decisions}
        kept = changes.keys() if is_source else self._kept(step, record, changes)
        if kept and (link.base_qbo or not is_source):
            known = {row['path']: row for row in link.unapplied_changes or []}
            for item in decisions:
                if item.path in kept:
                    known[item.path] = self._unapplied(item, known.get(item.path))
            link.unapplied_changes = list(known.values())
        return [item for item in decisions if item.path not in kept]

    def _unapplied(self, item, known):
        """Return the row of what QuickBooks has otherwise; of lines also what of them both sides agree on.

        :param known: the row so far, None where there is none
        """
        row = {'path': item.path, 'odoo': item.odoo, 'qbo': item.qbo}
        if item.path in self._respelled:
            own = (known or {}).get('agreed') or item.base_odoo
            row['agreed'] = lines.respelled(item.qbo, item.base_qbo, own)
        return row

    def _join_lines(self, step, record, link, row, decisions):
        """Return these decisions where lines that both sides changed are joined, as far as a mapping can do that.

        What is joined stands in ``step.joined`` then.

        :param dict row: the entity as QuickBooks sent it
        """
        return decisions

    def _joinable(self, step, decisions, others):
        """Return the decision about lines that both sides changed, None where one side alone says what they are.

        :param set others: paths that all lines are others by, where one of them changed
        """
        decision = next((item for item in decisions if item.path == 'Line' and item.conflict), None)
        moved = {item.path for item in decisions if item.outcome != merge.SAME or item.asked}
        is_both_ways = self._direction(step.connection) == 'two_way' and not self._is_source
        return decision if decision and is_both_ways and not moved & others else None

    def _overruled(self, step, link, agreed, decisions):
        """Return Odoo's agreed values where lines go out that QuickBooks has otherwise: joined ones, or Odoo's over
        what QuickBooks changed of them. Without this, what Odoo has as ever would go back as QuickBooks changed it."""
        if joined := step.joined.get(link):
            return {**agreed, 'Line': joined.agreed(agreed.get('Line') or [])}
        over = [item for item in decisions if item.conflict and item.outcome == merge.ODOO]
        own = {
            item.path: lines.respelled(item.qbo, item.base_qbo, item.base_odoo)
            for item in over
            if item.path in self._respelled
        }
        return {**agreed, **own}

    def _has_left(self, step, record, link):
        """Return whether a record is another company's by now, and note that it stays in QuickBooks as it is."""
        company = 'company_id' in record and record.company_id
        if not company or company in step.company.parent_ids:
            return False
        link.write({**link._cleared(), 'state': 'gone'})
        text = self.env._("%s belongs to another company in Odoo now. It stays in QuickBooks as it is.", link.name)
        step.connection._log('push', text, link)
        return True

    def _agreed_as_there(self, step, record, now, incoming):
        """Return the paths of what was just imported that both sides agreed on as QuickBooks has it.

        Where Odoo makes something else of it, that is sent back.

        :param dict now: :meth:`_values` of the record
        :param dict incoming: :meth:`_from_row` of the row
        """
        return set()

    def _archived_reason(self, step, record):
        """Return the reason to wait where something changed on an archived record, None where nothing did.

        An inactive entity takes no change but its reactivation (qbo-api 9.1).
        """
        link = step.link(record, self._entity)
        if record.active or (link.base_qbo or {}).get('Active') is not False:
            return None
        return Reason('archived') if merge.changed(link.base_odoo, self._values(step, record)) else None

    def _sendable(self, agreed, changed):
        """Return these members, none where QuickBooks takes no change: of an inactive entity its reactivation only.

        :param dict agreed: the values of QuickBooks that were agreed
        :param set changed: the members that Odoo has otherwise
        """
        return set() if agreed.get('Active') is False and 'Active' not in changed else changed

    def _forget_suffix(self, link, decisions):
        """Forget what a name had in QuickBooks alone where somebody gave the entity a name without that there."""
        named = next((item.qbo for item in decisions if item.path == self._name_member), None)
        if named and link.name_suffix and not named.endswith(link.name_suffix):
            link.name_suffix = False

    def _agree_on_equal(self, step, record, link):
        """Note where both sides came to the same value, each by itself: then nothing is to be sent, or decided.

        What a person is still asked about is shown as it is now.
        """
        now, base = merge.flatten(self._values(step, record)), merge.flatten(link.base_odoo or {})
        there = merge.flatten(link.base_qbo or {}) | {row['path']: row['qbo'] for row in link.conflicts or ()}
        equal = {path for path in now if path in there and not merge.changed({'': now[path]}, {'': there[path]})}
        vals = {
            'base_odoo': merge.unflatten({**base, **{path: now[path] for path in equal}}),
            'base_qbo': merge.unflatten(
                {**merge.flatten(link.base_qbo or {}), **{path: there[path] for path in equal}}
            ),
        }
        if link.conflicts:
            asked = [{**row, 'odoo': now.get(row['path'])} for row in link.conflicts if row['path'] not in equal]
            # Of what is decided, nothing else about the link stays: the engine goes on as with any other change.
            vals |= {'conflicts': asked} if asked else {**link._cleared(), 'state': 'pending'}
        link.write(vals)
