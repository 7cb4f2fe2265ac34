"""Everything a database holds that is no cache, as JSON or CSV, both ways. `docs/archive.md` says what stands where.

records    values -> records: the names and forms of the fields, one place for both formats
fields     a record under a careful eye: types, sizes, and where what is wrong stands
parsing    records -> values
gathering  values -> one archive: what one record must say of another
walking    a JSON file, one element at a time      jsonfile   the JSON form
tables     the columns of the CSV files            csvfiles   the CSV form, in a folder or a zip
markdown   cards as a deck file would state them
merging    what an archive adds to what is there
"""
