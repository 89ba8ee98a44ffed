import { registry } from "@web/core/registry";

// The rest of the questionnaire, after the first question was tapped in the mail.
registry.category("web_tour.tours").add("crm_experience_feedback_rest", {
    steps: () => [
        {
            content: "What was tapped is filled in already, and can be changed",
            trigger: ".js_question-wrapper:contains(NPS) input[value='2']:not(:visible):checked",
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
        { trigger: "h1:contains(Thank you)" },
    ],
});
