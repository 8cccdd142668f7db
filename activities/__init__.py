"""Effects: what reaches the store, people and other systems, carried out beside the workflows that decide on it.

The relay and the reconciler are loops of the worker; everything else is done when a workflow or the relay asks.

    projection.py    local activities: a record's event is written, facts are answered
    actions.py       what an action is: declared input and output, a refusal, its surroundings
    registry.py      the actions that definitions may `call`, and their shapes for the checker
    calling.py       an action as a Temporal activity
    connectors/      actions that other systems carry out, as an operator's file declares them
    routing.py       the action that suggests a group
    journals.py      the action that tells a timeline from journals
    approvals.py     the action that enters votes from minutes
    deploying.py     the actions that bring a version to a target and take it back
    health.py        the action that says whether a service is well on a target
    deployments.py   the operator's file: what may be deployed where, and where health is read
    commands.py      runs a command of that file, one at a time for a target
    supervisor.py    the program around a command, which ends it when its worker is gone
    counters.py      reads counters from a page of metrics
    relay.py         the one loop that is ours: sends what is in the outbox
    post.py          carries messages to people: their inbox, and mail
    messages/        the messages that the engine itself sends, as templates
    rendering.py     a message's template becomes a subject, text and HTML
    sandbox.py       where templates run: bounded, and nothing but data in reach
    mail.py          mail by SMTP
    webhooks/        tells other systems what happens
    reconciler.py    compares the store with Temporal and mends the store
"""
