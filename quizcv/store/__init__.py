"""The database: everything SQLAlchemy. Nothing above this package writes SQL.

with Store.open(url) as store:
    with store.write() as db:      # one transaction; rolls back on any exception
        db.schedule.put(learner.id, card.id, state)
"""

from quizcv.store.engine import Store
from quizcv.store.unit import Unit

__all__ = ["Store", "Unit"]
