import { registry } from "@web/core/registry";

const AMOUNT = "[data-code='test_amount']";

registry.category("web_tour.tours").add("crm_targets_workbench_tour", {
    steps: () => [
        {
            content: "the target of the month is there with what is reached of it",
            trigger: `.o_crm_targets_workbench_card${AMOUNT}:contains(250):contains(1,000):contains(25%)`,
        },
        {
            content: "by week there is no target, and it says what to do",
            trigger: "button[data-granularity='week']",
            run: "click",
        },
        {
            content: "the lead can set one",
            trigger: ".o_crm_targets_workbench_empty:contains(Ask your team lead)",
        },
        {
            content: "back to the month",
            trigger: "button[data-granularity='month']",
            run: "click",
        },
        {
            content: "the call that is late comes first, with its reason",
            trigger:
                ".o_crm_targets_workbench_thing:first:contains(Ten phones):contains(Call back, overdue for 2 days)",
        },
        {
            content: "follow it",
            trigger:
                ".o_crm_targets_workbench_thing:first button.o_crm_targets_workbench_link",
            run: "click",
        },
        {
            content: "the opportunity opens",
            trigger: ".o_lead_opportunity_form",
        },
        {
            content: "go back",
            trigger: ".o_back_button, .breadcrumb-item a:contains(Workbench)",
            run: "click",
        },
        {
            content: "the call is done",
            trigger: ".o_crm_targets_workbench_thing:first .o_crm_targets_workbench_done",
            run: "click",
        },
        {
            content: "and gone from the list",
            trigger: ".o_crm_targets_workbench_next:not(:has([data-kind='activity']))",
        },
        {
            content: "open the target itself",
            trigger: `.o_crm_targets_workbench_card${AMOUNT} button`,
            run: "click",
        },
        {
            content: "its form tells the same",
            trigger: ".o_form_view div[name='pace'], .o_form_view .o_field_widget[name='pace']",
        },
    ],
});

registry.category("web_tour.tours").add("crm_targets_workbench_lead_tour", {
    steps: () => [
        {
            content: "choose the person",
            trigger: ".o_crm_targets_workbench_people",
            run: "selectByLabel measure_seller",
        },
        {
            content: "their target is there",
            trigger: `.o_crm_targets_workbench_card${AMOUNT}:contains(25%)`,
        },
        {
            content: "in a month without a target one can be set",
            trigger: ".o_crm_targets_workbench_previous",
            run: "click",
        },
        {
            content: "set it",
            trigger: ".o_crm_targets_workbench_empty button:contains(Set a target)",
            run: "click",
        },
        {
            content: "the person is filled in",
            trigger: ".o_form_view .o_field_widget[name='user_id'] input",
            run() {
                if (!this.anchor.value.includes("measure_seller")) {
                    throw new Error(`The target is for ${this.anchor.value}`);
                }
            },
        },
    ],
});

registry.category("web_tour.tours").add("crm_targets_workbench_strip_tour", {
    steps: () => [
        {
            content: "the target stands above the pipeline",
            trigger: `.o_crm_targets_workbench_strip li${AMOUNT}:contains(250):contains(25%)`,
        },
        {
            content: "the pipeline below it is as ever",
            trigger: ".o_kanban_renderer .o_kanban_record:contains(Ten phones)",
        },
        {
            content: "fold it",
            trigger: ".o_crm_targets_workbench_fold[aria-expanded='true']",
            run: "click",
        },
        {
            content: "nothing of it is left but its name",
            trigger: ".o_crm_targets_workbench_strip:not(:has(li)):contains(My targets)",
        },
        {
            content: "look at the list of opportunities",
            trigger: ".o_switch_view.o_list",
            run: "click",
        },
        {
            content: "there is no strip there",
            trigger: ".o_list_view:not(:has(.o_crm_targets_workbench_strip))",
        },
        {
            content: "come back to the pipeline",
            trigger: ".o_switch_view.o_kanban",
            run: "click",
        },
        {
            content: "it is still folded",
            trigger: ".o_crm_targets_workbench_fold[aria-expanded='false']",
            run: "click",
        },
        {
            content: "and has the way to the workbench",
            trigger: ".o_crm_targets_workbench_open",
            run: "click",
        },
        {
            content: "here it is",
            trigger: `.o_crm_targets_workbench_card${AMOUNT}`,
        },
    ],
});

registry.category("web_tour.tours").add("crm_targets_workbench_no_strip_tour", {
    steps: () => [
        {
            content: "who has no role in targets sees the pipeline as it was",
            trigger:
                ".o_kanban_view:not(:has(.o_crm_targets_workbench_strip)) .o_kanban_renderer",
        },
    ],
});
