"""What was asked of the sandbox, for tests and people."""

from dataclasses import dataclass, field

LONGEST, ANSWERS = 20_000, 500


@dataclass
class Record:
    """One request of Intuit's API, in the words of the tests."""

    method: str
    path: str
    entity: str = ''
    """The resource in lower case: ``customer``, ``query``, ``batch``, ``token`` …"""
    operation: str = ''
    """create, update, delete, read, query, cdc, batch, token …"""
    query: dict = field(default_factory=dict)
    body: object = None
    """The parsed JSON or form, else the text."""
    status: int | None = None
    """None where the connection was closed without an answer."""
    tid: str = ''
    time: str = ''
    realm: str = ''
    fault: str = ''
    """Names of the armed faults that hit."""
    replayed: bool = False
    """Whether the answer was that of an earlier call with the same request id."""
    answer: object = None
    duration_ms: float = 0.0

    def __str__(self):
        status = self.status or 'dropped'
        return f'{self.time} {self.method} {self.entity} {self.operation} {status} {self.tid}'


class RequestLog(list):
    """Records, the most recent last. Old answers go first, then the oldest records."""

    clears = 0

    def clear(self):
        """Forget all, and what is being answered now as well: that too was asked before."""
        self.clears += 1
        super().clear()

    def append(self, record, clears):
        """Add a record, unless the log was cleared since its request came.

        :param int clears: how often the log had been cleared then
        """
        if clears != self.clears:
            return
        super().append(record)
        if len(self) > ANSWERS:
            self[-ANSWERS - 1].answer = None
        if len(self) > LONGEST:
            del self[: LONGEST // 10]

    def table(self):
        """Return all records as text, one a line, for a failing test's message."""
        return '\n'.join(map(str, self))
