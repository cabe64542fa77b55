"""Files: kinds, the spelling of an upload, where they may come from."""

import json
from email.parser import BytesParser

import pytest

from .. import attachments, client, endpoints, errors, transport


@pytest.mark.parametrize('name, kind', [
    ('a.PDF', 'pdf'), ('a.tar.gz', 'gz'), ('a', ''), ('', ''), (None, ''), ('.pdf', ''), ('ü b.Png', 'png'),
])  # fmt: skip
def test_kind(name, kind):
    assert attachments.kind(name) == kind


@pytest.mark.parametrize('name, content, is_right', [
    ('a.pdf', b'%PDF-1.7', True), ('a.pdf', b'\xef\xbb\xbf\n%PDF-1.7', True), ('a.pdf', b'<html>%PDX', False),
    ('a.png', b'\x89PNG\r\n', True), ('a.png', b'%PDF-', False), ('a.jpg', b'\xff\xd8\xff\xe0', True),
    ('a.docx', b'PK\x03\x04', True), ('a.docx', b'MZ', False), ('a.xls', b'\xd0\xcf\x11\xe0', True),
    ('a.txt', b'told', True), ('a.txt', b'MZ\x00\x01', False), ('a.csv', '\ufefffür'.encode('utf-16'), True),
    ('a.txt', b'', True), ('a.rtf', b'{\\rtf1', True), ('a.eps', b'%!PS-Adobe', True), ('a.tif', b'II*\x00', True),
])  # fmt: skip
def test_content(name, content, is_right):
    assert attachments.is_what_it_says(name, content) is is_right


def test_each_kind_is_a_text_or_has_a_beginning():
    texts = {'csv', 'txt', 'xml'}
    assert attachments.BEGINNINGS.keys() | texts == attachments.KINDS.keys()


def test_an_upload_has_two_parts_a_file_with_the_name_in_the_description():
    about = attachments.described('Facture "été"\r\n.pdf', 'Invoice', '75', include_on_send=True)
    body, content_type = attachments.multipart([attachments.File(about, b'%PDF-1'), attachments.File(about, b'two')])
    assert content_type.startswith('multipart/form-data; boundary=')
    parts = BytesParser().parsebytes(f'Content-Type: {content_type}\r\n\r\n'.encode() + body).get_payload()
    found = {part.get_param('name', header='Content-Disposition'): part for part in parts}
    assert list(found) == ['file_metadata_01', 'file_content_01', 'file_metadata_02', 'file_content_02']
    assert json.loads(found['file_metadata_01'].get_payload(decode=True)) == {
        'FileName': 'Facture "été"\r\n.pdf',
        'ContentType': 'application/pdf',
        'AttachableRef': [{'EntityRef': {'type': 'Invoice', 'value': '75'}, 'IncludeOnSend': True}],
    }
    content = found['file_content_01']
    assert (content.get_filename(), content.get_content_type()) == ('file_01.pdf', 'application/pdf')
    assert found['file_content_02'].get_payload(decode=True) == b'two'


def test_a_long_name_keeps_its_end():
    assert attachments.short('x' * 2000 + '.pdf') == 'x' * 996 + '.pdf'


@pytest.mark.parametrize('refs, found', [
    ([{'EntityRef': {'type': 'invoice', 'value': '7'}}], [('Invoice', '7')]),
    ([{'EntityRef': {'type': 'Vendor', 'value': '7'}}, {'EntityRef': {'type': 'BILL', 'value': '8'}}], [('Bill', '8')]),
    ([None, {}, {'EntityRef': None}, {'EntityRef': {'type': 'Bill', 'value': "1' OR"}}], []),
    (None, []),
])  # fmt: skip
def test_documents_of_a_file(refs, found):
    assert attachments.refers_to({'AttachableRef': refs}, ('Invoice', 'Bill')) == found


@pytest.mark.parametrize('attachable, is_file', [
    ({'FileName': 'a.pdf', 'Size': 5}, True), ({'FileName': 'a.pdf', 'Size': 0}, False), ({'Note': 'x'}, False),
    ({'FileName': 'a.pdf', 'Size': '12.0'}, True),
])  # fmt: skip
def test_a_note_is_no_file(attachable, is_file):
    assert attachments.is_file(attachable) is is_file


RIGHT = 'https://intuit-qbo-prod-23.s3.amazonaws.com/1/attachments/x.pdf?X-Amz-Signature=1'


@pytest.mark.parametrize('environment, url, is_right', [
    ('production', RIGHT, True),
    ('sandbox', RIGHT.replace('.s3.', '.s3.us-west-2.'), True),
    ('production', 'https://files.qbo.intuit.com/x', True),
    ('production', RIGHT.replace('https:', 'http:'), False),
    ('production', RIGHT.replace('.com/', '.com:8443/'), False),
    ('production', RIGHT.replace('.com/', '.com.example.org/'), False),
    ('production', RIGHT.replace('intuit-', 'evil-'), False),
    ('production', RIGHT.replace('https://', 'https://a@'), False),
    ('production', 'https://evilintuit.com/x', False),
    ('production', 'https://169.254.169.254/latest/meta-data', False),
    ('production', 'file:///etc/passwd', False),
    ('production', 'http://127.0.0.1:8090/x', False),
    ('production', '', False),
    ('local', 'http://127.0.0.1:8090/attachments/1/2/x.pdf?y=1', True),
    ('local', RIGHT, False),
    ('local', 'http://10.0.0.1/x', False),
])  # fmt: skip
def test_where_files_may_come_from(environment, url, is_right):
    if is_right:
        endpoints.check_download_url(environment, url)
    else:
        with pytest.raises(ValueError):
            endpoints.check_download_url(environment, url)


# === Over the wire ===

FILES = [attachments.File(attachments.described(f'{name}.pdf', 'Bill', '7'), b'%PDF-1') for name in 'abc']
FAULT = {'Fault': {'Error': [{'Message': 'Bad', 'Detail': 'Too bad', 'code': '6000'}], 'type': 'ValidationFault'}}


@pytest.fixture
def qbo(server):
    return client.Client(base_url=server.url, realm_id='9130347957983546', token=lambda _rejected: 't')


def test_each_file_of_an_upload_has_an_outcome(server, qbo):
    made = {'Attachable': {'Id': '5000000000000503624'}}
    server.will_answer({'AttachableResponse': [made, FAULT, None], 'time': '2026-11-20T10:33:39-08:00'})
    found, refused, unknown = qbo.upload(FILES, 'r').values
    assert (found['Id'], refused.kind, refused.detail, unknown) == (
        '5000000000000503624', errors.Kind.DATA, 'Too bad', None,
    )  # fmt: skip
    asked = server.last
    assert (asked.method, asked.path) == ('POST', '/v3/company/9130347957983546/upload')
    assert asked.params['requestid'] == 'r'
    assert asked.headers['Content-Type'].startswith('multipart/form-data; boundary=')
    assert 'charset' not in asked.headers['Content-Type']
    assert asked.headers['Content-Length'] == str(len(asked.body))


@pytest.mark.parametrize('items', [[], [1, 'x', {}], [{'Attachable': {}}, {'Attachable': None}, {'Attachable': 7}]])
def test_what_an_upload_does_not_say_is_not_known(server, qbo, items):
    server.will_answer({'AttachableResponse': items})
    assert qbo.upload(FILES).values == [None] * 3


@pytest.mark.parametrize('body', [{}, {'AttachableResponse': {}}, {'AttachableResponse': None}, 'text'])
def test_an_upload_without_an_answer_may_have_been_done(server, qbo, body):
    server.will_answer(body)
    with pytest.raises(errors.UnknownOutcome):
        qbo.upload(FILES)


def test_a_file_is_fetched_without_token_and_without_what_netrc_says(server, monkeypatch, tmp_path):
    netrc = tmp_path / 'netrc'
    netrc.write_text('machine 127.0.0.1 login a password b\n')
    monkeypatch.setenv('NETRC', str(netrc))
    server.will_answer(b'%PDF-1')
    assert transport.download(f'{server.url}/x.pdf', 100) == b'%PDF-1'
    assert server.last.headers['Authorization'] is None


def test_a_file_that_is_larger_than_said_or_elsewhere_is_not_fetched(server):
    server.will_answer(b'x' * 200)
    with pytest.raises(errors.QboError):
        transport.download(f'{server.url}/x.pdf', 100)
    server.will_answer('', 302, Location=f'{server.url}/elsewhere')
    with pytest.raises(errors.QboError):
        transport.download(f'{server.url}/x.pdf', 100)
    assert len(server.asked) == 2
    server.will_answer('<Error><Code>AccessDenied</Code></Error>', 403)
    with pytest.raises(errors.QboError):
        transport.download(f'{server.url}/x.pdf', 100)
