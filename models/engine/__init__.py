from . import answers, apply, change, chunks, engine, event, log, pull, push, request
