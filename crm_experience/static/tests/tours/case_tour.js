import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("crm_experience_case", {
    steps: () => [
        {
            content: "whoever opens the customer sees what is open, and why there is no solution",
            trigger: ".o_crm_experience_case_banner:contains(Nobody has dealt with it yet)",
        },
        {
            content: "one tap further is the case",
            trigger: ".o_crm_experience_case_link:contains(Nobody called me back)",
            run: "click",
        },
        {
            content: "somebody takes it",
            trigger: "button[name='action_take']",
            run: "click",
        },
        {
            content: "it is theirs, and the hours that are left show",
            trigger: ".o_arrow_button_current:contains(In Progress)",
        },
        {
            content: "the cause and the solution are asked for",
            trigger: ".o_notebook a[name='solution']",
            run: "click",
        },
        {
            content: "nothing is closed without them",
            trigger: "button[name='action_solve']",
            run: "click",
        },
        {
            content: "it says what is missing",
            trigger: ".modal:contains(cannot be closed yet) .btn-primary",
            run: "click",
        },
        {
            content: "the cause",
            trigger: ".o_field_widget[name='cause_id'] input",
            run: "edit Tour cause",
        },
        {
            content: "is chosen",
            trigger: ".o-autocomplete--dropdown-item:contains(Tour cause)",
            run: "click",
        },
        {
            content: "what came of it",
            trigger: ".o_field_widget[name='outcome'] input",
            run: "click",
        },
        {
            content: "it is solved as the customer wished",
            trigger: ".o_select_menu_item:contains(/^Solved$/)",
            run: "click",
        },
        {
            content: "what was done",
            trigger: ".o_field_widget[name='solution'] textarea",
            run: "edit Called back, order placed.",
        },
        {
            content: "it is solved",
            trigger: "button[name='action_solve']",
            run: "click",
        },
        {
            content: "now the customer is asked",
            trigger: ".o_arrow_button_current:contains(Solved)",
        },
    ],
});

registry.category("web_tour.tours").add("crm_experience_case_board", {
    steps: () => [
        {
            content: "cases by stage, with the time that is left",
            trigger:
                ".o_kanban_record:contains(Battery is empty) .o_crm_experience_time_left:contains(left)",
        },
        {
            content: "and what is late",
            trigger:
                ".o_kanban_record:contains(Repair takes too long) .o_crm_experience_time_left:contains(late)",
            run: "click",
        },
        {
            content: "whose it is and what was promised",
            trigger: ".o_form_view .o_field_widget[name='name']:contains(CASE/)",
        },
    ],
});

registry.category("web_tour.tours").add("crm_experience_pareto", {
    steps: () => [
        {
            content: "the few causes that make most of the cases, in a sentence",
            trigger: ".o_crm_experience_pareto:contains(One cause makes up 80 %):contains(Tour cause)",
        },
        {
            content: "a longer time",
            trigger: ".o_crm_experience_pareto button:contains(1 year)",
            run: "click",
        },
        {
            content: "all causes together",
            trigger:
                ".o_crm_experience_pareto:has(button[aria-pressed=true]:contains(1 year)) tfoot:contains(10)",
        },
        {
            content: "behind a bar are its cases",
            trigger: ".o_crm_experience_pareto tbody a:contains(Tour cause)",
            run: "click",
        },
        {
            content: "all of them",
            trigger: ".o_list_view .o_data_row:nth-child(8)",
        },
        {
            content: "back to the causes",
            trigger: ".o_breadcrumb a:contains(Causes)",
            run: "click",
        },
        {
            content: "the time is still the one that was chosen",
            trigger: ".o_crm_experience_pareto button[aria-pressed=true]:contains(1 year)",
        },
    ],
});
