from . import answers, apply, change, chunks, edges, engine, event, log, merged, outcomes, pull, push, request, wire
