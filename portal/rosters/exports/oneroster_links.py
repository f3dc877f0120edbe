"""What the rows of a OneRoster export say together: who may see whom, and where each child has a place.

A reference to nobody is a defect of the row that makes it; a reference to someone who was left out is not.
"""

from portal.rosters.fields.scratch import Roster

_LOST = "{file} has no row with the id {id}."
# Each gives: file that points, row, field, file pointed to, id that is not there.
_DANGLING = """
SELECT 'users.csv', a.row, 'agentSourcedIds', 'users.csv', a.other
  FROM agent a LEFT JOIN user u ON u.id = a.other WHERE u.id IS NULL
UNION ALL SELECT 'roles.csv', r.row, 'userSourcedId', 'users.csv', r.user
  FROM role r LEFT JOIN user u ON u.id = r.user WHERE u.id IS NULL
UNION ALL SELECT o.file, o.row, o.field, 'orgs.csv', o.org
  FROM user_org o LEFT JOIN org g ON g.id = o.org WHERE g.id IS NULL
UNION ALL SELECT 'classes.csv', c.row, 'courseSourcedId', 'courses.csv', c.course
  FROM class c LEFT JOIN course o ON o.id = c.course WHERE c.active AND c.course <> '' AND o.id IS NULL
UNION ALL SELECT 'classes.csv', c.row, 'schoolSourcedId', 'orgs.csv', c.school
  FROM class c LEFT JOIN org o ON o.id = c.school WHERE c.active AND c.school <> '' AND o.id IS NULL
UNION ALL SELECT 'enrollments.csv', p.row, 'userSourcedId', 'users.csv', p.user
  FROM place p LEFT JOIN user u ON u.id = p.user WHERE u.id IS NULL
UNION ALL SELECT 'enrollments.csv', p.row, 'classSourcedId', 'classes.csv', p.class
  FROM place p LEFT JOIN class c ON c.id = p.class WHERE c.id IS NULL
UNION ALL SELECT 'enrollments.csv', p.row, 'schoolSourcedId', 'orgs.csv', p.school
  FROM place p LEFT JOIN org o ON o.id = p.school WHERE p.school <> '' AND o.id IS NULL
"""
_ROLE_ORGS = """
INSERT INTO user_org SELECT r.user, r.org, 'roles.csv', 'orgSourcedId', r.row
FROM role r JOIN child c ON c.source = r.user WHERE r.role = 'student' AND r.org <> ''
"""
_TIES = """
INSERT OR IGNORE INTO guardianship
SELECT g.source, c.source, u.basis, NULL
FROM (SELECT user AS child, other AS guardian FROM agent UNION SELECT other, user FROM agent) t
JOIN child c ON c.source = t.child JOIN guardian g ON g.source = t.guardian JOIN user u ON u.id = g.source
"""
_OTHER_ROLES = """
SELECT count(DISTINCT o.id) FROM agent a JOIN user o ON o.id IN (a.user, a.other) AND o.state = 'other'
"""
_LEFT_WITH_ROWS = """
SELECT count(*) FROM (SELECT DISTINCT min(user, other), max(user, other) FROM agent a
  JOIN user x ON x.id = a.user JOIN user y ON y.id = a.other
  WHERE x.state IN ('present', 'faulty') AND y.state IN ('present', 'faulty')
  AND (x.id NOT IN (SELECT source FROM child UNION ALL SELECT source FROM guardian)
    OR y.id NOT IN (SELECT source FROM child UNION ALL SELECT source FROM guardian)))
"""
_ENROLMENTS = """
INSERT OR IGNORE INTO enrolment
SELECT ch.source, coalesce(nullif(co.title, ''), cl.title, ''), coalesce(o.name, '')
FROM place p JOIN child ch ON ch.source = p.user JOIN class cl ON cl.id = p.class AND cl.active
LEFT JOIN course co ON co.id = cl.course AND co.active
LEFT JOIN org o ON o.id = coalesce(nullif(p.school, ''), cl.school)
WHERE (p.school = '' OR o.id IS NOT NULL) AND (o.id IS NULL OR o.active)
"""
_SITES_ALONE = """
INSERT OR IGNORE INTO enrolment
SELECT c.source, '', g.name FROM user_org o JOIN child c ON c.source = o.user JOIN org g ON g.id = o.org
WHERE g.active AND g.type IN ('school', '') AND NOT EXISTS (SELECT 1 FROM enrolment e WHERE e.child = c.source)
"""
_CHILDLESS = "DELETE FROM guardian WHERE NOT EXISTS (SELECT 1 FROM guardianship s WHERE s.guardian = guardian.source)"


def join(roster: Roster, written: dict[str, str]) -> None:
    """Report every reference to nobody, then make the ties and places. `written` has the files' own names."""
    scratch, report = roster.scratch, roster.report
    scratch.execute(_ROLE_ORGS)
    for file, row, field, target, lost in scratch.execute(_DANGLING):
        header = next((head for head, name in report.mapping[written[file]].items() if name == field), field)
        report.defect(written[file], row, header, _LOST.format(file=target, id=lost))
    report.count("Left out of agentSourcedIds because by role they are no parent, guardian or relative: {}.",
                 _number(roster, _OTHER_ROLES))  # fmt: skip
    report.count("Guardianships left out with a defective row: {}.", _number(roster, _LEFT_WITH_ROWS))
    scratch.execute(_TIES)
    scratch.execute(_ENROLMENTS)
    scratch.execute(_SITES_ALONE)
    childless = scratch.execute(_CHILDLESS).rowcount
    report.count("Guardians left out because they have no child in this roster: {}.", childless)


def _number(roster: Roster, query: str) -> int:
    found = roster.one(query)
    return int(found[0]) if found else 0
