"""A package as a file.

writer     Collection -> .apkg
opening    a file -> an open package: its Collection, and its media one by one
zipped, limits, medialist, protobuf   the container, under bounds
database, stored, reader              the SQLite file in it
"""
