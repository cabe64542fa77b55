from . import answers, apply, change, engine, event, log, pull, push, request
