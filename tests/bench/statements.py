"""The pages' questions as somebody would write them by hand for one database driver: no ORM, no query builder."""

SIGNED_IN = """
SELECT a.id, a.name, a.time_zone, r.role FROM sign_in_session s
JOIN account a ON a.id = s.account_id LEFT JOIN account_role r ON r.account_id = a.id
WHERE s.token_hash = ? AND s.ended_at IS NULL AND s.expires_at > ? AND a.joined_at IS NOT NULL
AND a.disabled_at IS NULL"""

FELLOWSHIP = """
SELECT c.name, t.name, f.project FROM fellowship f
JOIN cohort c ON c.id = f.cohort_id JOIN track t ON t.id = f.track_id
WHERE f.account_id = ? ORDER BY f.starts_on DESC, f.id DESC LIMIT 1"""

OWED = """
SELECT 'report' AS kind, p.id AS subject_id, p.due_at AS due_at, p.number AS number,
       CASE WHEN r.id IS NULL THEN '' ELSE 'draft' END AS about
FROM fellowship f JOIN report_period p ON p.cohort_id = f.cohort_id
LEFT JOIN report r ON r.period_id = p.id AND r.fellowship_id = f.id
WHERE f.account_id = ? AND f.stage = 'active' AND p.opens_at <= ? AND coalesce(r.state, 'draft') = 'draft'
UNION ALL
SELECT 'mending', p.id, r.owed_at, p.number, ''
FROM fellowship f JOIN report r ON r.fellowship_id = f.id JOIN report_period p ON p.id = r.period_id
WHERE f.account_id = ? AND f.stage = 'active' AND r.state = 'returned'
UNION ALL
SELECT 'review', r.id, r.owed_at, p.number, a.name
FROM mentor m JOIN assignment s ON s.mentor_id = m.id JOIN fellowship f ON f.id = s.fellowship_id
JOIN account a ON a.id = f.account_id JOIN report r ON r.fellowship_id = f.id
JOIN report_period p ON p.id = r.period_id
WHERE m.account_id = ? AND s.kind = 'primary' AND s.starts_on <= ? AND (s.ends_on IS NULL OR s.ends_on >= ?)
  AND f.stage = 'active' AND r.state = 'submitted'
UNION ALL
SELECT 'survey', w.id, w.closes_at,
       (SELECT count(*) FROM question q WHERE q.questionnaire_id = w.questionnaire_id), w.kind
FROM fellowship f JOIN participation n ON n.fellowship_id = f.id JOIN wave w ON w.id = n.wave_id
WHERE f.account_id = ? AND f.stage = 'active' AND NOT n.answered AND w.state = 'open'
  AND w.opens_at <= ? AND w.closes_at > ?
ORDER BY due_at, kind, subject_id"""

WEEKS = """
SELECT p.number, p.due_at, r.id, r.state FROM fellowship f
JOIN report_period p ON p.cohort_id = f.cohort_id
LEFT JOIN report r ON r.period_id = p.id AND r.fellowship_id = f.id
WHERE f.account_id = ? AND p.opens_at <= ? ORDER BY p.due_at DESC, p.id DESC LIMIT 27"""

OPEN_ASKS = """
SELECT count(*) FROM ask a JOIN report r ON r.id = a.report_id JOIN fellowship f ON f.id = r.fellowship_id
WHERE f.account_id = ? AND a.answered_at IS NULL"""

_MENTORED = """
SELECT s.fellowship_id FROM assignment s JOIN mentor m ON m.id = s.mentor_id
WHERE m.account_id = ? AND s.starts_on <= ? AND (s.ends_on IS NULL OR s.ends_on >= ?)"""

QUEUE = f"""
SELECT r.id, a.name, p.number, r.submitted_at, r.owed_at,
       (SELECT count(*) FROM ask k WHERE k.report_id = r.id AND k.answered_at IS NULL)
FROM report r JOIN fellowship f ON f.id = r.fellowship_id JOIN account a ON a.id = f.account_id
JOIN report_period p ON p.id = r.period_id
WHERE r.state = 'submitted' AND f.id IN ({_MENTORED})
ORDER BY r.submitted_at, r.id LIMIT ?"""

FELLOWS = f"""
SELECT f.id, a.name, f.project, t.name FROM fellowship f JOIN account a ON a.id = f.account_id
JOIN track t ON t.id = f.track_id WHERE f.id IN ({_MENTORED}) ORDER BY a.name, f.id"""

FELLOWS_WEEKS = f"""
SELECT f.id, p.number, p.due_at, r.id, r.state FROM fellowship f
JOIN report_period p ON p.cohort_id = f.cohort_id
LEFT JOIN report r ON r.period_id = p.id AND r.fellowship_id = f.id
WHERE f.id IN ({_MENTORED}) AND p.opens_at <= ? ORDER BY p.due_at"""

REPORT = f"""
SELECT r.fellowship_id, r.template_id, r.state, r.submitted_at, r.first_submitted_at, a.name, t.name, f.project,
       p.number, p.due_at, d.due_at, d.excused
FROM report r JOIN fellowship f ON f.id = r.fellowship_id JOIN account a ON a.id = f.account_id
JOIN track t ON t.id = f.track_id JOIN report_period p ON p.id = r.period_id
LEFT JOIN deadline d ON d.fellowship_id = f.id AND d.period_id = p.id
WHERE r.id = ? AND r.submitted_at IS NOT NULL AND f.id IN ({_MENTORED})"""

SECTIONS = "SELECT key, prompt, kind FROM template_section WHERE template_id = ? ORDER BY position"

REVISIONS = """
SELECT v.number, v.body, v.submitted_at, a.name FROM revision v JOIN account a ON a.id = v.author_id
WHERE v.report_id = ? AND v.submitted_at IS NOT NULL ORDER BY v.number DESC"""

PREVIOUS = """
SELECT r.id, v.body FROM report r JOIN report_period p ON p.id = r.period_id JOIN revision v ON v.report_id = r.id
WHERE r.fellowship_id = ? AND p.due_at < ? AND v.submitted_at IS NOT NULL
ORDER BY p.due_at DESC, p.id DESC, v.number DESC LIMIT 1"""

ASKS = """
SELECT k.report_id, k.id, k.text, k.answer, k.answered_at, a.name FROM ask k
LEFT JOIN account a ON a.id = k.answered_by_id WHERE k.report_id IN (?, ?) ORDER BY k.report_id, k.position"""

PLAN = "SELECT text, outcome FROM plan_item WHERE report_id = ? ORDER BY position"

REVIEWS = """
SELECT w.verdict, w.comment, w.created_at, a.name, v.number FROM review w JOIN revision v ON v.id = w.revision_id
JOIN account a ON a.id = w.author_id WHERE w.report_id = ? ORDER BY w.id DESC"""

TYPED = "SELECT typed, saved_at FROM review_draft WHERE report_id = ? AND author_id = ?"

FILES = "SELECT id, name, size FROM attachment WHERE report_id = ? ORDER BY id"

PLACE = f"""
SELECT position, total, before_id, after_id FROM (
  SELECT r.id AS own, row_number() OVER w AS position, count(*) OVER () AS total,
         lag(r.id) OVER w AS before_id, lead(r.id) OVER w AS after_id
  FROM report r JOIN fellowship f ON f.id = r.fellowship_id
  WHERE r.state = 'submitted' AND f.id IN ({_MENTORED})
  WINDOW w AS (ORDER BY r.submitted_at, r.id)) placed WHERE own = ?"""
