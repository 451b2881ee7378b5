"""The oral exam: questions, follow-ups and deadlines as a pure state machine, and the report at the end.

``machine.step`` takes a state and an event to the next state and what is to be done; page, terminal and tests all drive it. Nothing
here knows a clock, a page or a network. What a sentence of the examiner says comes from labels alone, never from a reference.

    setup --Begin--> asking --Asked--> answering --Answer, Skip, time--> probing, challenge, between or finished
    probing, challenge --Asked, then Answer, Skip, time--> probing, challenge, between or finished
    between --Next--> asking; any of these --Pause--> paused --Resume--> the same; any --Abandon--> abandoned

Deadlines are set by ``clock`` alone: the exam's at Begin, a question's when it is put; Resume and GrantTime move both.
"""
