"""Anki packages (.apkg, .colpkg), both ways. Nothing here needs Anki; the tests let the real one judge.

collection   what a package holds, as values: the meeting point
package/     file <-> Collection: zip, Zstandard, SQLite, and a careful eye on strangers' files
outgoing     cards -> Collection; with schedule, for a learner's states, and media
own/         our notes: types, fields, style, the script of computational cards; and back again
incoming     Collection -> cards; with history, for schedules and review logs
foreign/     notes of others: templates rendered, HTML made Markdown
"""
