import { registry } from "@web/core/registry";

const CARD = (name) => `.o_kanban_record:contains(${name})`;

/** Whoever calls, on a phone: not reached, another one who wants to be called later. */
registry.category("web_tour.tours").add("crm_experience_interview", {
    steps: () => [
        {
            content: "whom to call, with a number that dials",
            trigger: `${CARD("Ann")} a[href^='tel:']:contains(0100)`,
        },
        {
            content: "nobody answers: it leaves the list until tomorrow",
            trigger: `${CARD("Bob")} button[name='action_call_unreached']`,
            run: "click",
        },
        {
            trigger: `.o_kanban_renderer:not(:has(${CARD("Bob")}))`,
        },
        {
            trigger: CARD("Ann"),
            run: "click",
        },
        {
            content: "what to say stands beside the number",
            trigger: ".o_form_sheet:contains(three minutes) a[href^='tel:']",
        },
        {
            content: "it is answered on the pages of the questionnaire",
            trigger: "button[name='action_interview']",
        },
        {
            content: "it does not suit now",
            trigger: ".o_statusbar_buttons button.dropdown-toggle, .o_statusbar_buttons button .oi-ellipsis-v",
            run: "click",
        },
        {
            trigger: ".o-dropdown--menu button:contains(Call Later), .dropdown-menu button:contains(Call Later)",
            run: "click",
        },
        {
            trigger: ".modal div[name='note'] input",
            run: "edit After five suits",
        },
        {
            trigger: ".modal button[name='action_postpone']",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o-mail-Message:contains(After five suits)",
        },
    ],
});

/** The questionnaire, filled in by whoever calls. */
registry.category("web_tour.tours").add("crm_experience_interview_fill", {
    steps: () => [
        {
            content: "in the language of the customer, or another one that they speak",
            trigger: "button[type=submit]:contains(Start Survey)",
            run: "click",
        },
        {
            trigger: ".js_question-wrapper:contains(NPS) label:contains(2)",
            run: "click",
        },
        {
            trigger: ".js_question-wrapper:contains(CES) label:contains(7)",
            run: "click",
        },
        {
            trigger: ".js_question-wrapper:contains(COMMENT) textarea",
            run: "edit Nobody called me back",
        },
        {
            trigger: "button[value=finish]",
            run: "click",
        },
        {
            trigger: ".modal button.btn-primary:contains(Submit)",
            run: "click",
        },
        {
            content: "once: there is no way to answer under somebody else's name",
            trigger: "body:not(:has(a[href*='/survey/retry'])) h1:contains(Thank you)",
        },
    ],
});
