"""The shipped indicators once more, in the plainest SQL: one query per unit and period.

Nothing here is shared with the refresh. `{unit}` is the condition on team or person, on the
columns that `UNIT_COLUMNS` names; a query without a figure returns NULL.
"""

_ORDERS = """
      FROM sale_order o JOIN res_partner p ON p.id = o.partner_id
     WHERE o.state = 'sale' AND o.company_id = ANY(%(companies)s) AND {unit}
"""
_IN_PERIOD = "AND o.date_order >= %(start)s AND o.date_order < %(end)s"
_IN_YEAR = "AND o.date_order >= %(year_start)s AND o.date_order < %(end)s"
_IN_YEAR_BEFORE = "AND o.date_order >= %(before_start)s AND o.date_order < %(year_start)s"

_LEADS = """
      FROM crm_lead o
     WHERE o.type = 'opportunity' AND o.company_id = ANY(%(companies)s) AND {unit}
"""
_WON = "AND o.won_status = 'won' AND o.active"
_LOST = "AND o.won_status = 'lost' AND NOT o.active"
_CLOSED = "AND o.date_closed >= %(start)s AND o.date_closed < %(end)s"

# Meetings and activities count for the company of their person.
_PERSONS = "JOIN res_users u ON u.id = o.user_id"
_OF_COMPANY = "u.company_id = ANY(%(companies)s) AND {unit}"

PLAIN_SQL = {
    "orders": f"SELECT NULLIF(count(*), 0) {_ORDERS} {_IN_PERIOD}",
    "signed_amount": f"SELECT sum(o.amount_total / o.currency_rate) {_ORDERS} {_IN_PERIOD}",
    "average_order": f"SELECT avg(o.amount_total / o.currency_rate) {_ORDERS} {_IN_PERIOD}",
    "active_customers": f"""
        SELECT NULLIF(count(DISTINCT p.commercial_partner_id), 0) {_ORDERS} {_IN_PERIOD}
    """,
    "active_customers_12m": f"""
        SELECT NULLIF(count(DISTINCT p.commercial_partner_id), 0) {_ORDERS} {_IN_YEAR}
    """,
    "active_customers_growth": f"""
        SELECT 100.0 * now.number / before.number - 100
          FROM (SELECT count(DISTINCT p.commercial_partner_id) AS number {_ORDERS} {_IN_YEAR}) now,
               (SELECT NULLIF(count(DISTINCT p.commercial_partner_id), 0) AS number {_ORDERS}
                   AND o.date_order >= %(last_year_start)s AND o.date_order < %(last_year_end)s
               ) before
    """,
    "new_customers": """
        SELECT NULLIF(count(*), 0)
          FROM (SELECT DISTINCT ON (p.commercial_partner_id) o.*
                  FROM sale_order o JOIN res_partner p ON p.id = o.partner_id
                 WHERE o.state = 'sale' AND o.company_id = ANY(%(companies)s)
                 ORDER BY p.commercial_partner_id, o.date_order, o.id) o
         WHERE o.date_order >= %(start)s AND o.date_order < %(end)s AND {unit}
    """,
    "customer_retention": f"""
        SELECT 100.0 * count(*) FILTER (
                   WHERE id IN (SELECT p.commercial_partner_id {_ORDERS} {_IN_YEAR})
               ) / NULLIF(count(*), 0)
          FROM res_partner
         WHERE id IN (SELECT p.commercial_partner_id {_ORDERS} {_IN_YEAR_BEFORE})
    """,
    "new_opportunities": f"""
        SELECT NULLIF(count(*), 0) {_LEADS}
           AND o.create_date >= %(start)s AND o.create_date < %(end)s
    """,
    "won_opportunities": f"SELECT NULLIF(count(*), 0) {_LEADS} {_WON} {_CLOSED}",
    "lost_opportunities": f"SELECT NULLIF(count(*), 0) {_LEADS} {_LOST} {_CLOSED}",
    "closed_opportunities": f"""
        SELECT NULLIF((SELECT count(*) {_LEADS} {_WON} {_CLOSED})
                      + (SELECT count(*) {_LEADS} {_LOST} {_CLOSED}), 0)
    """,
    "win_rate": f"""
        SELECT 100.0 * won / NULLIF(won + lost, 0)
          FROM (SELECT count(*) AS won {_LEADS} {_WON} {_CLOSED}) w,
               (SELECT count(*) AS lost {_LEADS} {_LOST} {_CLOSED}) l
    """,
    "days_to_win": f"SELECT avg(o.day_close) {_LEADS} {_WON} {_CLOSED}",
    "pipeline_value": f"""
        SELECT sum(o.expected_revenue) {_LEADS} AND o.create_date < %(end)s
           AND (o.date_closed >= %(end)s OR (o.date_closed IS NULL AND o.active))
    """,
    "weighted_pipeline": f"""
        SELECT sum(o.prorated_revenue) {_LEADS} AND o.active AND o.won_status = 'pending'
           AND %(is_running)s AND o.create_date < %(end)s
    """,
    "first_response": """
        SELECT avg(extract(epoch FROM answered_at - create_date) / 3600)
          FROM (SELECT o.create_date,
                       (SELECT min(m.date) FROM mail_message m, mail_message_subtype s
                         WHERE m.model = 'crm.lead' AND m.res_id = o.id AND s.id = m.subtype_id
                           AND m.author_id IN (SELECT partner_id FROM res_users
                                                WHERE NOT share AND login <> '__system__')
                           AND (s.id = %(mt_comment)s AND m.message_type = 'comment'
                                OR s.id = %(mt_activities)s AND m.mail_activity_type_id > 0)
                       ) AS answered_at
                  FROM crm_lead o WHERE o.company_id = ANY(%(companies)s) AND {unit}) lead
         WHERE answered_at >= %(start)s AND answered_at < %(end)s
    """,
    "meetings": f"""
        SELECT NULLIF(count(*), 0) FROM calendar_event o {_PERSONS}
         WHERE o.active AND o.start >= %(start)s AND o.start < %(end)s AND {_OF_COMPANY}
    """,
    "activities_done": f"""
        SELECT NULLIF(count(*), 0) FROM mail_activity o {_PERSONS}
         WHERE NOT o.active AND o.date_done BETWEEN %(first)s AND %(last)s AND {_OF_COMPANY}
    """,
    "activities_overdue": f"""
        SELECT NULLIF(count(*), 0) FROM mail_activity o {_PERSONS}
         WHERE o.date_deadline <= %(last)s AND o.date_deadline < %(today)s
           AND (o.date_done IS NULL OR o.date_done > %(last)s) AND {_OF_COMPANY}
    """,
    "contacts_per_day": """
        SELECT sum(contacts) * 1.0 / NULLIF(count(*) * %(working_days)s, 0)
          FROM (
              SELECT (SELECT count(*) FROM mail_activity a
                       WHERE a.user_id = u.id AND NOT a.active AND a.calendar_event_id IS NULL
                         AND a.date_done BETWEEN %(first)s AND %(last)s)
                   + (SELECT count(*) FROM calendar_event e
                       WHERE e.user_id = u.id AND e.active AND e.start <= %(now)s
                         AND e.start >= %(start)s AND e.start < %(end)s) AS contacts,
                     EXISTS (SELECT FROM crm_team_member m WHERE m.user_id = u.id AND m.active
                                AND m.create_date < %(end)s) AND u.active AS is_member
                FROM res_users u
               WHERE u.company_id = ANY(%(companies)s) AND {unit}
          ) person
         WHERE contacts > 0 OR is_member
    """,
}
# Of every table the columns that name team and person.
_OWN = ("o.team_id", "o.user_id")
_TODAY = ("u.sale_team_id", "u.id")  # the team that a person belongs to today
UNIT_COLUMNS = dict.fromkeys(PLAIN_SQL, _OWN) | dict.fromkeys(
    ("meetings", "activities_done", "activities_overdue", "contacts_per_day"), _TODAY
)
