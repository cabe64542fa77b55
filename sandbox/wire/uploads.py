"""Files over HTTP: the parts of an upload, and the addresses where files are fetched (purchases 11)."""

import base64
import binascii
import json

from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData
from werkzeug.wrappers import Response

from .. import errors
from ..entities import attachables


def parts(request):
    """Return (name, file name, content type, content) of each part of a multipart body.

    werkzeug's own reading would make text of parts without a file name; Intuit takes files there too.

    :raise Fault: 2010, it is no such body
    """
    kind, options = parse_options_header(request.content_type)
    if kind != 'multipart/form-data' or not options.get('boundary'):
        raise errors.Fault(errors.unparsed())
    decoder = MultipartDecoder(options['boundary'].encode())
    decoder.receive_data(request.get_data())
    decoder.receive_data(None)
    found = []
    try:
        while not isinstance(event := decoder.next_event(), Epilogue | NeedData):
            if isinstance(event, Field | File):
                found.append([event, b''])
            elif isinstance(event, Data):
                found[-1][1] += event.data
    except ValueError:
        raise errors.Fault(errors.unparsed()) from None
    return [_part(event, content) for event, content in found]


def _part(event, content):
    if event.headers.get('Content-Transfer-Encoding', '').lower() == 'base64':
        try:
            content = base64.b64decode(content, validate=False)
        except binascii.Error:
            raise errors.Fault(errors.unparsed()) from None
    name = (event.name or '').strip()
    if name.startswith('file_metadata'):
        try:
            content = json.loads(content)
        except ValueError:
            raise errors.Fault(errors.unparsed()) from None
    type = parse_options_header(event.headers.get('Content-Type', ''))[0] or 'application/octet-stream'
    return name, getattr(event, 'filename', None), type, content


def upload(books, request, faults):
    """Keep the files of a request; return the value of ``AttachableResponse``: a record or a Fault for each.

    :raise Fault: 6020, 6030 or what is wrong with the request as a whole
    """
    if request.content_length is None:
        raise errors.Fault(errors.Violation('6020', 'The length of the upload is not known.', ''))
    if request.content_length > books.settings.largest_upload:
        raise errors.Fault(errors.Violation('6030', 'The upload is larger than 100 MB.', ''), status=413)
    files = attachables.gather(parts(request))
    if not files:
        raise errors.Fault(errors.missing('file_content'))
    return [_one(books, file, faults) for file in files]


def _one(books, file, faults):
    if faults.take('upload', on=('upload', 'attachable')):
        return None
    try:
        return {'Attachable': attachables.upload(books, file)}
    except errors.Fault as fault:
        return {'Fault': fault.as_json()}


def fetch(intuit, request):
    """Return a file to whoever has its address."""
    _empty, _attachments, realm, id, *_name = request.path.split('/')
    books = intuit.books(realm)
    if books is None or not attachables.is_valid(books, id, request.args):
        return Response('<Error><Code>AccessDenied</Code></Error>', 403, content_type='application/xml')
    if request.headers.get('Authorization'):  # Who keeps the files takes one proof of who asks, and has it (S3).
        return Response('<Error><Code>InvalidArgument</Code></Error>', 400, content_type='application/xml')
    content, body = books.database.file(realm, id), books.stored('Attachable', id)
    if content is None or body is None:
        return Response('<Error><Code>NoSuchKey</Code></Error>', 404, content_type='application/xml')
    for hit in intuit.faults.take('download', on=('download',)):
        page = b'<html><script>alert(1)</script></html>'
        content = content[: len(content) // 2] if hit.name == 'download_cut' else (page * len(content))[: len(content)]
    return Response(content, content_type=body.get('ContentType') or 'application/octet-stream')
