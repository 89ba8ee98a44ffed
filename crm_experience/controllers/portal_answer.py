from odoo import http
from odoo.addons.crm_experience.models.portal.crm_answer import QUERY_LIMIT
from odoo.addons.crm_experience.tools.portal_form import MOST_ID
from odoo.fields import Domain
from odoo.http import request
from odoo.tools.mail import html_to_inner_content

from .portal import ExperiencePortal, is_flooded, part_of_page

EXCERPT = 160
SUGGESTIONS = 4


class ExperienceAnswerPortal(ExperiencePortal):
    """What others asked before."""

    @http.route(
        "/my/experience/answers",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        sitemap=False,
    )
    @part_of_page("answers")
    def experience_answers(self, search="", **_others):
        """The answers that fit what the customer looks for; without a word, all of them."""
        search = search[:QUERY_LIMIT]
        return self._render(
            "crm_experience.portal_experience_answers",
            "answers",
            {"answers": self._search_answers(search, 50), "search": search},
        )

    @http.route(
        "/my/experience/answers/<int:answer_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        sitemap=False,
    )
    @part_of_page("answers")
    def experience_answer(self, answer_id, **_others):
        """One answer."""
        answer = self._find_answer(answer_id)
        if not answer:
            return self._redirect("/my/experience/answers")
        return self._render(
            "crm_experience.portal_experience_answer",
            "answer",
            {"answer": answer, "has_helped": answer.id in self._get_helped()},
        )

    @http.route(
        "/my/experience/answers/<int:answer_id>/helped",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    @part_of_page("answers")
    def experience_answer_helped(self, answer_id, **_others):
        """It helped; counted once for a customer who stays signed in."""
        answer = self._find_answer(answer_id)
        if not answer:
            return self._redirect("/my/experience/answers")
        helped = self._get_helped()
        if answer.id not in helped and not is_flooded("form"):
            answer.helpful_count += 1
            request.session["experience_helped"] = [*helped[-99:], answer.id]
        return self._redirect(
            f"/my/experience/answers/{answer.id}", request.env._("Thank you, good to know.")
        )

    @http.route(
        "/my/experience/answers/suggest",
        type="jsonrpc",
        auth="user",
        website=True,
        methods=["POST"],
        sitemap=False,
        readonly=True,
    )
    def experience_answer_suggest(self, query="", **_others):
        """Answers that fit what is being typed; none where answers are off."""
        if (
            "answers" not in self._get_experience_parts()
            or not isinstance(query, str)
            or not query.strip()
            or is_flooded("suggestion")
        ):
            return []
        return [
            {
                "name": answer.name,
                "excerpt": self._get_excerpt(answer),
                "url": f"/my/experience/answers/{answer.id}",
            }
            for answer in self._search_answers(query, SUGGESTIONS)
        ]

    # ------------------------------------------------------------

    def _search_answers(self, query, limit):
        owned = self._search_own("crm.registered.product", limit=100).product_id
        # Customers have no rights on the table; what is found is published for them.
        answers = request.env["crm.answer"].sudo()
        return answers._search_published(query, request.env.company, owned, limit)

    def _find_answer(self, answer_id):
        # as above
        answers = request.env["crm.answer"].sudo()
        if not 0 < answer_id <= MOST_ID:
            return answers
        published = answers._get_published_domain(request.env.company)
        return answers.search(published & Domain("id", "=", answer_id))

    def _get_excerpt(self, answer):
        text = html_to_inner_content(answer.body)
        return f"{text[:EXCERPT].rstrip()}…" if len(text) > EXCERPT else text

    def _get_helped(self):
        return request.session.get("experience_helped", [])
