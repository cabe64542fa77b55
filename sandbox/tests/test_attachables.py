"""Files and notes (purchases 11)."""

import base64
import json

import pytest
import requests

from .buying import expense, owing, spent
from .client import detail, faults
from .documents import keys

PIXEL = bytes(range(256)) * 3


def send(api, *files, **params):
    """Upload (metadata or None, file name, content, type) of each file; return the response."""
    parts = []
    for number, (metadata, name, content, type) in enumerate(files, 1):
        if metadata is not None:
            parts.append((f'file_metadata_0{number}', ('attachment.json', json.dumps(metadata), 'application/json')))
        if content is not None:
            parts.append((f'file_content_0{number}', (name, content, type)))
    headers = {'Authorization': f'Bearer {api.token}', 'Accept': 'application/json'}
    return requests.post(f'{api.base}/upload', files=parts, headers=headers, params=params, timeout=10)


def described(type, id, name='receipt.pdf', **members):
    ref = {'EntityRef': {'type': type, 'value': id}}
    return {'AttachableRef': [ref], 'FileName': name, 'ContentType': 'application/pdf', **members}


@pytest.fixture
def bill(sandbox):
    return sandbox.create('Bill', owing(spent(sandbox)))


def one(response):
    assert response.status_code == 200, response.text
    (found,) = response.json()['AttachableResponse']
    return found['Attachable']


def test_upload_is_answered_as_recorded_and_fetched_without_a_token(sandbox, api, bill):
    made = one(send(api, (described('Bill', bill['Id']), 'x.pdf', PIXEL, 'application/pdf')))

    assert set(made) == {
        'FileName', 'FileAccessUri', 'TempDownloadUri', 'Size', 'ContentType', 'domain', 'sparse', 'Id', 'SyncToken',
        'MetaData', 'AttachableRef',
    }  # fmt: skip
    assert (made['FileName'], made['Size'], len(made['Id'])) == ('receipt.pdf', len(PIXEL), 19)
    assert made['FileAccessUri'] == f'/v3/company/{sandbox.realm_id}/download/{made["Id"]}'
    ref = {'EntityRef': {'value': bill['Id'], 'type': 'Bill'}, 'IncludeOnSend': False}
    assert made['AttachableRef'] == [ref]
    fetched = requests.get(made['TempDownloadUri'], timeout=10)
    assert (fetched.content, fetched.headers['Content-Type']) == (PIXEL, 'application/pdf')
    assert requests.get(api.get(f'download/{made["Id"]}').text, timeout=10).content == PIXEL


def test_address_works_for_fifteen_minutes(sandbox, api, bill):
    made = one(send(api, (described('Bill', bill['Id']), 'x.pdf', PIXEL, 'application/pdf')))
    sandbox.clock.advance(seconds=899)
    assert requests.get(made['TempDownloadUri'], timeout=10).status_code == 200

    sandbox.clock.advance(seconds=5)
    assert requests.get(made['TempDownloadUri'], timeout=10).status_code == 403
    api.renew()
    fresh = api.get(f'attachable/{made["Id"]}').json()['Attachable']['TempDownloadUri']
    assert requests.get(fresh, timeout=10).status_code == 200
    assert requests.get(fresh.replace('Signature=', 'Signature=0'), timeout=10).status_code == 403


def test_each_file_is_refused_for_itself(sandbox, api, bill):
    response = send(
        api,
        (described('Bill', bill['Id'], 'a.txt'), 'a.txt', b'a', 'text/plain'),
        (described('Estimate', '75', 'b.txt'), 'b.txt', b'b', 'text/plain'),
        (described('Bill', bill['Id'], 'c.html'), 'c.html', b'c', 'text/html'),
        (described('TaxCode', '2', 'd.txt'), 'd.txt', b'd', 'text/plain'),
        (described('Bill', bill['Id'], 'e.txt', Category='Spam'), 'e.txt', b'e', 'text/plain'),
        (described('Bill', bill['Id'], 'f.txt'), 'f.txt', None, 'text/plain'),
        (None, 'g.csv', b'g', 'text/csv'),
    )
    assert response.status_code == 200
    found = response.json()['AttachableResponse']

    assert [faults(each)[0][0] if 'Fault' in each else each['Attachable']['FileName'] for each in found] == [
        'a.txt', '6000', '6000', '6050', '2170', '2020', 'g.csv',
    ]  # fmt: skip
    what = 'The entity Estimate 75 that you are trying to link does not exist. Estimate 75'
    assert detail(found[1]) == ('6000', f'Business Validation Error: {what}')


def test_file_may_be_base64_and_without_a_name(sandbox, api, bill):
    boundary = '-------------Part'
    metadata = json.dumps(described('Bill', bill['Id']))
    body = (
        f'\n--{boundary}\nContent-Disposition: form-data; name="file_metadata_01"\nContent-Type: application/json\n\n'
        f'{metadata}\n\n--{boundary}\nContent-Disposition: form-data; name="file_content_01"\n'
        f'Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n{base64.b64encode(PIXEL).decode()}\n\n'
        f'--{boundary}--\n'
    )
    made = one(api.post('upload', data=body, headers={'Content-Type': f'multipart/form-data; boundary={boundary}'}))

    assert requests.get(made['TempDownloadUri'], timeout=10).content == PIXEL


def test_upload_is_replayed_by_its_request_id(sandbox, api, bill):
    file = (described('Bill', bill['Id']), 'x.pdf', PIXEL, 'application/pdf')
    first, again = (send(api, file, requestid='up-1').json() for _each in range(2))

    assert first == again
    assert len(sandbox.all('Attachable')) == 1


def test_too_much_is_refused(sandbox, api, bill):
    sandbox.configure(largest_upload=1000)
    response = send(api, (described('Bill', bill['Id']), 'x.pdf', bytes(2000), 'application/pdf'))

    assert (response.status_code, faults(response)) == (413, [('6030', '')])
    assert sandbox.all('Attachable') == []


@pytest.mark.parametrize('data, type', [
    (b'{}', 'application/json'), (b'nothing', 'multipart/form-data'), (b'nothing', 'multipart/form-data; boundary=x'),
    (b'--x\r\nContent-Disposition: form-data; name="file_metadata_01"\r\n\r\n{no\r\n--x--\r\n',
     'multipart/form-data; boundary=x'),
])  # fmt: skip
def test_what_is_no_upload_is_refused(api, data, type):
    response = api.post('upload', data=data, headers={'Content-Type': type})

    assert (response.status_code, faults(response)[0][0]) in {(400, '2010'), (400, '2020')}


def test_faults_of_uploads(sandbox, api, bill):
    file = (described('Bill', bill['Id']), 'x.pdf', PIXEL, 'application/pdf')
    sandbox.arm('upload_null')
    assert send(api, file).json()['AttachableResponse'] == [None]
    sandbox.arm('data_fault', on='attachable', code='6000', detail='Broken')
    assert detail(send(api, file).json()['AttachableResponse'][0]) == ('6000', 'Broken')
    sandbox.arm('status', on='upload', status=503)
    assert send(api, file).status_code == 503
    assert sandbox.all('Attachable') == []
    assert (sandbox.requests[-1].entity, sandbox.requests[-1].operation) == ('upload', 'upload')


def test_a_file_is_fetched_without_a_token_only(api, bill):
    made = one(send(api, (described('Bill', bill['Id']), 'x.pdf', PIXEL, 'application/pdf')))
    answer = requests.get(made['TempDownloadUri'], headers={'Authorization': f'Bearer {api.token}'}, timeout=10)
    assert (answer.status_code, b'InvalidArgument' in answer.content) == (400, True)


def test_faults_of_downloads(sandbox, api, bill):
    made = one(send(api, (described('Bill', bill['Id']), 'x.pdf', PIXEL, 'application/pdf')))
    sandbox.arm('download_cut')
    assert requests.get(made['TempDownloadUri'], timeout=10).content == PIXEL[: len(PIXEL) // 2]
    sandbox.arm('download_other')
    other = requests.get(made['TempDownloadUri'], timeout=10).content
    assert (other[:6], len(other)) == (b'<html>', len(PIXEL))
    sandbox.arm('address_elsewhere', host='files.example.org')
    elsewhere = api.get(f'attachable/{made["Id"]}').json()['Attachable']['TempDownloadUri']
    assert elsewhere.startswith('https://files.example.org/attachments/')
    assert requests.get(made['TempDownloadUri'], timeout=10).content == PIXEL


@pytest.mark.parametrize('fault, kept', [
    (('status', {'status': 429}), 0),
    (('status', {'status': 500}), 0),
    (('drop_before', {}), 0),
    (('drop_after_commit', {}), 1),
])  # fmt: skip
def test_faults_of_the_call_hit_uploads_too(sandbox, api, bill, fault, kept):
    name, params = fault
    sandbox.arm(name, on='upload', **params)
    file = (described('Bill', bill['Id']), 'x.pdf', PIXEL, 'application/pdf')
    try:
        assert send(api, file).status_code == params['status']
    except requests.ConnectionError:
        assert not params
    assert len(sandbox.all('Attachable')) == kept


# Records.


def test_note_without_a_file(api, bill):
    made = api.create(
        'Attachable', Note='See the paper', **{'AttachableRef': described('Bill', bill['Id'])['AttachableRef']}
    )

    assert made['Note'] == 'See the paper' and 'FileAccessUri' not in made and 'Size' not in made
    changed = api.update('Attachable', made, Note='Seen').json()['Attachable']
    assert (changed['Note'], changed['SyncToken']) == ('Seen', '1')
    assert faults(api.post('attachable', {'Tag': 'x'})) == [('2020', 'Note')]


def test_file_that_was_never_uploaded_is_empty(api):
    made = api.create('Attachable', FileName='receipt.jpg', ContentType='image/jpeg')

    assert made['Size'] == 0
    assert made['ThumbnailFileAccessUri'].endswith(f'/attachable-thumbnail/{made["Id"]}')
    assert requests.get(made['TempDownloadUri'], timeout=10).status_code == 404


def test_links_are_added_and_taken_away(sandbox, api, bill):
    made = one(send(api, (described('Bill', bill['Id']), 'x.pdf', PIXEL, 'application/pdf')))
    vendor = {'EntityRef': {'type': 'vendor', 'value': '37'}}
    more = api.post('attachable', {**made, 'AttachableRef': [*made['AttachableRef'], vendor]}).json()['Attachable']
    assert [ref['EntityRef']['type'] for ref in more['AttachableRef']] == ['Bill', 'Vendor']
    assert more['Size'] == len(PIXEL)

    whole = {name: value for name, value in more.items() if name != 'AttachableRef'}
    assert 'AttachableRef' not in api.post('attachable', whole).json()['Attachable']
    assert len(api.query('select * from Attachable')['Attachable']) == 1


def test_attachments_of_a_record_are_found(sandbox, api, bill):
    spends = sandbox.create('Purchase', expense(sandbox, spent(sandbox)))
    mine = one(send(api, (described('Purchase', spends['Id']), 'x.pdf', PIXEL, 'application/pdf')))
    one(send(api, (described('Bill', bill['Id']), 'x.pdf', PIXEL, 'application/pdf')))
    asked = (
        "select * from Attachable where AttachableRef.EntityRef.Type = '{}' and AttachableRef.EntityRef.value = '{}'"
    )

    found = api.query(asked.format('purchase', spends['Id']))['Attachable']
    assert [body['Id'] for body in found] == [mine['Id']]
    assert set(found[0]) == set(mine)
    assert api.query(asked.format('purchase', bill['Id'])) == {}
    assert api.query("select count(*) from Attachable where FileName = 'receipt.pdf'") == {'totalCount': 2}


def test_delete_needs_the_id_alone(sandbox, api, bill):
    made = one(send(api, (described('Bill', bill['Id']), 'x.pdf', PIXEL, 'application/pdf')))
    gone = api.post('attachable', {'Id': made['Id']}, operation='delete').json()['Attachable']

    assert gone == {'status': 'Deleted', 'domain': 'QBO', 'Id': made['Id']}
    assert requests.get(made['TempDownloadUri'], timeout=10).status_code == 404
    assert faults(api.post('attachable', {'Id': made['Id']}, operation='delete')) == [('610', '')]


def test_attachment_of_a_deleted_document_stays_without_a_link(sandbox, api, bill):
    made = one(send(api, (described('Bill', bill['Id']), 'x.pdf', PIXEL, 'application/pdf')))
    api.post('bill', keys(bill), operation='delete')

    assert api.get(f'attachable/{made["Id"]}').json()['Attachable']['AttachableRef'] == []


def test_attachments_are_in_cdc(sandbox, api, bill):
    since = bill['MetaData']['LastUpdatedTime']
    made = one(send(api, (described('Bill', bill['Id']), 'x.pdf', PIXEL, 'application/pdf')))
    answer = api.get('cdc', entities='Attachable', changedSince=since).json()['CDCResponse'][0]['QueryResponse'][0]

    assert [body['Id'] for body in answer['Attachable']] == [made['Id']]


def test_person_attaches_a_file(sandbox, api, bill):
    made = sandbox.attach('Bill', bill['Id'], 'told.txt', b'told', 'text/plain')

    assert sandbox.content(made['Id']) == b'told'
    assert requests.get(api.get(f'download/{made["Id"]}').text, timeout=10).content == b'told'
