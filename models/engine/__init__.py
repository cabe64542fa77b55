from . import answers, apply, change, chunks, edges, engine, event, log, merged, pull, push, request, wire
