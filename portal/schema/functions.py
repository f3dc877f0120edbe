"""The functions by which a family's transaction shows whose it is, and policies ask what that lets it see.

`family_show` takes ids that the site signed, and looks up once whose they are. It leaves that in a setting of the
transaction (`portal.seen`), signed so that nobody else can write it, and for this transaction alone. `family_seen`
gives a part of it to the policies, which ask once for each table of a statement. What few statements need is looked up
by those: `family_earlier` are all letters about those children to those guardians, `family_mailbox` the co-guardians of
those children who read the same mailbox, as one of them may be barred.

What SQL prepares stays on its connection, and may take the place of what the driver prepared: it would be asked in the
transaction of the next family. Drivers prepare by the protocol, so anything that SQL has prepared is reason enough to
show nothing.

The secret is read within each query and is never a variable: a plan, which whoever writes SQL may have printed, would
hold its value.
"""

from typing import Final

SHOWN: Final = 2
GUARDIANS: Final = 3
CHILDREN: Final = 4
MAILINGS: Final = 5
"""The parts, by their place: the ids themselves; whose they are; about whom; and the letters that are open by them."""
SIGNATURES: Final = ("family_show(text)", "family_seen(integer)", "family_earlier()", "family_mailbox()")

_FUNCTION: Final = """
CREATE FUNCTION {heading} LANGUAGE plpgsql {kind} SECURITY DEFINER
SET search_path = pg_catalog, "{schema}", pg_temp AS $body$
{body}
$body$;
REVOKE ALL ON FUNCTION {signature} FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {signature} TO {family};
"""
_SHOW: Final = """
DECLARE
    shown text[] := string_to_array(substr(signed, 66), ',');
    is_signed boolean;
    sessions text[];
    guardians text[];
    children text[];
    mailings text[];
    seen text;
BEGIN
    IF EXISTS (SELECT FROM pg_prepared_statements WHERE from_sql) THEN
        RAISE insufficient_privilege USING MESSAGE = 'a statement waits on this connection that no driver prepared';
    END IF;
    SELECT left(signed, 65) = encode(
        sha256(secret || sha256('show' || secret || convert_to(substr(signed, 66), 'UTF8'))), 'hex'
    ) || ':', opened.* INTO is_signed, sessions, guardians, children, mailings FROM family_seal, LATERAL (
        SELECT array_agg(session_id), array_agg(guardian_id), array_agg(child_id), array_agg(mailing_id)
        FROM opening WHERE session_id = ANY (shown)
    ) AS opened;
    IF is_signed IS NOT TRUE THEN
        RAISE insufficient_privilege USING MESSAGE = 'what is shown is not signed';
    END IF;
    IF NOT coalesce(sessions @> shown, false) THEN
        SELECT array_agg(guardian_id), array_agg(child_id), array_agg(mailing_id)
            INTO guardians, children, mailings FROM (
                SELECT guardian_id, child_id, mailing_id FROM unnest(guardians, children, mailings)
                    AS opened (guardian_id, child_id, mailing_id)
                UNION SELECT guardian_id, NULL, NULL FROM family_session WHERE id = ANY (shown)
                UNION SELECT guardian_id, child_id, mailing_id FROM link WHERE id = ANY (shown)
                UNION SELECT guardian_id, child_id, mailing_id FROM link WHERE code_lookup = ANY (shown)
                UNION SELECT guardian_id, child_id, mailing_id FROM code_step WHERE id = ANY (shown)
            ) AS found;
    END IF;
    seen := array_to_string(ARRAY[
        pg_backend_pid() || ' ' || extract(epoch FROM now()),
        array_to_string(shown, ','), array_to_string(guardians, ','),
        array_to_string(children, ','), array_to_string(mailings, ',')
    ], ';', '');
    PERFORM set_config(
        'portal.seen',
        encode(sha256(secret || sha256('seen' || secret || convert_to(seen, 'UTF8'))), 'hex') || ';' || seen,
        true
    ) FROM family_seal;
END
"""
_SEEN: Final = """
DECLARE
    given text := coalesce(current_setting('portal.seen', true), '');
    seen text := substr(given, 66);
    is_signed boolean;
BEGIN
    IF given = '' THEN
        RETURN '{}';
    END IF;
    SELECT left(given, 65) = encode(
        sha256(secret || sha256('seen' || secret || convert_to(seen, 'UTF8'))), 'hex'
    ) || ';' INTO is_signed FROM family_seal;
    IF is_signed IS NOT TRUE OR split_part(seen, ';', 1) <> pg_backend_pid() || ' ' || extract(epoch FROM now()) THEN
        RAISE insufficient_privilege USING MESSAGE = 'what this transaction sees is not signed';
    END IF;
    RETURN string_to_array(split_part(seen, ';', part), ',');
END
"""
_EARLIER: Final = """
DECLARE
    guardians text[] := family_seen(3);
    children text[] := family_seen(4);
BEGIN
    RETURN ARRAY(
        SELECT DISTINCT mailing_id FROM link WHERE guardian_id = ANY (guardians) AND child_id = ANY (children)
    );
END
"""
_MAILBOX: Final = """
DECLARE
    guardians text[] := family_seen(3);
    children text[] := family_seen(4);
    others text[] := ARRAY(
        SELECT guardian_id FROM guardianship WHERE child_id = ANY (children) AND guardian_id <> ALL (guardians)
    );
BEGIN
    RETURN ARRAY(
        SELECT id FROM guardian WHERE id = ANY (others)
            AND address_key IN (SELECT address_key FROM guardian WHERE id = ANY (guardians))
    );
END
"""


def functions(schema: str, family: str) -> str:
    """Return what makes them, in a schema, for the role of families alone."""
    parts = (
        ("family_show(signed text) RETURNS void", "VOLATILE", _SHOW),
        ("family_seen(part integer) RETURNS text[]", "STABLE", _SEEN),
        ("family_earlier() RETURNS text[]", "STABLE", _EARLIER),
        ("family_mailbox() RETURNS text[]", "STABLE", _MAILBOX),
    )
    return "".join(
        _FUNCTION.format(heading=heading, signature=signature, kind=kind, body=body, schema=schema, family=family)
        for signature, (heading, kind, body) in zip(SIGNATURES, parts, strict=True)
    )
