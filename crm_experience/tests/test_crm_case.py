from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .case_common import CrmCaseCase


@tagged("post_install", "-at_install")
class TestCrmCase(CrmCaseCase):
    def test_numbers_come_from_the_sequence(self):
        first, second = self.cases.create(
            [
                {"title": "A", "partner_id": self.customer.id},
                {"title": "B", "partner_id": self.customer.id},
            ]
        )
        self.assertRegex(first.name, r"^CASE/\d{5}$")
        self.assertNotEqual(first.name, second.name)
        with self.assertRaises(ValidationError):
            self.open(remedy_cost=-1)

    def test_nothing_is_closed_without_cause_outcome_and_solution(self):
        case = self.open()
        values = {"cause_id": self.cause.id, "outcome": "solved", "solution": "Changed it."}
        for missing in values:
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                case.write({**values, missing: False, "state": "solved"})
            self.assertEqual(case.state, "new")
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            case.write({**values, "solution": "  ", "state": "solved"})
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.open(state="confirmed")
        case.write({**values, "state": "solved"})
        self.assertTrue(case.date_solved and case.is_open)
        with self.assertRaises(ValidationError):
            case.solution = False

    def test_way_of_a_case(self):
        case = self.open()
        case.action_take()
        self.assertEqual((case.user_id, case.state), (self.service, "in_progress"))
        with self.assertRaises(UserError):
            case.with_user(self.service_two).sudo().with_user(self.service_two).action_take()
        self.solve(case)
        case.action_confirm()
        self.assertEqual(
            (case.state, case.confirmed_by, case.is_open), ("confirmed", "staff", False)
        )
        case.action_reopen()
        self.assertEqual((case.reopen_count, case.state), (1, "in_progress"))
        self.assertFalse(case.date_solved or case.date_confirmed or case.confirmed_by)
        with self.assertRaises(UserError):
            case.action_confirm()
        case.action_cancel()
        self.assertFalse(case.is_open)

    def test_deadlines_in_working_hours(self):
        with freeze_time(self.MONDAY):
            case = self.open(severity="1")
        # 8 and 40 hours of work, 9 hours a day, from Monday at nine
        self.assertEqual(case.date_response_deadline, datetime(2026, 3, 2, 17))
        self.assertEqual(case.date_solution_deadline, datetime(2026, 3, 6, 13))
        self.assertEqual(case.date_deadline, case.date_response_deadline)
        case.severity = "3"
        self.assertEqual(case.date_deadline, datetime(2026, 3, 2, 10))
        with freeze_time(datetime(2026, 3, 2, 9, 30)):
            case.action_note_response()
            self.assertEqual(case.time_state, "fine")
        self.assertEqual(case.hours_to_response, 0.5)
        self.assertEqual(case.date_deadline, datetime(2026, 3, 2, 17))
        for moment, state in ((15, "pressing"), (17, "late")):
            with freeze_time(datetime(2026, 3, 2, moment)):
                case.invalidate_recordset(["time_state"])
                self.assertEqual(case.time_state, state)

    def test_time_left_is_the_same_in_python_and_on_the_board(self):
        cases = self.cases
        for number in range(24):
            with freeze_time(self.MONDAY + timedelta(hours=3 * number)):
                case = self.open(severity=str(number % 4), user_id=self.service.id)
                if number % 5 == 1:
                    case.action_wait()
                elif number % 5 == 2:
                    case.action_note_response()
                elif number % 7 == 3:
                    self.solve(case)
                elif number % 7 == 4:
                    case.action_cancel()
            cases += case
        own = [("id", "in", cases.ids)]
        seen = set()
        for hours in range(0, 120, 7):
            with freeze_time(self.MONDAY + timedelta(hours=hours)):
                cases.invalidate_recordset(["time_state"])
                by_state = cases.grouped("time_state")
                groups = dict(cases._read_group(own, ["time_state"], ["__count"]))
                self.assertEqual(groups, {state: len(group) for state, group in by_state.items()})
                for state, group in by_state.items():
                    found = cases.search([*own, ("time_state", "=", state)])
                    self.assertEqual(set(found), set(group))
                seen |= by_state.keys()
        self.assertEqual(seen, {"fine", "pressing", "late", "paused", "done"})
        bar = {"field": "time_state", "colors": {"late": "danger", "fine": "success"}}
        self.assertTrue(cases.read_progress_bar(own, "state", bar))

    def test_holidays_and_hours_of_the_team_count(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "date_from": datetime(2026, 3, 3),
                "date_to": datetime(2026, 3, 3, 23, 59, 59),
            }
        )
        with freeze_time(self.MONDAY):
            case = self.open(severity="2")
            planned = self.calendar.plan_hours(16, self.MONDAY, compute_leaves=True)
            self.assertEqual(case.date_solution_deadline, planned)
            self.team.case_calendar_id = self.calendar.copy(
                {
                    "company_id": False,
                    "attendance_ids": [
                        Command.clear(),
                        Command.create(
                            {"name": "Night", "dayofweek": "0", "hour_from": 20, "hour_to": 22}
                        ),
                    ],
                }
            )
            night = self.open(severity="3")
        self.assertEqual(night.date_response_deadline, datetime(2026, 3, 2, 21))

    def test_without_any_hours_it_is_always_open(self):
        self.company.resource_calendar_id = False
        with freeze_time(self.MONDAY):
            case = self.open(severity="3")
        self.assertEqual(case.date_solution_deadline, self.MONDAY + timedelta(hours=8))

    def test_the_clock_rests_while_the_customer_has_the_turn(self):
        with freeze_time(self.MONDAY):
            case = self.open(severity="2", user_id=self.service.id)
            case.action_wait()
            self.assertFalse(case.date_deadline)
        # all of Monday's rest and of Tuesday: 8 + 9 hours
        with freeze_time(datetime(2026, 3, 3, 20)):
            case.action_resume()
        self.assertEqual(case.waited_hours, 17)
        self.assertEqual(case.date_solution_deadline, datetime(2026, 3, 5, 15))
        with freeze_time(datetime(2026, 3, 4, 9)):
            self.solve(case)
        self.assertEqual(case.hours_to_solve, 1)
        self.assertTrue(case.is_in_time)
        with freeze_time(datetime(2026, 3, 9, 8)):
            case.action_reopen()
        self.assertEqual((case.waited_hours, case.date_deadline), (0, datetime(2026, 3, 10, 15)))

    def test_waiting_is_no_response(self):
        """Nobody was answered by a press on a button: only the clock rests."""
        with freeze_time(self.MONDAY):
            case = self.open(severity="1", user_id=self.service.id)
            case.action_wait()
            self.assertFalse(case.date_first_response)
        with freeze_time(self.MONDAY + timedelta(hours=4)):
            case.action_resume()
            self.assertFalse(case.date_first_response)
            # 8 hours from Monday at nine, and the 4 that it waited
            self.assertEqual(case.waited_hours, 4)
            self.assertEqual(case.date_response_deadline, datetime(2026, 3, 3, 12))
            self.assertEqual(case.date_deadline, case.date_response_deadline)
            case.action_wait()
            case.action_note_response()
            self.assertEqual(case.state, "waiting")
        with freeze_time(self.MONDAY + timedelta(hours=8)):
            case.action_resume()
        self.assertEqual(case.date_first_response, self.MONDAY + timedelta(hours=4))
        self.assertEqual(case.date_response_deadline, datetime(2026, 3, 3, 12))

    def test_queries_do_not_depend_on_the_number_of_cases(self):
        values = {"title": "A", "partner_id": self.customer.id, "team_id": self.team.id}
        self.cases.create([values])
        self.env.flush_all()

        def count(number):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.cases.create([values] * number)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        self.cases = self.cases.with_context(tracking_disable=True)
        count(1)
        self.assertLess(count(30) - count(2), 28)

    def test_a_message_of_ours_is_the_first_response(self):
        case = self.open()
        case.message_post(body="Only for us", subtype_xmlid="mail.mt_note")
        self.assertFalse(case.date_first_response)
        case.message_post(
            body="Dear Ann",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.customer.ids,
        )
        self.assertTrue(case.date_first_response)
        self.assertEqual(case.state, "in_progress")

    def test_a_call_that_was_made_is_the_first_response(self):
        for kind, is_answer in (("call", True), ("todo", False)):
            case = self.open(user_id=self.service.id)
            activity = case.activity_schedule(
                f"mail.mail_activity_data_{kind}", user_id=self.service.id
            )
            self.assertFalse(case.date_first_response)
            activity.with_user(self.service).action_done()
            self.assertEqual(bool(case.date_first_response), is_answer)

    def test_the_customer_has_the_last_word(self):
        case = self.open(user_id=self.service.id)
        word = {
            "body": "Still broken",
            "author_id": self.customer.id,
            "message_type": "email",
            "subtype_xmlid": "mail.mt_comment",
        }
        case.action_wait()
        case.sudo().message_post(**word)
        self.assertEqual(case.state, "in_progress")
        self.solve(case)
        case.sudo().message_post(**word)
        self.assertEqual((case.state, case.reopen_count), ("in_progress", 1))
        self.solve(case)
        case.action_confirm()
        case.sudo().message_post(**word)
        self.assertEqual(case.state, "confirmed")
        self.assertIn(self.service, case.activity_ids.user_id)

    def test_what_is_to_be_done_is_said_in_the_language_of_whoever_does_it(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        kind = self.env.ref("crm_experience.mail_activity_type_case_reopened")
        kind.with_context(lang="zh_CN").summary = "客户表示尚未解决"
        self.service.lang = "zh_CN"
        self.customer.lang = "en_US"
        case = self.open(user_id=self.service.id)
        word = {
            "body": "Still broken",
            "author_id": self.customer.id,
            "message_type": "email",
            "subtype_xmlid": "mail.mt_comment",
        }
        self.solve(case)
        case.sudo().message_post(**word)
        self.assertEqual(case.activity_ids.summary, kind.with_context(lang="zh_CN").summary)
        case.sudo().activity_ids.unlink()
        self.solve(case)
        case.action_confirm()
        case.sudo().message_post(**word)
        self.assertEqual(case.activity_ids.summary, "客户再次来信")

    # ------------------------------------------------------------
    # Owners
    # ------------------------------------------------------------

    def test_owners_in_turn(self):
        self.team.case_assignment = "rotation"
        cases = self.cases.create(
            [
                {"title": str(n), "partner_id": self.customer.id, "team_id": self.team.id}
                for n in range(6)
            ]
        )
        owners = cases.mapped("user_id.id")
        self.assertEqual(set(owners), set((self.service | self.service_two).ids))
        turns = [case.user_id for case in cases]
        self.assertEqual(turns[0::2], [turns[0]] * 3)
        self.assertEqual(turns[1::2], [turns[1]] * 3)
        # who does not work with cases gets none
        self.service_two.group_ids -= self.env.ref("crm_experience.group_crm_experience_user")
        self.assertEqual(self.open().user_id, self.service)

    def test_owners_by_load(self):
        self.team.case_assignment = "load"
        self.open(user_id=self.service.id)
        self.open(user_id=self.service.id)
        cases = self.cases.create(
            [
                {"title": str(n), "partner_id": self.customer.id, "team_id": self.team.id}
                for n in range(4)
            ]
        )
        self.assertEqual(
            [
                len(cases.filtered(lambda c, u=u: c.user_id == u))
                for u in (self.service, self.service_two)
            ],
            [1, 3],
        )

    def test_whoever_is_in_the_team_may_take_what_nobody_has_taken(self):
        case = self.env["crm.case"].create(
            {"title": "A", "partner_id": self.customer.id, "team_id": self.team.id}
        )
        case.with_user(self.service_two).action_take()
        self.assertEqual(case.user_id, self.service_two)
        with self.assertRaises(AccessError):
            case.with_user(self.service).title = "Mine"
        with self.assertRaises(UserError):
            case.with_user(self.service).action_take()

    # ------------------------------------------------------------
    # Escalation
    # ------------------------------------------------------------

    def escalate(self):
        self.run_job("escalate_cases")

    def test_late_cases_go_up_one_level_after_the_other_once(self):
        with freeze_time(self.MONDAY):
            case = self.open(severity="3", user_id=self.service.id)
        with freeze_time(datetime(2026, 3, 2, 9, 59)):
            self.escalate()
        self.assertEqual(case.escalation_level, 0)
        with freeze_time(datetime(2026, 3, 2, 10, 1)):
            self.escalate()
            self.escalate()
        self.assertEqual((case.escalation_level, case.activity_ids.user_id), (1, self.leader))
        # eight working hours later: Tuesday at nine
        with freeze_time(datetime(2026, 3, 3, 9, 1)):
            self.escalate()
            self.escalate()
        self.assertEqual(case.escalation_level, 2)
        self.assertEqual(case.activity_ids.user_id, self.leader | self.chief)
        self.assertEqual(len(case.activity_ids), 2)
        told = self.env["mail.message"].search(
            [
                ("model", "=", "crm.case"),
                ("res_id", "=", case.id),
                ("message_type", "=", "user_notification"),
                ("subject", "like", "Late"),
            ]
        )
        self.assertEqual(told.partner_ids, (self.leader | self.chief).partner_id)
        with freeze_time(datetime(2026, 3, 20)):
            self.escalate()
        self.assertEqual(case.escalation_level, 2)
        self.solve(case)
        case.action_confirm()
        self.assertFalse(case.activity_ids)

    def test_silence_confirms_after_some_days(self):
        self.company.case_close_days = 7
        with freeze_time(self.MONDAY):
            case = self.solve(self.open(user_id=self.service.id))
        with freeze_time(self.MONDAY + timedelta(days=6)):
            self.run_job("close_cases")
        self.assertEqual(case.state, "solved")
        with freeze_time(self.MONDAY + timedelta(days=8)):
            self.run_job("close_cases")
        self.assertEqual((case.state, case.confirmed_by), ("confirmed", "time"))

    # ------------------------------------------------------------
    # Causes and learning
    # ------------------------------------------------------------

    def test_causes_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.cause.with_context(lang="zh_CN").name = "维修太慢"
        finer = self.env["crm.case.cause"].create({"name": "Part", "parent_id": self.cause.id})
        finer.with_context(lang="zh_CN").name = "缺少零件"
        finer.invalidate_recordset()
        self.assertEqual(finer.display_name, "Late repair / Part")
        chinese = finer.with_user(self.service).with_context(lang="zh_CN")
        self.assertEqual(chinese.display_name, "维修太慢 / 缺少零件")
        for causes, text in ((chinese, "缺少"), (chinese, "Late repair / P"), (finer, "Part")):
            self.assertIn(finer.id, [row[0] for row in causes.name_search(text)])

    def test_causes_make_no_circle(self):
        finer = self.env["crm.case.cause"].create({"name": "Part", "parent_id": self.cause.id})
        self.assertEqual(finer.complete_name, "Late repair / Part")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.cause.parent_id = finer
        self.assertEqual(self.cause.parent_path.count("/"), 1)

    def test_a_cause_that_repeats_opens_one_improvement(self):
        self.company.write({"case_repeat_count": 3, "case_repeat_days": 30})
        improvements = self.env["crm.case.improvement"]
        own = [("cause_id", "=", self.cause.id)]
        with freeze_time(self.MONDAY):
            for _number in range(2):
                self.open(cause_id=self.cause.id)
            self.run_job("learn")
            self.assertFalse(improvements.search(own))
            self.open(cause_id=self.cause.id)
            self.run_job("learn")
            self.run_job("learn")
        improvement = improvements.search(own)
        self.assertEqual(len(improvement), 1)
        self.assertEqual((improvement.user_id, improvement.case_count_before), (self.leader, 3))
        self.assertEqual(improvement.case_count, 3)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            improvement.action_done()
        with freeze_time(self.MONDAY + timedelta(days=1)):
            improvement.write({"plan": "Second bench", "effect": "Half of them"})
            improvement.action_done()
            self.run_job("learn")
        self.assertEqual(len(improvements.search(own)), 1)
        with freeze_time(self.MONDAY + timedelta(days=2)):
            for _number in range(3):
                self.open(cause_id=self.cause.id)
            self.run_job("learn")
        self.assertEqual(len(improvements.search(own)), 2)

    def test_an_improvement_has_an_owner(self):
        self.company.write({"case_repeat_count": 1, "case_team_id": self.region.id})
        causes = self.cause | self.cause.copy({"name": "Two"}) | self.cause.copy({"name": "Three"})
        owners = []
        for cause in causes:
            self.open(cause_id=cause.id)
            self.run_job("learn")
            owners.append(
                self.env["crm.case.improvement"].search([("cause_id", "=", cause.id)]).user_id
            )
            if cause == causes[0]:
                # nobody leads the store any more: who leads the region does
                self.team.user_id = False
            else:
                self.team.parent_id = False
        self.assertEqual(owners, [self.leader, self.chief, self.chief])

    def test_what_helped_before(self):
        other = self.env["crm.case.cause"].create({"name": "Other"})
        best = self.solve(self.open(title="Battery empty again", user_id=self.service.id))
        self.solve(self.open(title="Queue", user_id=self.service.id), cause_id=other.id)
        weak = self.solve(self.open(title="Late", user_id=self.service.id))
        declined = self.open(user_id=self.service.id)
        self.solve(declined, outcome="declined")
        case = self.open(cause_id=self.cause.id)
        self.assertEqual(list(case.known_solution_ids), [best, weak])
        best.with_context(use_for_case_id=case.id).action_use_solution()
        self.assertEqual(case.solution, "Changed it.")

    def test_causes_as_pareto(self):
        for cause, number in ((self.cause, 8), (self.cause.copy({"name": "Rare"}), 2)):
            for _number in range(number):
                self.open(cause_id=cause.id)
        own = self.cases.get_causes(days=1)
        bars = [bar for bar in own["bars"] if bar["name"] in ("Late repair", "Rare")]
        self.assertEqual([bar["value"] for bar in bars], [8, 2])
        for wrong in (
            {"days": 0},
            {"days": True},
            {"days": "3"},
            {"measure": "x"},
            {"measure": []},
            {"kind": "x"},
            {"is_coarse": 1},
        ):
            with self.assertRaises(UserError):
                self.cases.get_causes(**wrong)
