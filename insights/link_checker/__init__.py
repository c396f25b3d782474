"""External links of published articles: extracted, checked now and then, and reported when they break.

`extraction.py` takes them out of what readers see; `client.py` checks one URL, at public IP addresses only;
`checking.py` is the task and its periodic run; `host_throttle.py` limits the rate per host;
`verdicts.py` says what an answer means.
"""
