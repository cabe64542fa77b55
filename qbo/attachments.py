"""Files that belong to documents of QuickBooks: which may go there, how an upload is spelt, and what may come.

Intuit names the kinds by the end of a file's name, and one limit: that of the whole request (qbo-purchases 11).
"""

import json
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from urllib3.fields import RequestField
from urllib3.filepost import encode_multipart_formdata

KINDS = {
    'ai': 'application/postscript',
    'csv': 'text/csv',
    'doc': 'application/msword',
    'docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'eps': 'application/postscript',
    'gif': 'image/gif',
    'jpeg': 'image/jpeg',
    'jpg': 'image/jpg',
    'ods': 'application/vnd.oasis.opendocument.spreadsheet',
    'pdf': 'application/pdf',
    'png': 'image/png',
    'rtf': 'text/rtf',
    'tif': 'image/tif',
    'txt': 'text/plain',
    'xls': 'application/vnd.ms-excel',
    'xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'xml': 'text/xml',
}
"""What Intuit takes: the end of the name, and the content type that goes with it."""

REQUEST_MAX = 100_000_000  # Intuit says 100 MB, and not which
FILE_MAX = REQUEST_MAX - 100_000  # what describes the file is part of the request
NAME_MAX = 1000

OFFICE_OLD, ZIP, POSTSCRIPT = b'\xd0\xcf\x11\xe0', b'PK\x03\x04', b'%!PS'
BEGINNINGS = {
    'ai': (POSTSCRIPT, b'%PDF-'),
    'doc': (OFFICE_OLD, ZIP),
    'docx': (ZIP,),
    'eps': (POSTSCRIPT, b'\xc5\xd0\xd3\xc6'),
    'gif': (b'GIF8',),
    'jpeg': (b'\xff\xd8\xff',),
    'jpg': (b'\xff\xd8\xff',),
    'ods': (ZIP,),
    'pdf': (b'%PDF-',),
    'png': (b'\x89PNG',),
    'rtf': (b'{\\rtf',),
    'tif': (b'II*\x00', b'MM\x00*'),
    'xls': (OFFICE_OLD, ZIP),
    'xlsx': (ZIP,),
}
"""How such files begin; all others are texts."""
PDF_STARTS_WITHIN = 1024  # readers of PDF look for its beginning so far
BYTE_ORDER_MARKS = (b'\xff\xfe', b'\xfe\xff')


@dataclass(frozen=True)
class File:
    """A file to be uploaded: ``metadata`` is its Attachable, ``content`` bytes."""

    metadata: dict
    content: bytes


def kind(name):
    """Return the end of a file's name in lower case, ``''`` where it has none."""
    return PurePosixPath(name or '').suffix.lower().removeprefix('.')


def described(name, entity, qbo_id, include_on_send=False):
    """Return the Attachable that describes a file of a document.

    :param str entity: the document's type, ``'Invoice'``
    :param bool include_on_send: whether QuickBooks encloses the file when it mails the document
    """
    ref = {'EntityRef': {'type': entity, 'value': qbo_id}, 'IncludeOnSend': include_on_send}
    return {'FileName': short(name), 'ContentType': KINDS[kind(name)], 'AttachableRef': [ref]}


def short(name):
    """Return a name that QuickBooks takes; a long one keeps its end, which says what it is."""
    return name if len(name) <= NAME_MAX else name[-NAME_MAX:]


def multipart(files):
    """Return ``(body, content type)`` of an upload of :class:`File` s, each with its description."""
    fields = []
    for number, file in enumerate(files, 1):
        about = RequestField(f'file_metadata_{number:02}', json.dumps(file.metadata), filename='attachment.json')
        about.make_multipart(content_type='application/json')
        # Its name stands in the description, in whatever letters it is written.
        name = f'file_{number:02}.{kind(file.metadata["FileName"])}'
        content = RequestField(f'file_content_{number:02}', file.content, filename=name)
        content.make_multipart(content_type=file.metadata['ContentType'])
        fields += [about, content]
    return encode_multipart_formdata(fields)


def is_what_it_says(name, content):
    """Return whether content is of the kind that a file's name says, as far as its beginning tells."""
    begins = BEGINNINGS.get(kind(name))
    if begins is None:
        return content.startswith(BYTE_ORDER_MARKS) or b'\x00' not in content[:PDF_STARTS_WITHIN]
    if begins == BEGINNINGS['pdf']:
        return b'%PDF-' in content[:PDF_STARTS_WITHIN]
    return content.startswith(begins)


def refers_to(attachable, entities):
    """Return ``[(entity type, id)]`` of the records of these types that an Attachable belongs to.

    :param entities: types as Intuit spells them; what QuickBooks answers is spelt in any case
    """
    spelt = {entity.lower(): entity for entity in entities}
    found = []
    for ref in attachable.get('AttachableRef') or ():
        entity_ref = (ref or {}).get('EntityRef') or {}
        entity, qbo_id = spelt.get(str(entity_ref.get('type') or '').lower()), str(entity_ref.get('value') or '')
        if entity and re.fullmatch(r'\d+', qbo_id):
            found.append((entity, qbo_id))
    return list(dict.fromkeys(found))


def is_file(attachable):
    """Return whether an Attachable is a file with content: a note is none, nor what was never uploaded."""
    return bool(attachable.get('FileName')) and bool(float(attachable.get('Size') or 0))
