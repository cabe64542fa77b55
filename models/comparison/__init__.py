from . import rules, undo
