-- The portal's roles and database on a new PostgreSQL: docs/operate/roles.md tells what each is for. `portal` owns the
-- database; all four have no other right: they are no superusers, make no roles, read no files and start no programs.
-- compose.yaml has this run once, when the database's volume is empty. It may be run again: what is there stays. Elsewhere, as
-- the superuser: POSTGRES_PASSWORD=… PGPASSWORD=… psql --file deploy/database.sql postgres
\set ON_ERROR_STOP on
\getenv serving POSTGRES_PASSWORD
\getenv owner PGPASSWORD
SELECT format(
    'CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD %L', name, password
)
FROM (VALUES
    ('portal', :'owner'), ('portal_site', :'serving'), ('portal_family', :'serving'), ('portal_worker', :'serving')
) AS role (name, password)
WHERE name NOT IN (SELECT rolname FROM pg_roles) \gexec
SELECT $$CREATE DATABASE portal OWNER portal TEMPLATE template0 ENCODING 'UTF8'$$
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'portal') \gexec
REVOKE ALL ON DATABASE portal FROM PUBLIC;
-- The portal knows these passwords. Without one, nobody signs in as the superuser over the network.
SELECT format('ALTER ROLE %I PASSWORD NULL', current_user) WHERE current_user <> 'portal' \gexec
\connect portal
-- No order of texts is asked of a row before it is known whose it is (docs/operate/roles.md).
DO $$ DECLARE it regprocedure; BEGIN FOR it IN SELECT oid FROM pg_proc WHERE proleakproof AND pronargs = 2 AND proargtypes::oid[] && '{text,name,bpchar,bytea,"char"}'::regtype[]::oid[] AND proname !~ '(eq|ne)(text|name)?$' LOOP EXECUTE format('ALTER FUNCTION %s NOT LEAKPROOF', it); END LOOP; END $$;
