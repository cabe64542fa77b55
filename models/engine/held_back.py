"""What is not sent: it waits, somebody has to fix it, it cannot be prepared, or it does not belong in QuickBooks."""

import logging

from odoo.tools.translate import LazyTranslate

from ..connection.reason import Reason, declare
from .outcomes import NOT_OF_ONE_RECORD, words_of

_logger = logging.getLogger(__name__)
_lt = LazyTranslate(__name__)
declare(
    {
        'lost_unread': _lt(
            "It may be in QuickBooks already, and QuickBooks lets Odoo read no more this month. It is looked for as "
            "soon as that is possible."
        ),
        'internal_body': _lt("This could not be prepared for QuickBooks: %(error)s"),
    }
)


class HeldBack:
    """What ``Push`` does about a record that goes no further now; the documents that it settles say so too."""

    def first_missing(self, mapping, record):
        """Return the link of a required record that cannot be in QuickBooks before this one, empty when all are."""
        for needed_as, needed in self.requires(mapping, record):
            link = self.step.link_for(needed_as, needed)
            if not link._is_there():
                return link
        return self.env['qbo.link']

    def leave_out(self, mapping, record, link):
        """Forget that a record that does not belong in QuickBooks, any more, was ever to be sent."""
        left = link.filtered(lambda link: link.state in ('pending', 'error') and not link.qbo_id)
        left._reset()
        if link:
            self.step.wake_waiting(link)  # what waits for it may find it fixed
        if left:
            mapping._compare_documents(self.step, record, link)

    def wait_for_reads(self, unread, operations):
        """Have what QuickBooks may have wait until that can be asked; what needs no reading goes meanwhile.

        :param unread: operations that wait
        :param operations: those that go, or go later
        """
        going = {item.record_key for item in operations}
        for item in unread:
            self.hold_back(item.mapping, item.record, Reason('lost_unread'))
            if item.record_key not in going:
                self.cleared |= item.changes

    def hold_back(self, mapping, record, reason, waits_for=None):
        """Have a record wait and say why, and have what it settles say that it differs as long as that."""
        link = self.step.link_for(mapping, record)
        link._wait(reason, waits_for)
        mapping._held_back(self.step, record, reason)
        mapping._compare_documents(self.step, record, link)

    def show_problem(self, mapping, record, reason):
        """Show what a person has to fix on the record, once, and that what it settles differs as long as that."""
        link = self.step.link_for(mapping, record)
        if (link.state, link.reason) != ('error', reason.stored()):
            link._fail(reason)
            self.connection._log('push', f"{link.name}: {self.connection._words(reason)}", link, level='warning')
        mapping._compare_documents(self.step, record, link)

    def failed(self, record, changes, error):
        """Show on a record that it cannot be prepared."""
        reason = Reason('internal_body', {'error': words_of(error)})
        try:
            mappings = self.step.mappings_of(record)
        except NOT_OF_ONE_RECORD:
            raise
        except Exception:
            # It cannot even be asked what it is: what it may be says so.
            mappings = [item for item in self.step.mappings if item._record_model == record._name][:1]
        for mapping in mappings:
            link = self.step.link_for(mapping, record)
            link._fail(reason)
            self.connection._log('push', self.connection._words(reason), link, level='error')
            self.compare_documents(mapping, record, link)
        self.cleared |= changes

    def compare_documents(self, mapping, record, link):
        """Compare the documents that a record settles which cannot be prepared: they may not be compared either."""
        try:
            with self.env.cr.savepoint():
                mapping._compare_documents(self.step, record, link)
        except NOT_OF_ONE_RECORD:
            raise
        except Exception:
            _logger.exception("The documents of %s %s could not be compared", record._name, record.id)
            self.step.forget()
