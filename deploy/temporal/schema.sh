#!/bin/sh
# Brings the two databases of Temporal to the schema of its version; it may run again, also after an upgrade.
set -eu
SQL_PASSWORD="$(cat /run/secrets/temporal_password)"
export SQL_PASSWORD
for name in temporal visibility; do
    database=temporal
    test "$name" = temporal || database=temporal_visibility
    tool() { temporal-sql-tool --plugin postgres12 --ep postgres --port 5432 --user temporal --db "$database" "$@"; }
    versions=/etc/temporal/schema/postgresql/v12/$name/versioned
    tool update-schema --schema-dir "$versions" || { tool setup-schema --version 0.0 && tool update-schema --schema-dir "$versions"; }
done
