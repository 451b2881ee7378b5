"""Many answers at once: a table in, the same table with grades out."""

from grader.batch.rows import split_references
from grader.batch.run import Summary, grade_csv, verdict

__all__ = ["Summary", "grade_csv", "split_references", "verdict"]
