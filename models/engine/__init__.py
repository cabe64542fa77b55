from . import answers, apply, change, chunks, engine, event, followers, log, pull, push, request
