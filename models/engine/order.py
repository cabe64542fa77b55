"""In which order operations go to QuickBooks: computed from what depends on what. Plain Python.

An operation *gives* keys (a record that is known there, a name that is free again, money that is let go) and *needs*
keys. What gives a key that another one needs goes first; nothing else has to wait for anything.
"""


def first_front(operations):
    """Return the operations that no other one has to precede, in their order.

    Where all of them wait for each other, the circle is cut at the operation that fewest wait for: it is refused, or
    goes with what it has, and what it was to wait for follows.

    :param operations: objects with the sets ``gives`` and ``needs``
    """
    before = predecessors(operations)
    front = [operation for operation in operations if not before[id(operation)]]
    if operations and not front:
        front = [min(operations, key=lambda operation: len(before[id(operation)]))]
    return front


def fronts(operations):
    """Return ``(waves, rest)``: the operations in the waves in which they can go, and those in or behind circles."""
    waves, rest = [], list(operations)
    before = predecessors(operations)
    while rest:
        left = {id(operation) for operation in rest}
        front = [operation for operation in rest if not before[id(operation)].keys() & left]
        if not front:
            break
        waves.append(front)
        done = {id(operation) for operation in front}
        rest = [operation for operation in rest if id(operation) not in done]
    return waves, rest


def circles(rest):
    """Return the circles among operations that all wait for another one of them, as lists; each operation once."""
    found, rest = [], fronts(rest)[1]
    while rest:
        before = predecessors(rest)
        path, operation = {}, rest[0]
        while id(operation) not in path:
            path[id(operation)] = operation
            operation = next(iter(before[id(operation)].values()))
        members = list(path.values())
        found.append(members[list(path).index(id(operation)) :])
        cut = set(map(id, found[-1]))
        rest = fronts([item for item in rest if id(item) not in cut])[1]
    return found


def predecessors(operations):
    """Return ``{id of an operation: {id: operation that has to go before it}}``."""
    givers = {}
    for operation in operations:
        for key in operation.gives:
            givers.setdefault(key, []).append(operation)
    return {
        id(operation): {
            id(giver): giver for key in operation.needs for giver in givers.get(key, ()) if giver is not operation
        }
        for operation in operations
    }
