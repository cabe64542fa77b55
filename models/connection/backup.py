"""A restored backup: what was sent after it was made, Odoo does not know any more, and QuickBooks does.

Beside the key, outside the database, stands the number of the last request that was stored for each QuickBooks company.
Where that is ahead of the database's own count, the database is older than what was sent. Then everything that changed
in QuickBooks since is pulled before anything is sent, and each create is looked for (``engine/lost.py``).
"""

import contextlib
import hashlib
import logging
import os
import tempfile
from datetime import timedelta
from pathlib import Path

from odoo import fields, models
from odoo.tools import config

FOLDER = 'quickbooks_online.marks'
TOLD_AGAIN = timedelta(days=1)
_logger = logging.getLogger(__name__)


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    remembers_hours = fields.Integer(
        "QuickBooks Remembers Requests (Hours)",
        default=24,
        help="For so long, a request whose answer was lost is sent again as it was. What is older is looked for in "
        "QuickBooks first. Intuit does not say how long it remembers requests.",
    )
    restored_at = fields.Datetime(
        "Restored From a Backup",
        readonly=True,
        copy=False,
        help="What is older than this and not linked may be in QuickBooks already: it is looked for before it is sent.",
    )
    noticed_mark = fields.Integer(readonly=True, copy=False, help="The mark that was ahead of this database.")
    is_catching_up = fields.Boolean(
        readonly=True, copy=False, help="Nothing is sent before what changed in QuickBooks since the backup is here."
    )

    # === ACTION METHODS === #

    def action_restored(self):
        """Say that this database was restored from a backup, which only its own server finds out by itself."""
        self.ensure_one()
        self._check_may('write')
        self._check_connected()
        self.sudo()._catch_up()
        return self._toast(self.env._("What changed in QuickBooks comes first. Nothing is sent twice."))

    # === BUSINESS METHODS === #

    def _catch_up(self):
        """Pull what changed in QuickBooks before anything is sent, and look for each create that is older than now."""
        self.write({'restored_at': fields.Datetime.now(), 'is_catching_up': True})
        text = self.env._(
            "This database was restored from a backup. What changed in QuickBooks comes here first; what was to be "
            "created there is looked for before it is sent."
        )
        self._log('connection', text, level='warning')
        self.env['qbo.event']._append(self.schedule_ids, 'user')

    def _notice_backup(self):
        """Catch up where more was sent than this database knows of; once."""
        mark = self._stored_outside()
        if mark > self._last_number() and mark != self.noticed_mark:
            self.noticed_mark = mark
            self._catch_up()

    def _last_number(self):
        """Return the number of the last request that this database gave, whether it was kept or not."""
        self.env.cr.execute('SELECT last_value FROM qbo_request_id_seq')
        return self.env.cr.fetchone()[0]

    # === THE MARK === #

    def _mark(self):
        """Return where the mark of this QuickBooks company stands: one file each, because one engine writes it.

        Its moment tells a database that was made anew under the same name from one that was restored.
        """
        company = self.qbo_company_id
        name = f'{self._credential()._place()}/{company.id}/{company.create_date}'
        return Path(config['data_dir']) / FOLDER / hashlib.sha256(name.encode()).hexdigest()[:32]

    def _stored_outside(self):
        """Return the number in the mark, 0 where there is none that can be read."""
        with contextlib.suppress(OSError, ValueError):
            return int(self._mark().read_text())
        return 0

    def _mark_stored(self, number):
        """Write the number of the last request that is committed, before it is sent. Fails nothing.

        :param int number: its id; a lower one than is there changes nothing, but for the mark that was ahead
        """
        if number <= (mark := self._stored_outside()) and mark != self.noticed_mark:
            return
        try:
            _write(self._mark(), str(number))
        except OSError as error:
            _logger.warning("The mark of QuickBooks connection %s cannot be written: %s", self.id, error)
            text = self.env._(
                "A restored backup could not be told: %s. Nothing else depends on it.", error.strerror or error
            )
            since = fields.Datetime.now() - TOLD_AGAIN
            if (
                not self.env['qbo.log']
                .sudo()
                .search_count(
                    [('connection_id', '=', self.id), ('text', '=', text), ('create_date', '>', since)], limit=1
                )
            ):
                self._log('connection', text, level='warning')

    def _forget_mark(self):
        """Remove the mark: the requests that it counts go away with their table."""
        for connection in self:
            with contextlib.suppress(OSError):
                connection._mark().unlink(missing_ok=True)


def _write(path, text):
    """Replace a file at once: who reads it, also after a power cut, finds the old or the new text."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, 'w') as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except OSError:
        Path(draft).unlink(missing_ok=True)
        raise
