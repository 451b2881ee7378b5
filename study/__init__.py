"""What a learner leaves behind. For now: the drafts of answers that are not submitted yet."""

from study.drafts import MAX_DRAFT_CHARS, Draft, DraftStore, DraftStoreError, is_learner_id

__all__ = ["MAX_DRAFT_CHARS", "Draft", "DraftStore", "DraftStoreError", "is_learner_id"]
