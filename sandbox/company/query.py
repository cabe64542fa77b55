"""Intuit's query language: text to :class:`Query` and back (qbo-api 5).

The grammar is Intuit's; what a query may ask of which entity is ``select.py``'s. Errors are those
of the parser generator behind Intuit's service, whose form is known from two recorded texts. The
lists of what was expected are exact after a condition, and assumed elsewhere.
"""

import re
from dataclasses import dataclass

from .. import errors

KEYWORDS = frozenset((
    'select', 'from', 'where', 'and', 'in', 'like', 'order', 'orderby', 'by', 'asc', 'desc',
    'startposition', 'maxresults', 'count', 'true', 'false', 'iterator',
))  # fmt: skip
TOKEN = re.compile(
    r"(?P<SPACE>\s+)|(?P<STRING>'(?:[^'\\]|\\.)*')|(?P<NUMBER>-?\d+(?:\.\d+)?)"
    r'|(?P<IDENTIFIER>[A-Za-z_][\w.]*)|(?P<SIGN><=|>=|!=|[=<>(),*])',
    re.DOTALL,
)
COMPARISONS = ('=', '<', '>', '<=', '>=', '!=')
TAIL = ('iterator', 'maxresults', 'order', 'orderby', 'startposition')
AFTER_ENTITY = ('<EOF>', *TAIL, 'where')
AFTER_CONDITION = ('<EOF>', 'and', *TAIL)
AFTER_ORDER = ('<EOF>', ',', 'iterator', 'maxresults', 'startposition')


@dataclass(frozen=True)
class Condition:
    """``field operator values``; values are text, bool or a bare number's text in a tuple."""

    field: str
    operator: str
    values: tuple


@dataclass(frozen=True)
class Order:
    """One member to sort by."""

    field: str
    descending: bool = False


@dataclass(frozen=True)
class Query:
    """A parsed statement. ``fields`` of ``('*',)`` is everything."""

    entity: str
    fields: tuple = ('*',)
    count: bool = False
    where: tuple = ()
    order: tuple = ()
    start: int | None = None
    maximum: int | None = None


@dataclass(frozen=True)
class Token:
    """A word of a statement and where it stands."""

    kind: str
    text: str
    line: int
    column: int

    @property
    def word(self):
        """The keyword or sign, in lower case; empty for names and literals."""
        low = self.text.lower()
        if self.kind == 'SIGN' or (self.kind == 'IDENTIFIER' and low in KEYWORDS):
            return low
        return ''


def escape(text):
    """Return a text as it stands inside quotes."""
    return text.replace('\\', '\\\\').replace("'", "\\'")


def unescape(text):
    """Return the text that stands inside quotes."""
    return re.sub(r'\\(.)', r'\1', text, flags=re.DOTALL)


def tokens(text, curly='accepted'):
    """Return the words of a statement.

    :raise Fault: 4000, lexical error
    """
    found, at = [], 0
    while at < len(text):
        line, column = text.count('\n', 0, at) + 1, at - text.rfind('\n', 0, at)
        match = TOKEN.match(text, at)
        if not match:
            raise _lexical(text[at], line, column)
        if match.lastgroup == 'STRING' and curly == 'refused':
            _refuse_curly(text, match)
        if match.lastgroup != 'SPACE':
            found.append(Token(match.lastgroup, match.group(), line, column))
        at = match.end()
    line, column = text.count('\n') + 1, len(text) - text.rfind('\n') - 1
    return [*found, Token('EOF', '', line, max(column, 1))]


def _refuse_curly(text, match):
    for at in range(match.start(), match.end()):
        if text[at] in '‘’“”':
            raise _lexical(text[at], text.count('\n', 0, at) + 1, at - text.rfind('\n', 0, at))


def _lexical(character, line, column):
    shown = character if ' ' <= character <= '~' else f'\\u{ord(character):04x}'
    detail = (
        f'QueryParserError: Invalid content. Lexical error at line {line}, column {column}.  '
        f'Encountered: "{shown}" ({ord(character)}), after : ""'
    )
    return errors.Fault(errors.Violation('4000', detail, None))


def _unexpected(token, expected):
    kinds = {'STRING': '<STRING_LITERAL>', 'NUMBER': '<NUMBER>', 'IDENTIFIER': '<IDENTIFIER>'}
    image = f'"{token.word}"' if token.word else kinds.get(token.kind, '')
    shown = token.text.replace('\\', '\\\\').replace("'", "\\'").replace('"', '\\"')
    met = '<EOF>' if token.kind == 'EOF' else f' {image} "{shown} "'
    wanted = ''.join(f'{word} \n    ' if word == '<EOF>' else f'{_image(word)} ...\n    ' for word in expected)
    number = 'Was expecting one of:' if len(expected) > 1 else 'Was expecting:'
    detail = (
        f'QueryParserError: Encountered "{met}" at line {token.line}, column {token.column}.\n{number}\n    {wanted}'
    )
    return errors.Fault(errors.Violation('4000', detail, None))


def _image(word):
    return word if word.startswith('<') and word.endswith('>') and len(word) > 2 else f'"{word}"'


def parse(text, curly='accepted'):
    """Return the :class:`Query` of a statement.

    :raise Fault: 4000
    """
    return _Parser(tokens(text, curly)).statement()


class _Parser:
    """Walks the words from left to right; one method for each part of a statement."""

    def __init__(self, words):
        self._words, self._at = words, 0

    @property
    def _next(self):
        return self._words[self._at]

    def _take(self, *words):
        if self._next.word in words:
            self._at += 1
            return self._words[self._at - 1].word
        return None

    def _need(self, *words):
        found = self._take(*words)
        if not found:
            raise _unexpected(self._next, words)
        return found

    def _name(self):
        token = self._next
        if token.kind != 'IDENTIFIER' or token.word:
            raise _unexpected(token, ('<IDENTIFIER>',))
        self._at += 1
        return token.text

    def statement(self):
        self._need('select')
        count, fields = self._what()
        self._need('from')
        entity, expected, where, order = self._name(), AFTER_ENTITY, (), ()
        if self._take('where'):
            where, expected = self._list(self._condition, 'and'), AFTER_CONDITION
        if self._take('orderby') or (self._take('order') and self._need('by')):
            order, expected = self._list(self._ordering, ','), AFTER_ORDER
        page, left = {}, ['maxresults', 'startposition']  # In either order (qbo-api 5).
        while word := self._take(*left):
            left.remove(word)
            page[word] = self._number()
            expected = ('<EOF>', *(('iterator',) if left else ()), *left)
        if self._next.kind != 'EOF':
            raise _unexpected(self._next, expected)
        return Query(entity, fields, count, where, order, page.get('startposition'), page.get('maxresults'))

    def _what(self):
        if self._take('count'):
            for sign in '(*)':
                self._need(sign)
            return True, ('*',)
        if self._take('*'):
            return False, ('*', *(self._list(self._name, ',') if self._take(',') else ()))
        if self._next.kind == 'IDENTIFIER' and not self._next.word:
            return False, self._list(self._name, ',')
        raise _unexpected(self._next, ('count', '*', '<IDENTIFIER>'))

    def _list(self, part, separator):
        parts = [part()]
        while self._take(separator):
            parts.append(part())
        return tuple(parts)

    def _condition(self):
        field = self._name()
        operator = self._need(*COMPARISONS, 'in', 'like')
        if operator != 'in':
            return Condition(field, operator, (self._literal(),))
        self._need('(')
        values = self._list(self._literal, ',')
        self._need(')')
        return Condition(field, 'in', values)

    def _literal(self):
        token = self._next
        if token.kind == 'STRING':
            value = unescape(token.text[1:-1])
        elif token.word in ('true', 'false'):
            value = token.word == 'true'
        elif token.kind == 'NUMBER':
            value = token.text
        else:
            raise _unexpected(token, ('true', 'false', '<NUMBER>', '<STRING_LITERAL>'))
        self._at += 1
        return value

    def _ordering(self):
        return Order(self._name(), self._take('asc', 'desc') == 'desc')

    def _number(self):
        token = self._next
        if token.kind != 'NUMBER' or '.' in token.text:
            raise _unexpected(token, ('<NUMBER>',))
        self._at += 1
        return int(token.text)


def format(query):
    """Return a statement that parses to this query."""
    parts = ['SELECT', 'COUNT(*)' if query.count else ', '.join(query.fields), 'FROM', query.entity]
    if query.where:
        parts += ['WHERE', ' AND '.join(map(_format_condition, query.where))]
    if query.order:
        parts += ['ORDERBY', ', '.join(map(_format_order, query.order))]
    if query.start is not None:
        parts += ['STARTPOSITION', str(query.start)]
    if query.maximum is not None:
        parts += ['MAXRESULTS', str(query.maximum)]
    return ' '.join(parts)


def _format_condition(condition):
    values = [str(value).lower() if isinstance(value, bool) else f"'{escape(value)}'" for value in condition.values]
    shown = f'({", ".join(values)})' if condition.operator == 'in' else values[0]
    return f'{condition.field} {condition.operator.upper()} {shown}'


def _format_order(order):
    return f'{order.field} DESC' if order.descending else order.field
