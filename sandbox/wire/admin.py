"""The admin API under ``/_sandbox``: what ``control.py`` offers, as JSON, for this machine only."""

import dataclasses
import json

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Response

from .. import errors

ROUTES = (
    # method, path, what it does
    ('GET', '', 'index', 'This list'),
    ('GET', '/keys', 'keys', 'Client id, client secret, verifier token, companies'),
    ('POST', '/tokens', 'issue_tokens', '{"realm"?} A refresh and an access token of a fresh consent'),
    ('POST', '/tokens/expire', 'expire_tokens', '{"realm"?} All access tokens end now'),
    ('POST', '/disconnect', 'disconnect', '{"realm"?} The user disconnects the app in QuickBooks'),
    ('GET', '/faults', 'faults', 'What can be armed, and what is'),
    ('POST', '/faults', 'arm', '{"name", "on"?, "method"?, "times"?, "skip"?, …} Arm a fault'),
    ('DELETE', '/faults', 'disarm_all', 'Disarm all'),
    ('DELETE', '/faults/<int:id>', 'disarm', 'Disarm one'),
    ('GET', '/requests', 'requests', 'The request log'),
    ('DELETE', '/requests', 'clear_requests', 'Empty the request log'),
    ('GET', '/clock', 'clock', 'What time the sandbox has'),
    ('POST', '/clock', 'advance', '{"minutes": 5} Advance the clock; any of timedelta\'s words'),
    ('GET', '/settings', 'settings', 'The switches of a company (?realm=)'),
    ('POST', '/settings', 'configure', '{"realm"?, "preferences"?, …} Change switches'),
    ('POST', '/snapshot', 'snapshot', 'Remember everything'),
    ('POST', '/restore', 'restore', 'Go back to what was remembered'),
    ('POST', '/reset', 'reset', '{"seed"?, "country"?} Start over'),
    ('GET', '/entities/<type>', 'all', 'All records of a type (?realm=, ?active=true|false)'),
    ('POST', '/entities/<type>', 'create', 'Create a record in QuickBooks (?realm=)'),
    ('GET', '/entities/<type>/<id>', 'get', 'One record (?realm=)'),
    ('POST', '/entities/<type>/<id>', 'update', 'Change a record in QuickBooks (?realm=)'),
    ('POST', '/entities/<type>/<id>/void', 'void', 'Void a document in QuickBooks (?realm=)'),
    ('POST', '/entities/<type>/<id>/delete', 'delete', 'Delete a document in QuickBooks (?realm=)'),
    ('POST', '/entities/Invoice/<id>/pay', 'pay', '{"amount"?, …} Receive a payment of an invoice (?realm=)'),
    ('GET', '/postings', 'postings', 'What documents post (?realm=, ?type=, ?id=)'),
    ('GET', '/webhooks', 'webhooks', 'Who is told, and what waits'),
    ('POST', '/webhooks', 'subscribe', '{"url", "format"?} Tell this address from now on'),
    ('POST', '/webhooks/flush', 'flush', 'Deliver what is due now'),
)  # fmt: skip


class Admin:
    """Serves the admin API for one sandbox."""

    def __init__(self, control):
        self._control = control
        self._urls = Map(
            [
                Rule(f'/_sandbox{path}', methods=[method], endpoint=name, strict_slashes=False)
                for method, path, name, _what in ROUTES
            ]
        )

    def serve(self, request):
        """Return the response for a request."""
        try:
            name, values = self._urls.bind_to_environ(request.environ).match()
            answer = getattr(self, f'_{name}')(request, **values)
        except HTTPException as error:
            return error.get_response(request.environ)
        except errors.Fault as fault:
            return _json({'Fault': fault.as_json()}, fault.status)
        except (ValueError, TypeError, KeyError, RuntimeError) as error:
            return _json({'error': str(error)}, 400)
        return _json(answer)

    def _index(self, request):
        return [{'method': method, 'path': f'/_sandbox{path}', 'what': what}
                for method, path, _name, what in ROUTES]  # fmt: skip

    # Keys and tokens.

    def _keys(self, request):
        control = self._control
        return {
            'client_id': control.client_id,
            'client_secret': control.client_secret,
            'verifier_token': control.verifier_token,
            'realm_id': control.realm_id,
            'realms': [dict(row) for row in control.intuit.database.realms()],
        }

    def _issue_tokens(self, request):
        realm = _values(request).get('realm') or self._control.realm_id
        self._control.books(realm)
        return {
            'realm_id': realm,
            'refresh_token': self._control.refresh_token(realm),
            'access_token': self._control.access_token(realm),
        }

    def _expire_tokens(self, request):
        self._control.expire_access_tokens(_values(request).get('realm'))
        return {}

    def _disconnect(self, request):
        self._control.disconnect(_values(request).get('realm'))
        return {}

    # Faults, log, clock, state.

    def _faults(self, request):
        kinds = {
            name: {'stage': stage, 'what': what, 'parameters': parameters}
            for name, (stage, what, parameters) in self._control.fault_kinds.items()
        }
        return {'kinds': kinds, 'armed': [dataclasses.asdict(fault) for fault in self._control.armed()]}

    def _arm(self, request):
        return {'id': self._control.arm(**_values(request))}

    def _disarm_all(self, request):
        self._control.disarm()
        return {}

    def _disarm(self, request, id):
        self._control.disarm(id)
        return {}

    def _requests(self, request):
        return [dataclasses.asdict(record) for record in self._control.requests]

    def _clear_requests(self, request):
        self._control.requests.clear()
        return {}

    def _clock(self, request):
        clock = self._control.clock
        return {'now': clock.now().isoformat(), 'offset_s': clock.offset_s}

    def _advance(self, request):
        self._control.clock.advance(**_values(request))
        return self._clock(request)

    def _settings(self, request):
        realm = request.args.get('realm') or self._control.realm_id
        return dataclasses.asdict(self._control.intuit.settings(realm))

    def _configure(self, request):
        self._control.configure(**_values(request))
        return self._settings(request)

    def _snapshot(self, request):
        self._control.snapshot()
        return {}

    def _restore(self, request):
        self._control.restore()
        return {}

    def _reset(self, request):
        self._control.reset(**_values(request))
        return {}

    # Records.

    def _all(self, request, type):
        active = {'true': True, 'false': False}.get(request.args.get('active', ''))
        return self._control.all(type, active, request.args.get('realm'))

    def _create(self, request, type):
        return self._control.create(type, _values(request), request.args.get('realm'))

    def _get(self, request, type, id):
        return self._control.get(type, id, request.args.get('realm'))

    def _update(self, request, type, id):
        return self._control.update(type, id, _values(request), request.args.get('realm'))

    def _void(self, request, type, id):
        return self._control.void(type, id, request.args.get('realm'))

    def _delete(self, request, type, id):
        return self._control.delete(type, id, request.args.get('realm'))

    def _pay(self, request, id):
        return self._control.pay(id, realm=request.args.get('realm'), **_values(request))

    def _postings(self, request):
        return self._control.postings(request.args.get('type'), request.args.get('id'), request.args.get('realm'))

    # Webhooks.

    def _webhooks(self, request):
        subscriber = self._control.intuit.webhooks.subscriber()
        return {'subscriber': subscriber, 'undelivered': self._control.undelivered()}

    def _subscribe(self, request):
        values = _values(request)
        self._control.deliver_webhooks_to(values.get('url'), values.get('format', 'cloudevents'))
        return self._webhooks(request)

    def _flush(self, request):
        return {'delivered': self._control.flush_webhooks()}


def _values(request):
    """Return the JSON object of a request; nothing sent is an empty one."""
    text = request.get_data()
    values = json.loads(text) if text else {}
    if not isinstance(values, dict):
        raise ValueError('A JSON object is expected.')
    return values


def _json(body, status=200):
    return Response(json.dumps(body, default=str), status, content_type='application/json')
