-- The club is as old as the demonstration: what its members bought since then has earned points,
-- and whoever had enough of them took a reward with the fourth order.
-- Each member's balance and ledger are written together, so that they agree. An upgrade runs this
-- again and finds nothing to do: the cards have entries, and moves.
WITH club AS (
    SELECT card.id AS card_id, card.partner_id, card.program_id, card.company_id
      FROM loyalty_card card
      JOIN ir_model_data data ON data.res_id = card.program_id
     WHERE data.module = 'crm_loyalty'
       AND data.name = 'loyalty_program_club_demo'
       AND NOT EXISTS (SELECT FROM loyalty_entry entry WHERE entry.card_id = card.id)
), bought AS (
    SELECT club.*, sale.id AS order_id, sale.name, sale.date_order, sale.user_id,
           ROUND(sale.amount_total) AS points,
           ROW_NUMBER() OVER (PARTITION BY club.card_id ORDER BY sale.date_order, sale.id) AS number,
           SUM(ROUND(sale.amount_total)) OVER (
               PARTITION BY club.card_id ORDER BY sale.date_order, sale.id
           ) AS total
      FROM club
      JOIN sale_order sale ON sale.partner_id = club.partner_id
     WHERE sale.state = 'sale'
), lines AS (
    SELECT bought.*, 'earned' AS kind, points AS change, points AS qualifying
      FROM bought
     UNION ALL
    SELECT bought.*, 'spent', -500, 0
      FROM bought
     WHERE number = 4 AND total >= 1000
), written AS (
    INSERT INTO loyalty_entry (
        card_id, program_id, program_name, company_id, date, kind, points, qualifying_points,
        balance, document_model, document_id, document_name, author_id
    )
    SELECT card_id, program_id, 'Lumen Club', company_id, date_order, kind, change, qualifying,
           SUM(change) OVER (PARTITION BY card_id ORDER BY date_order, order_id, kind),
           'sale.order', order_id, name, user_id
      FROM lines
     ORDER BY date_order, order_id, kind
)
UPDATE loyalty_card card
   SET points = lines.points
  FROM (SELECT card_id, SUM(change) AS points FROM lines GROUP BY card_id) lines
 WHERE card.id = lines.card_id;

-- They rose when they passed the threshold of a tier.
WITH earned AS (
    SELECT entry.*,
           SUM(entry.qualifying_points) OVER (
               PARTITION BY entry.card_id ORDER BY entry.date, entry.id
           ) AS total
      FROM loyalty_entry entry
      JOIN ir_model_data data ON data.res_id = entry.program_id
     WHERE data.module = 'crm_loyalty'
       AND data.name = 'loyalty_program_club_demo'
       AND entry.kind = 'earned'
       AND NOT EXISTS (SELECT FROM loyalty_tier_move move WHERE move.card_id = entry.card_id)
), passed AS (
    SELECT earned.card_id, earned.date, earned.company_id, earned.program_id, earned.total,
           earned.document_model, earned.document_id, earned.document_name,
           MAX(tier.min_points) AS min_points
      FROM earned
      JOIN loyalty_tier tier
        ON tier.program_id = earned.program_id
       AND tier.min_points > earned.total - earned.qualifying_points
       AND tier.min_points <= earned.total
     GROUP BY earned.card_id, earned.date, earned.company_id, earned.program_id, earned.total,
              earned.document_model, earned.document_id, earned.document_name
), moves AS (
    SELECT passed.*, card.partner_id, tier.id AS tier_id,
           LAG(tier.id) OVER (PARTITION BY passed.card_id ORDER BY passed.date) AS from_tier_id,
           ROW_NUMBER() OVER (PARTITION BY passed.card_id ORDER BY passed.date DESC) AS number
      FROM passed
      JOIN loyalty_card card ON card.id = passed.card_id
      JOIN loyalty_tier tier
        ON tier.program_id = passed.program_id AND tier.min_points = passed.min_points
), written AS (
    INSERT INTO loyalty_tier_move (
        card_id, partner_id, company_id, program_id, from_tier_id, to_tier_id, direction, date,
        reason, qualifying_points, document_model, document_id, document_name
    )
    SELECT card_id, partner_id, company_id, program_id, from_tier_id, tier_id, 'up', date,
           'points', total, document_model, document_id, document_name
      FROM moves
     ORDER BY date
)
UPDATE loyalty_card card
   SET tier_id = moves.tier_id, tier_date = moves.date
  FROM moves
 WHERE card.id = moves.card_id AND moves.number = 1;
