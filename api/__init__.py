"""The HTTP API: thin handlers, a router a noun, and what they share a module a concept.

app.py          the application: `create_app(services)`
services.py     what handlers work with
problems.py     the one place of HTTP status: problem+json (invalid)
identity.py     bearer tokens lead to actors
inputs.py       what requests carry, made safe
limits.py       how large a body may be
rates.py        how often somebody may ask
request_ids.py  ids of requests, their lines in the log, and their spans
docs_page.py    OpenAPI as a page                          (assets)
describing.py   OpenAPI                                    (describing_problems, describing_examples, examples.yaml)
processes.py    fields as forms, states, transitions       (forms.py)
records.py      start, list, show, edit                    (starting, filtering, showing, waiting)
actions.py      transitions, comments, faults              (commanding)
paging.py       lists page by page
tasks.py        tasks of whoever asks                      (open_work)
approvals.py    approvals of whoever asks, and votes
diagrams.py     processes drawn, with where a record is
journal.py      what happened to a record
inbox.py        messages to whoever asks
events.py       CloudEvents
intake.py       alerts                                     (alerts, intaking)
webhooks.py     where events are sent                      (webhook_views)
deliveries.py   what was sent there, and how it went
definitions.py  check, publish, versions                   (isolation, pinned)
health.py       alive, ready
"""
