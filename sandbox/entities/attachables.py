"""Attachable: files and notes that belong to records (purchases 11)."""

import hashlib
import hmac
import re
from datetime import datetime, timezone
from urllib.parse import quote

from .. import errors
from ..documents.lines import Many, Part
from .base import Entity
from .fields import Boolean, Enum, Number, ReadOnly, Reference, Text

EXTENSIONS = frozenset((
    'ai', 'csv', 'doc', 'docx', 'eps', 'gif', 'jpeg', 'jpg', 'ods', 'pdf', 'png', 'rtf', 'tif', 'tiff', 'txt', 'xls',
    'xlsx', 'xml',
))  # fmt: skip
NOT_ATTACHABLE = frozenset((
    'Attachable', 'CompanyCurrency', 'CompanyInfo', 'ExchangeRate', 'Preferences', 'TaxAgency', 'TaxCode', 'TaxRate',
))  # fmt: skip
CATEGORIES = ('Contact Photo', 'Document', 'Image', 'Receipt', 'Signature', 'Sound', 'Other')
LIVES_S = 900
"""How long a link to a file works (recorded: ``X-Amz-Expires=900``)."""


class AnyReference(Reference):
    """A reference that says of which type it is, in any case."""

    def clean(self, value):
        return {**super().clean(value), 'type': str(value.get('type') or '')}


REFS = Many(Part(EntityRef=AnyReference(), IncludeOnSend=Boolean(), LineInfo=Text(100), NoRefOnly=Boolean(),
                 Inactive=Boolean(), CustomField=ReadOnly()))  # fmt: skip


def refs(body):
    """Yield the references of an attachable to records."""
    for each in body.get('AttachableRef') or ():
        yield each.get('EntityRef') or {}


def says_something(books, entity, draft, old):
    """Refuse what is neither file nor note (2020)."""
    if not draft.get('FileName') and not draft.get('Note'):
        yield errors.missing('Note')


def records_exist(books, entity, draft, old):
    """Refuse a link to what is not there (6000, recorded), and to types that have no attachments (6050; its text
    is not known)."""
    for ref in refs(draft):
        type, id = ref.get('type', ''), ref.get('value')
        if type in NOT_ATTACHABLE:
            yield errors.Violation('6050', f'{type} cannot have attachments.', 'AttachableRef')
        elif books.stored(type, id) is None:
            what = f'{type} {id}'
            yield errors.business(f'The entity {what} that you are trying to link does not exist. {what}')


class Attachable(Entity):
    """Attachments.

    Modelled: upload of several files with or without metadata, each refused for itself; notes; records of files
    without content (Size 0), as a client makes them that does not upload; links to records, to be added and
    taken away; links to the file that work for 900 seconds; query by the record; delete by Id alone; types of
    files; the largest request (``largest_upload``). What a deleted record had stays without a link.
    Not modelled: thumbnails (an address that leads nowhere), e-mail that takes files along.
    """

    name, path, sequence = 'Attachable', 'attachable', 'Attachable'
    first_id = 5_000_000_000_000_500_000
    operations = frozenset({'create', 'update', 'delete'})
    deleted_by_id = True
    is_list = False
    in_webhooks = False
    name_field, suffixed = 'FileName', ()
    fields = {
        'FileName': Text(1000, 'f'), 'Note': Text(2000, 'f'), 'Category': Enum(*CATEGORIES, query='f'),
        'ContentType': Text(100, 'f'), 'PlaceName': Text(2000), 'AttachableRef': REFS, 'Long': Text(100),
        'Lat': Text(100), 'Tag': Text(2000, 'f'), 'FileAccessUri': ReadOnly(), 'Size': ReadOnly(Number()),
        'ThumbnailFileAccessUri': ReadOnly(), 'TempDownloadUri': ReadOnly(), 'ThumbnailTempDownloadUri': ReadOnly(),
        'AttachableRef.EntityRef.Type': ReadOnly(query='f'), 'AttachableRef.EntityRef.value': ReadOnly(query='f'),
    }  # fmt: skip
    """The last two are what queries call the parts of a reference."""
    rules = (says_something, records_exist)

    def complete(self, books, draft, old):
        for each in draft.get('AttachableRef') or ():
            each.setdefault('IncludeOnSend', False)
            found = books.intuits_name((each.get('EntityRef') or {}).get('type', ''))
            if found:
                each['EntityRef']['type'] = found
        if draft.get('FileName'):
            draft.setdefault('Size', 0)  # Until a file is uploaded (recorded).

    def rows(self, books, where):
        """Return the attachments; where a query names type and id of a record, those of that one."""
        asked = {each.field.lower().rpartition('.')[2]: {str(value).lower() for value in each.values} for each in where
                 if each.field.lower().startswith('attachableref.entityref.')}  # fmt: skip
        found = []
        for body in super().rows(books, where):
            for ref in refs(body) if asked else ({},):
                if all(str(ref.get(name, '')).lower() in values for name, values in asked.items()):
                    parts = {f'AttachableRef.EntityRef.{name}': ref.get(key)
                             for name, key in (('Type', 'type'), ('value', 'value'))}  # fmt: skip
                    found.append({**body, **parts})
                    break
        return found

    def answer(self, books, body):
        body = {name: value for name, value in body.items() if '.' not in name}
        if not body.get('FileName'):
            return body
        base = f'/v3/company/{books.realm}'
        files = {'FileAccessUri': f'{base}/download/{body["Id"]}', 'TempDownloadUri': address(books, body)}
        if str(body.get('ContentType', '')).startswith('image/'):
            files['ThumbnailFileAccessUri'] = f'{base}/attachable-thumbnail/{body["Id"]}'
        return {**body, **files}


def unlink(books, type, id):
    """Take the links to a deleted record away; versions and times stay (assumed)."""
    for body in books.database.all(books.realm, 'Attachable'):
        if {'type': type, 'value': id} in list(refs(body)):
            kept = [each for each in body['AttachableRef'] if each['EntityRef'] != {'type': type, 'value': id}]
            books.overwrite('Attachable', body['Id'], {'AttachableRef': kept}, quiet=True)


# Files.


def _signed(books, id, moment):
    key = books.intuit.app['client_secret'].encode()
    return hmac.new(key, f'{books.realm}/{id}/{moment}'.encode(), hashlib.sha256).hexdigest()


def address(books, body):
    """Return where a file can be fetched without a token, for fifteen minutes from now."""
    moment = int(books.clock.time())
    stamp = datetime.fromtimestamp(moment, timezone.utc).strftime('%Y%m%dT%H%M%SZ')
    path = f'/attachments/{books.realm}/{body["Id"]}/{quote(body["FileName"], safe="")}'
    query = f'X-Amz-Date={stamp}&X-Amz-Expires={LIVES_S}&X-Amz-Signature={_signed(books, body["Id"], stamp)}'
    place = books.intuit.url
    for hit in books.intuit.faults.take('address', on=('address',)):
        place = f'https://{hit.params["host"]}'
    return f'{place}{path}?{query}'


def is_valid(books, id, query):
    """Tell whether the address of a file is one of ours and still works."""
    stamp = query.get('X-Amz-Date', '')
    if not hmac.compare_digest(_signed(books, id, stamp), query.get('X-Amz-Signature', '')):
        return False
    made = datetime.strptime(stamp, '%Y%m%dT%H%M%SZ').replace(tzinfo=timezone.utc).timestamp()
    return books.clock.time() <= made + LIVES_S


def upload(books, file):
    """Keep one uploaded file; return its Attachable as answered.

    :param file: ``metadata`` (dict, or None where the client sent none), ``name``, ``type``, ``content``
    :raise Fault: what is wrong with this file; the others are not touched
    """
    given = file['metadata'] if file['metadata'] is not None else {}
    if not isinstance(given, dict):
        raise errors.Fault(errors.Violation('6040', 'The metadata is no Attachable.', ''))
    values = {**given, 'FileName': given.get('FileName') or file['name'],
              'ContentType': given.get('ContentType') or file['type']}  # fmt: skip
    if file['content'] is None:
        raise errors.Fault(errors.missing('file_content'))
    _name, dot, extension = str(values['FileName'] or '').lower().rpartition('.')
    if dot and extension not in EXTENSIONS:  # A name without one is taken (a client's own tests).
        raise errors.Fault(errors.business(f'Files of the type {extension} cannot be attached.'))
    made = books.write('Attachable', 'create', {name: value for name, value in values.items() if name != 'Id'})
    content = file['content']
    books.database.keep_file(books.realm, made['Id'], content)
    books.overwrite('Attachable', made['Id'], {'Size': len(content)}, quiet=True)
    return books.read('Attachable', made['Id'])


NUMBER = re.compile(r'file_(metadata|content)_(\d+)')


def gather(parts):
    """Return the files of the parts of an upload, in the order of their numbers.

    :param parts: (name, file name, content type, content) of each part
    """
    found = {}
    for name, filename, type, content in parts:
        match = NUMBER.fullmatch(name)
        if not match:
            continue
        file = found.setdefault(match[2], {'metadata': None, 'name': None, 'type': None, 'content': None})
        if match[1] == 'metadata':
            file['metadata'] = content
        else:
            file.update(name=filename, type=type, content=content)
    return [found[number] for number in sorted(found, key=int)]
