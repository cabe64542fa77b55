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
    givers = {}
    for operation in operations:
        for key in operation.gives:
            givers.setdefault(key, []).append(operation)
    front = [operation for operation in operations if not before(operation, givers)]
    if operations and not front:
        front = [min(operations, key=lambda operation: len(before(operation, givers)))]
    return front


def before(operation, givers):
    """Return what has to go before an operation.

    :param dict givers: ``{key: operations that give it}``
    """
    return {id(giver) for key in operation.needs for giver in givers.get(key, ()) if giver is not operation}
