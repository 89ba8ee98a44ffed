from contextlib import closing

import psycopg2
from odoo.addons.crm_targets.tests.common import TargetsCase
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.sql_db import db_connect
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL, mute_logger


@tagged("post_install", "-at_install")
@freeze_time("2026-11-23 04:00:00")  # a Monday
class TestCrmScorecardSnapshot(TargetsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.orders = cls.indicator("orders", unit="orders")
        cls.scorecard = cls._scorecard("Company")
        cls.order("2026-11-20 08:00:00")

    @classmethod
    def _scorecard(cls, name, **values):
        return cls.env["crm.scorecard"].create(
            {
                "name": name,
                "company_id": cls.company.id,
                "granularity": "week",
                "line_ids": [
                    Command.create(
                        {
                            "indicator_id": cls.orders.id,
                            "date_from": "2026-01-01",
                            "band_type": "fixed",
                            "goal": 2.0,
                            "red_flag": 1.0,
                        }
                    )
                ],
                **values,
            }
        )

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_targets.ir_cron_measure").method_direct_trigger()

    def test_job_measures_and_keeps_the_last_week(self):
        self._run_cron()
        self.assertEqual(self.orders.state, "measured")
        snapshot = self.scorecard.snapshot_ids
        self.assertEqual((snapshot.week, str(snapshot.date_to)), ("2026-W47", "2026-11-22"))
        self.assertEqual((snapshot.name, snapshot.unit_name), ("Company", "Measured"))
        self.assertEqual((snapshot.score, snapshot.band), (3.3, "fair"))
        line = snapshot.line_ids
        self.assertEqual(
            (line.indicator_code, line.perspective_code, line.value, line.target, line.score),
            (self.orders.code, "finance", 1.0, 2.0, 3.3),
        )

    def test_job_twice_keeps_the_week_once(self):
        self._run_cron()
        first = self.scorecard.snapshot_ids
        self.order("2026-11-20 09:00:00")
        self._run_cron()
        self.scorecard.invalidate_recordset()
        self.assertEqual(self.scorecard.snapshot_ids, first)
        self.assertEqual(first.line_ids.value, 1.0)

    def test_week_has_ended_where_the_company_is(self):
        self.company.resource_calendar_id.tz = "America/Los_Angeles"  # still Sunday there
        self._run_cron()
        self.assertEqual(self.scorecard.snapshot_ids.week, "2026-W46")

    def test_switched_off_by_company(self):
        self.company.crm_targets_weekly_snapshot = False
        self._run_cron()
        self.assertFalse(self.scorecard.snapshot_ids)

    def test_every_company_keeps_its_own(self):
        other = self.env["res.company"].create({"name": "Other"})
        foreign = self._scorecard("Other", company_id=other.id)
        self._run_cron()
        self.assertEqual(foreign.snapshot_ids.unit_name, "Other")
        self.assertEqual(self.scorecard.snapshot_ids.unit_name, "Measured")

    def test_nothing_changes_a_snapshot(self):
        self.scorecard._take_snapshots(["2026-11-20"])
        snapshot = self.scorecard.snapshot_ids
        for record in (snapshot, snapshot.line_ids):
            for user in (self.env.user, self.admin):
                with self.subTest(record=record, user=user.login):
                    with self.assertRaises(UserError):
                        record.with_user(user).write({"score": 9.0})
                    with self.assertRaises(UserError):
                        record.with_user(user).unlink()
            for statement in ("UPDATE %s SET score = 9", "DELETE FROM %s", "TRUNCATE %s CASCADE"):
                with (
                    self.subTest(statement=statement % record._table),
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(psycopg2.errors.IntegrityConstraintViolation),
                    self.env.cr.savepoint(),
                ):
                    self.env.cr.execute(statement % record._table)

    def test_nothing_is_added_to_a_kept_snapshot(self):
        """In tables of the same names that only this connection sees: a test commits nothing."""
        insert = "INSERT INTO part VALUES (7)"
        with closing(db_connect(self.env.cr.dbname).cursor()) as cr:
            cr.execute(
                """
                CREATE TEMP TABLE crm_scorecard_snapshot (id integer);
                CREATE TEMP TABLE part (snapshot_id integer);
                CREATE TRIGGER closed BEFORE INSERT ON part
                   FOR EACH ROW EXECUTE FUNCTION crm_targets_close_snapshot();
                """
            )
            with cr.savepoint():
                cr.execute("INSERT INTO crm_scorecard_snapshot VALUES (7)")
            cr.execute(insert)
            cr.commit()  # pylint: disable=invalid-commit  # a connection of its own
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.IntegrityConstraintViolation),
                cr.savepoint(),
            ):
                cr.execute(insert)
            cr.execute("DROP TABLE part, pg_temp.crm_scorecard_snapshot")
            cr.commit()  # pylint: disable=invalid-commit  # a connection of its own
        guarded = self.env.execute_query(
            SQL(
                "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = %s ORDER BY 1",
                "crm_targets_close_snapshot",
            )
        )
        parts = ("crm_scorecard_snapshot_line", "crm_scorecard_snapshot_restatement")
        self.assertEqual(guarded, [(table,) for table in parts])

    def test_migrations_may_pass(self):
        self.scorecard._take_snapshots(["2026-11-20"])
        self.env.flush_all()
        self.env.cr.execute("SELECT set_config('crm_targets.allow_snapshot_change', 'on', true)")
        self.env.cr.execute("UPDATE crm_scorecard_snapshot SET name = 'Renamed'")
        self.env.cr.execute("SELECT set_config('crm_targets.allow_snapshot_change', '', true)")
        self.env.invalidate_all()
        self.assertEqual(self.scorecard.snapshot_ids.name, "Renamed")

    def test_history_stays_when_things_go(self):
        store = self._scorecard("Store", scope="team", team_id=self.store.id)
        person = self._scorecard("Seller", scope="person", user_id=self.colleague.id)
        (store | person)._take_snapshots(["2026-11-20"])
        name = self.colleague.name
        self.store.unlink()
        self.colleague.unlink()
        self.assertEqual(store.snapshot_ids.unit_name, "Store")
        self.assertEqual(person.snapshot_ids.unit_name, name)
        with self.assertRaises(UserError):
            store.unlink()
        store.active = False
        self.assertTrue(store.snapshot_ids)

    def test_several_weeks_at_once(self):
        self.scorecard._take_snapshots(["2026-11-20", "2026-11-17", "2026-11-10"])
        self.assertEqual(self.scorecard.snapshot_ids.mapped("week"), ["2026-W47", "2026-W46"])
        self.assertEqual(self.scorecard.snapshot_count, 2)
