"""Links that published articles have to other sites: written down, looked at now and then, and told of when they die.

`reading.py` takes them out of what readers see; `asking.py` asks one address, to public machines only; `looking.py` is
the task and its sweep; `turns.py` keeps hosts from being hurried; `verdicts.py` says what an answer means.
"""
