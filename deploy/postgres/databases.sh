#!/bin/sh
# PostgreSQL's image runs this once, on an empty volume: a user with its own database for Steward, and one for Temporal.
set -eu
made() {
    psql --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --set user="$1" --set secret="$(cat "/run/secrets/$2")" <<'SQL'
CREATE ROLE :"user" LOGIN PASSWORD :'secret';
SQL
}
owned() {
    psql --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --set user="$1" --set name="$2" <<'SQL'
CREATE DATABASE :"name" OWNER :"user";
SQL
}
made steward steward_password
made temporal temporal_password
owned steward steward
owned temporal temporal
owned temporal temporal_visibility
