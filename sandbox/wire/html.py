"""The pieces of HTML that the consent page and the pages for people share."""

from html import escape
from pathlib import Path

from werkzeug.wrappers import Response

STYLE = Path(__file__).with_name('style.css')


def e(value):
    """Return a value safe inside HTML."""
    return escape('' if value is None else str(value))


def document(title, body, status=200, head=''):
    """Return a whole page as a response. Refuses to be framed, as Intuit's (qbo-api 1.2)."""
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{e(title)}</title><style>{STYLE.read_text()}</style>{head}</head>'
        f'<body>{body}</body></html>'
    )
    headers = {'X-Frame-Options': 'DENY', 'Cache-Control': 'no-store'}
    return Response(text, status, headers, content_type='text/html;charset=utf-8')


def message_page(title, text, status=200):
    """Return a page that says one thing."""
    body = f'<main class="card narrow"><h1>{e(title)}</h1><p>{e(text)}</p></main>'
    return document(title, body, status)


def consent_page(realms, asked):
    """Return the page on which a user picks a company and agrees, or does not (qbo-api 1.2)."""
    hidden = ''.join(f'<input type="hidden" name="{e(name)}" value="{e(value)}">' for name, value in asked.items())
    choices = ''.join(
        f'<label class="choice"><input type="radio" name="realm" value="{e(row["id"])}"'
        f'{"" if number else " checked"}><span><b>{e(row["name"])}</b>'
        f'<small>{e(row["country"])} · {e(row["id"])}</small></span></label>'
        for number, row in enumerate(realms)
    )
    body = (
        '<main class="card narrow"><p class="brand">QuickBooks sandbox</p>'
        '<h1>Connect a company</h1><p>The app that sent you here asks to read and write the '
        'accounting data of one company. Which one?</p><form method="post">'
        f'{hidden}<fieldset><legend>Companies</legend>{choices}</fieldset>'
        '<div class="actions"><button name="decision" value="connect">Connect</button>'
        '<button class="quiet" name="decision" value="deny">No, thanks</button></div></form></main>'
    )
    return document('Connect a company', body)
