"""What is asked of known networks: types of parameters that formulas and reference both read, and which layers a name means.

`layers` of a network as it is, `totals` of a whole one, `changes` of what it costs when something in it is another, `sights` of how far
its units see; `altered` makes the changed networks.
"""
