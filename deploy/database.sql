-- The portal's role and database on a new PostgreSQL. The role owns its database and has no other right: it is no
-- superuser, makes no roles and no databases, reads no files and starts no programs. compose.yaml has this run once, when
-- the database's volume is empty. Elsewhere, as the superuser: POSTGRES_PASSWORD=… psql --file deploy/database.sql postgres
\set ON_ERROR_STOP on
\getenv password POSTGRES_PASSWORD
CREATE ROLE portal LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'password';
CREATE DATABASE portal OWNER portal TEMPLATE template0 ENCODING 'UTF8';
REVOKE ALL ON DATABASE portal FROM PUBLIC;
-- The portal knows this password. Without one, nobody signs in as the superuser over the network.
SELECT format('ALTER ROLE %I PASSWORD NULL', current_user) \gexec
