"""The language model as a second grader: it gives verdicts and verbatim quotes; code verifies and counts.

Nothing here is loaded by ``import grader``, and only ``grader.llm.client`` imports openai.
"""
