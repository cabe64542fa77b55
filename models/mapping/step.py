"""What one step knows: of the engine, of a button, of a badge. Plain Python, without a table."""


class Step:
    """One connection, its Odoo company and QuickBooks company, its mappings, and the links that the step has met.

    Lives as long as the step; nothing in it is read again after a commit but what people can change, which is asked of
    the records themselves. Look-ups go by (model, record id, entity type), so that a record may have several links.

    :param connection: one ``qbo.connection``, of which rights are not asked any more: its environment is the step's
    """

    def __init__(self, connection):
        self.connection = connection.with_company(connection.company_id)
        self.env = self.connection.env
        self.company = self.connection.company_id
        self._links = {}
        self._mappings = None

    @classmethod
    def of(cls, env, company):
        """Return the step of a company's connection as superuser; its connection is empty where there is none."""
        connection = env['qbo.connection']._of_company(company)
        step = cls(connection)
        step.company = connection.company_id or company.sudo()
        return step

    # === MAPPINGS === #

    @property
    def mappings(self):
        """Return the mappings that are switched on, in the order in which their rows are imported."""
        if self._mappings is None:
            every = self.env['qbo.mapping']._all()
            self._mappings = _in_order([item for item in every if self.connection[item._switch]])
        return self._mappings

    def mappings_of(self, record):
        """Return the mappings of a record: that of each of its links, and those that it is concerned by."""
        found = [item for item in self.env['qbo.mapping']._of_model(record._name) if item in self.mappings]
        linked = [item for item in found if self.link(record, item._entity).qbo_id]
        if not record.exists():
            return linked or [item for item in found if self.link(record, item._entity)]
        return [item for item in found if item in linked or item._concerned(self, record)]

    def mapping_of(self, record):
        """Return the first of :meth:`mappings_of`, None where there is none."""
        return next(iter(self.mappings_of(record)), None)

    # === LINKS === #

    def link(self, record, entity):
        """Return the link of a record with an entity of this type, empty where there is none."""
        key = record._name, record.id, entity
        if key not in self._links:
            self.load_links(record)
        return self._links.get(key, self.env['qbo.link'])

    def load_links(self, records):
        """Read the links of records of one model, all of a page at once."""
        known = self.env['qbo.mapping']._of_model(records._name)
        links = self.env['qbo.link'].search(self._of_records(records))
        for record in records:
            for mapping in known:
                self._links[records._name, record.id, mapping._entity] = links.browse()
        for link in links:
            self._links[link.res_model, link.res_id, link.entity] = link

    def _of_records(self, records):
        return [
            ('connection_id', '=', self.connection.id),
            ('res_model', '=', records._name),
            ('res_id', 'in', records.ids),
        ]

    def keep(self, link):
        """Remember a link that was made, or got a record, in this step."""
        self._links[link.res_model, link.res_id, link.entity] = link
        return link

    def forget(self, record=None):
        """Read the links again when they are asked for: of a record, or all after a rollback."""
        if record is None:
            self._links.clear()
            return
        for key in [key for key in self._links if key[:2] == (record._name, record.id)]:
            del self._links[key]

    def link_for(self, mapping, record):
        """Return the link of a record, created where it is missing."""
        link = self.link(record, mapping._entity)
        return link or self.keep(
            self.env['qbo.link'].create(
                {
                    'connection_id': self.connection.id,
                    'res_model': record._name,
                    'res_id': record.id,
                    'name': record.display_name,
                    'entity': mapping._entity,
                }
            )
        )

    def qbo_id(self, record, entity):
        """Return the id of a record's entity in QuickBooks, None while there is none and for an empty record."""
        return self.link(record, entity).qbo_id or None if record else None

    def links_to(self, entity, qbo_ids):
        """Return the links of entities, as a recordset."""
        ids = [qbo_id for qbo_id in qbo_ids if qbo_id]
        domain = [('connection_id', '=', self.connection.id), ('entity', '=', entity), ('qbo_id', 'in', ids)]
        return self.env['qbo.link'].search(domain) if ids else self.env['qbo.link']

    def record_of(self, entity, qbo_id):
        """Return the Odoo record behind an entity, an empty link where there is none (it is false, and has no name)."""
        link = self.links_to(entity, [qbo_id]).filtered('res_id')[:1]
        return self.record(link) if link else link

    def record(self, link):
        """Return the record of a link, for the step's company; empty where it is deleted or was never created."""
        records = self.env[link.res_model].with_company(self.company)
        return records.browse(link.res_id).exists() if link.res_id else records.browse()

    def mapping_of_link(self, link):
        """Return the mapping of a link."""
        return self.env['qbo.mapping']._of_link(link)

    # === LISTS === #

    def list_item(self, entity, qbo_id):
        """Return the item of one of QuickBooks' lists (account, tax code, class …), empty where there is none."""
        return self.env['qbo.reference']._of(self.connection, entity, qbo_id)

    def name_of(self, entity, qbo_id):
        """Return the name of an entity: that of its record, else of QuickBooks' list, else its id."""
        return self.record_of(entity, qbo_id).display_name or self.list_item(entity, qbo_id).name or qbo_id


def _in_order(mappings):
    """Return mappings so that each comes after what its rows refer to; where they refer in a circle, as they came."""
    ordered, left = [], list(mappings)
    while left:
        waiting = {item._entity for item in left}
        free = [item for item in left if not waiting & (set(item._refers_to) - {item._entity})] or left[:1]
        ordered += free
        left = [item for item in left if item not in free]
    return ordered
