"""Many answers at once: a table in, the same table with grades out."""

from grader.batch.run import Summary, grade_csv, split_references, verdict

__all__ = ["Summary", "grade_csv", "split_references", "verdict"]
