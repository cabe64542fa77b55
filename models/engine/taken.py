"""A name or number that somebody else has in QuickBooks."""

import json

from ...qbo import client, errors, text
from .apply import Apply


class Taken:
    """What ``Answers`` does about a refusal because of a name or number."""

    def find_name_owner(self, link, request, error):
        """Look once at who has the name: link the same record, else let the user choose (qbo-api 9.4, B)."""
        mapping, record = self.step.mapping_of_link(link), self.step.record(link)
        member = mapping._name_member
        name = json.loads(request.body).get(member)
        if self.keeps_suffix(link, name, (link.base_odoo or {}).get(member) or ''):
            self.settle_covered(request)
            self.step.acknowledge(link, mapping, record)
            return
        entity, found = self.name_owner(member, mapping._unique_lists(), name)
        if not found:
            self.refuse(link, request, error, name)
            return
        is_taken = self.step.links_to(entity, [found['Id']])._is_taken()
        is_ours = entity == link.entity and not is_taken and not link.qbo_id
        if is_ours and mapping._is_same(self.step, record, found):
            self.settle_covered(request)
            apply = Apply(self.step)
            apply.tie(link, found)
            apply.apply_row(mapping, found, link)
            return
        fits = entity == link.entity and mapping._takes(self.step, found)
        fits = fits and mapping._may_link(self.step, record, found)
        fits = fits and not mapping._skip_reason(self.step, {**found, 'Active': True})
        candidate = {'entity': entity, 'id': found['Id'], 'name': found[member], 'linked': is_taken or not fits}
        self.refuse(link, request, error, name, candidate=candidate)

    def keeps_suffix(self, link, name, agreed):
        """Return whether a record keeps the name that it has in QuickBooks: its own is still not free there."""
        suffix = agreed.removeprefix(name or '')
        if not link._is_there() or suffix == agreed or not suffix.startswith(' ('):
            return False
        link.name_suffix = suffix
        return True

    def find_number_owner(self, link, request, error):
        """Offer to link the document that has the number (6140), or to send this one under another number.

        QuickBooks names the owner in its text (qbo-api 4.3); older texts do not.
        """
        number = json.loads(request.body).get('DocNumber')
        label, qbo_id = errors.duplicate_document_owner(error.detail) or ('', None)
        entity = label.replace(' ', '')
        is_taken = self.step.links_to(entity, [qbo_id])._is_taken()
        candidate = {'entity': entity, 'id': qbo_id, 'name': f'{label} {number}'.strip(), 'linked': is_taken}
        self.refuse(link, request, error, number, candidate=candidate)

    def name_owner(self, member, lists, name):
        """Return ``(entity type, entity)`` that has a name, active or not; one call for all lists."""
        names = ", ".join(map(client.quote, (name, f'{name}{text.DELETED_SUFFIX}')))
        items = [
            {
                'bId': entity,
                'Query': f"SELECT * FROM {entity} WHERE {member} IN ({names}) AND Active IN (true, false)",
            }
            for entity in lists
        ]
        answer = self.connection._read(items[0]['Query'], lambda qbo: qbo.batch(items))
        for item in answer.values:
            if item.values:
                return item.bid, item.values[0]
        return None, None
