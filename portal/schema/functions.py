"""The functions by which a family's transaction shows whose it is, and policies ask what that lets it see.

`family_show` takes ids that the site signed, and looks up once whose they are. It leaves that in a setting of the
transaction (`portal.seen`), signed so that nobody else can write it, and for this transaction alone. `family_seen`
gives a part of it to the policies, which ask once for each table of a statement.
"""

from typing import Final

SHOWN: Final = 2
GUARDIANS: Final = 3
CHILDREN: Final = 4
MAILINGS: Final = 5
MAILBOX: Final = 6
"""The parts: the ids themselves; whose they are; whose letters they open; which letters; and the guardian with those
co-guardians of these children who read the same mailbox, as one of them may be barred."""

_SHOW: Final = """
CREATE FUNCTION family_show(signed text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, {schema}, pg_temp AS $body$
DECLARE
    seal bytea;
    shown text[] := string_to_array(substr(signed, 66), ',');
    sessions text[];
    guardians text[];
    children text[];
    mailings text[];
    mailbox text[];
    seen text;
BEGIN
    SELECT secret INTO STRICT seal FROM family_seal;
    IF left(signed, 65) IS DISTINCT FROM
        encode(sha256(seal || sha256('show' || seal || convert_to(substr(signed, 66), 'UTF8'))), 'hex') || ':'
    THEN
        RAISE insufficient_privilege USING MESSAGE = 'what is shown is not signed';
    END IF;
    SELECT array_agg(session_id), array_agg(guardian_id), array_agg(child_id) INTO sessions, guardians, children
        FROM opening WHERE session_id = ANY (shown);
    IF NOT coalesce(sessions @> shown, false) THEN
        SELECT array_agg(DISTINCT guardian_id), array_agg(DISTINCT child_id) INTO guardians, children FROM (
            SELECT unnest(guardians) AS guardian_id, unnest(children) AS child_id
            UNION ALL SELECT guardian_id, NULL FROM family_session WHERE id = ANY (shown)
            UNION ALL SELECT guardian_id, child_id FROM link WHERE id = ANY (shown)
            UNION ALL SELECT guardian_id, child_id FROM link WHERE code_lookup = ANY (shown)
            UNION ALL SELECT guardian_id, child_id FROM code_step WHERE id = ANY (shown)
        ) AS found;
    END IF;
    mailings := ARRAY(
        SELECT DISTINCT mailing_id FROM link WHERE guardian_id = ANY (guardians) AND child_id = ANY (children)
    );
    mailbox := ARRAY(
        SELECT guardian_id FROM guardianship WHERE child_id = ANY (children) AND guardian_id <> ALL (guardians)
    );
    IF mailbox <> '{{}}' THEN
        mailbox := ARRAY(
            SELECT id FROM guardian WHERE id = ANY (mailbox)
                AND address_key IN (SELECT address_key FROM guardian WHERE id = ANY (guardians))
        );
    END IF;
    seen := array_to_string(ARRAY[
        pg_backend_pid() || ' ' || extract(epoch FROM now()),
        array_to_string(shown, ','), array_to_string(guardians, ','), array_to_string(children, ','),
        array_to_string(mailings, ','), array_to_string(guardians || mailbox, ',')
    ], ';', '');
    PERFORM set_config(
        'portal.seen',
        encode(sha256(seal || sha256('seen' || seal || convert_to(seen, 'UTF8'))), 'hex') || ';' || seen,
        true
    );
END
$body$;
"""
_SEEN: Final = """
CREATE FUNCTION family_seen(part integer) RETURNS text[] LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, {schema}, pg_temp AS $body$
DECLARE
    seal bytea;
    given text := coalesce(current_setting('portal.seen', true), '');
    seen text := substr(given, 66);
BEGIN
    IF given = '' THEN
        RETURN '{{}}';
    END IF;
    SELECT secret INTO STRICT seal FROM family_seal;
    IF left(given, 65) IS DISTINCT FROM
        encode(sha256(seal || sha256('seen' || seal || convert_to(seen, 'UTF8'))), 'hex') || ';'
        OR split_part(seen, ';', 1) <> pg_backend_pid() || ' ' || extract(epoch FROM now())
    THEN
        RAISE insufficient_privilege USING MESSAGE = 'what this transaction sees is not signed';
    END IF;
    RETURN string_to_array(split_part(seen, ';', part), ',');
END
$body$;
"""


def functions(schema: str, family: str) -> str:
    """Return what makes them, in a schema, for the role of families alone."""
    return (_SHOW + _SEEN).format(schema=f'"{schema}"') + "".join(
        f"REVOKE ALL ON FUNCTION {one} FROM PUBLIC; GRANT EXECUTE ON FUNCTION {one} TO {family};" for one in SIGNATURES
    )


SIGNATURES: Final = ("family_show(text)", "family_seen(integer)")
