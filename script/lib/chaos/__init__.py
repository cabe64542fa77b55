"""What `script/chaos` runs: a storm, then quiet, then a check of both sides by code that shares nothing with the addon.

`run.py` tells the story. `place.py` has the servers, `users.py` and `person.py` what people do on either side,
`faults.py` and `in_database.py` what goes wrong, `quiet.py` how it ends, `sides.py` what both databases hold and
`checker.py` what is not as promised. `journal.py` is the memory of all of them.
"""
