#!/bin/sh
# Once, when the database's folder is empty: the application's plain role, which owns its database.
set -eu
psql --variable ON_ERROR_STOP=1 --variable password="$POSTGRES_PASSWORD" --username "$POSTGRES_USER" <<'SQL'
CREATE ROLE channelhub LOGIN CREATEDB CREATEROLE PASSWORD :'password';
CREATE DATABASE channelhub OWNER channelhub;
SQL
