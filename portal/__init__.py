"""Letters reach families by link, and can be taken back. This is the floor plan; imports only go down.

doors, the only places that commit
    __main__, cli        commands for operators and staff
    app, worker, gate    the site; the rounds that deliver mail; where staff hand mail in

hall
    web                  HTTP and nothing but HTTP
    publish              the counter where browser and command line publish alike
    backups              backups are made, restored and tried; stores move
    wiring               which adapters are real

corridor
    flows                one story per file, named by a verb; no story calls another

balcony
    overviews            read-only joins across rooms, for lists and reports

    schema               all tables together, as migrations see them

rooms, no doors between them
    families, staff, mailings, documents, links, outbox, ledger, guard, incidents, rate_limits
    arrivals, figures, findings

tools, each behind a small protocol with a shipped fake
    blobs, mail, rosters, reading, press

    words                what families read, in their languages; dates and numbers as each says them

ground
    kernel               settings, clock, database, keys, tokens, errors, log
"""
