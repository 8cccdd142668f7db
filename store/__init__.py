"""The read model in SQL: what lists, pages, mail and audits are read from, the same on SQLite and PostgreSQL.

Projections are the only writes to a record's tables, queries the only reads; nothing here knows a process by name.

    database.py       opens a database by URL; transactions that read or write, locks
    columns.py        the column types, and which texts both databases can carry
    errors.py         everything that can go wrong, as one tree
    tables.py         the tables
    migrations/       how they come to be: `migrate(url)`
    projections.py    an event of a record is written: journal, record, lists, outbox in one transaction
    queries.py        one record, its journal and its chain; tasks
    children.py       the records that a record has started
    listing.py        lists of records: filters, rights, order, pages
    search.py         full text: the words of a record and how they are found
    facts.py          what the engine asks of the organisation
    heads.py          what the relay and the reconciler compare with Temporal
    outbox.py         effects without an answer, leased and sent by the relay
    definitions.py    published definitions with their messages, immutable
    examining.py      what speaks against a definition: mistakes, failing scenarios
    publishing.py     checked, tested, published
    allotted.py       the number a key has got already
    numbers.py        INC0000001, INC0000002 …
    sealing.py        sensitive values, sealed and opened with keys that are kept elsewhere
    tokens.py         bearer tokens, kept as digests
    organisation.py   people, groups, services …: one document, and every change of it by row
    organisation_files.py  files of an organisation applied beside what people have changed
    bookings.py       what records have booked, and when
    plans.py          when records plan to do something, have done it, or have given it up
    calendar_feeds.py  secret addresses of calendars, one a person
    reliance.py       which open records a change of the organisation touches
    entries.py        an event of the journal as somebody may see it
    cloud_events.py   the same as a CloudEvent, for the feed and for webhooks
    webhooks.py       where events are sent, and as whom each of them reads
    fan_out.py        the events that each webhook is to be sent, from the feed
    deliveries.py     those leased, sent, logged
    inbox.py          messages to people inside the application
"""
