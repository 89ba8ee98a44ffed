import { registry } from "@web/core/registry";

const BUTTON = (name) => `.o_statusbar_buttons button[name='${name}']`;
const STATE = (label) => `.o_statusbar_status .o_arrow_button_current:contains(${label})`;

registry.category("web_tour.tours").add("crm_targets_target_propose_tour", {
    steps: () => [
        {
            content: "have targets proposed",
            trigger: ".o_control_panel button:contains(Propose)",
            run: "click",
        },
        {
            content: "look for the indicator",
            trigger: ".modal .o_field_widget[name='indicator_id'] input",
            run: "edit Tour amount",
        },
        {
            content: "choose it",
            trigger: ".modal .o-autocomplete--dropdown-item:contains(Tour amount)",
            run: "click",
        },
        {
            content: "ten per cent more than last year",
            trigger: ".modal .o_field_widget[name='growth'] input",
            run: "edit 10 && press Tab",
        },
        {
            content: "the reason stands beside the figure",
            trigger:
                ".modal .o_data_row:contains(Store):contains(1,100):contains(growth of 10.00 %)",
        },
        {
            content: "make drafts of it",
            trigger: ".modal button[name='action_create_targets']",
            run: "click",
        },
        {
            content: "open the target of the store",
            trigger: ".o_list_view .o_data_row:contains(Store) .o_data_cell[name='unit_name']",
            run: "click",
        },
        {
            content: "split it",
            trigger: ".o_statusbar_buttons button:contains(Split)",
            run: "click",
        },
        {
            content: "both people are offered, half each",
            trigger: ".modal .o_data_row:nth-child(2):contains(550)",
        },
        {
            content: "by weights",
            trigger: ".modal .o_field_widget[name='method'] input",
            run: "click",
        },
        {
            content: "of ability",
            trigger: ".o_select_menu_item:contains(By weights)",
            run: "click",
        },
        {
            content: "one of the two has an ability of a half",
            trigger: ".modal .o_data_row:contains(733.33)",
        },
        {
            content: "edit the first weight",
            trigger: ".modal .o_data_row:first .o_data_cell[name='weight']",
            run: "click",
        },
        {
            content: "three to one",
            trigger: ".modal .o_data_row:first .o_field_widget[name='weight'] input",
            run: "edit 3 && press Tab",
        },
        {
            content: "what is left is for the other",
            trigger: ".modal .o_data_row:nth-child(2):contains(275)",
        },
        {
            content: "make the parts",
            trigger: ".modal button[name='action_split']",
            run: "click",
        },
        {
            content: "whole and parts are listed; open the whole",
            trigger: ".o_list_view .o_data_row:contains(Store) .o_data_cell[name='unit_name']",
            run: "click",
        },
        {
            content: "who leads the store cannot approve it, but submit",
            trigger: BUTTON("action_submit_parts"),
            run: "click",
        },
        {
            content: "it is submitted",
            trigger: STATE("Submitted"),
        },
        {
            content: "and there is no way to approve it",
            trigger: `.o_statusbar_buttons:not(:has(button[name='action_approve']))`,
        },
    ],
});

registry.category("web_tour.tours").add("crm_targets_target_approve_tour", {
    steps: () => [
        {
            content: "what waits for approval is listed without its parts",
            trigger: ".o_list_view .o_data_row:contains(Store) .o_data_cell[name='unit_name']",
            run: "click",
        },
        {
            content: "approve it with its parts",
            trigger: BUTTON("action_approve_parts"),
            run: "click",
        },
        {
            content: "it counts",
            trigger: STATE("Approved"),
        },
        {
            content: "lock it with its parts",
            trigger: BUTTON("action_lock_parts"),
            run: "click",
        },
        {
            content: "it is closed, and only an administrator can open it again",
            trigger: `${STATE("Locked")}`,
        },
        {
            content: "there is no button for that",
            trigger: ".o_form_view:not(:has(button:contains(Unlock)))",
        },
    ],
});
