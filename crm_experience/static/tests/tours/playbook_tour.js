import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const openMissed = () => [
    stepUtils.showAppsMenuItem(),
    {
        content: "open the app",
        trigger: ".o_app[data-menu-xmlid='crm_experience.crm_experience_menu_root']",
        run: "click",
    },
    {
        content: "care for customers",
        trigger: "[data-menu-xmlid='crm_experience.crm_experience_menu_care']",
        run: "click",
    },
    {
        content: "who was missed",
        trigger: "[data-menu-xmlid='crm_experience.crm_playbook_run_step_menu_missed']",
        run: "click",
    },
];

registry.category("web_tour.tours").add("crm_experience_playbook_lead", {
    steps: () => [
        ...openMissed(),
        {
            content: "missed steps are grouped by who should have done them",
            trigger: ".o_group_header:contains(playbook_service)",
        },
        {
            content: "the lead sees who was missed, and how long ago",
            trigger: ".o_data_row:contains(Missed Customer):contains(Welcome call)",
        },
    ],
});

registry.category("web_tour.tours").add("crm_experience_playbook_owner", {
    steps: () => [
        ...openMissed(),
        {
            content: "my missed step",
            trigger: ".o_group_header:contains(playbook_service)",
        },
        {
            content: "done at last",
            trigger:
                ".o_data_row:contains(Missed Customer):contains(Welcome call) button[name='action_done']",
            run: "click",
        },
        {
            content: "nobody is missed any more",
            trigger: ".o_view_nocontent_smiling_face",
        },
    ],
});

registry.category("web_tour.tours").add("crm_experience_funnel", {
    steps: () => [
        {
            content: "one of two reached the goal",
            trigger: ".o_crm_experience_funnel:contains(Tour scenario)",
        },
        {
            content: "who broke off",
            trigger: ".o_crm_experience_funnel a.text-danger:contains(1)",
            run: "click",
        },
        {
            content: "the customer who broke off",
            trigger: ".o_data_row:contains(Missed Customer)",
        },
    ],
});

registry.category("web_tour.tours").add("crm_experience_loss_reasons", {
    steps: () => [
        {
            content: "two lost in a year, one reason in detail, beside the reference",
            trigger: ".o_crm_experience_loss_reasons li:contains(Price or competitor):contains(2 · 100 %):contains(9 %)",
        },
        {
            content: "where the reference comes from",
            trigger: ".o_crm_experience_loss_reasons:contains(whose study nobody can show)",
        },
        {
            content: "the last ninety days",
            trigger: ".o_crm_experience_loss_reasons button:contains(90 days)",
            run: "click",
        },
        {
            content: "one is left, open it",
            trigger: ".o_crm_experience_loss_reasons li:contains(1 · 100 %) a:contains(Found it cheaper)",
            run: "click",
        },
        {
            content: "the customer",
            trigger: ".o_data_row:contains(Missed Customer)",
        },
    ],
});
