import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("crm_targets_indicator_tour", {
    steps: () => [
        {
            content: "name the new indicator",
            trigger: ".o_field_widget[name='name'] input",
            run: "edit Signed today",
        },
        {
            content: "give it a code",
            trigger: ".o_field_widget[name='code'] input",
            run: "edit tour_signed",
        },
        {
            content: "choose its perspective",
            trigger: ".o_field_widget[name='perspective_id'] input",
            run: "edit Finance",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Finance)",
            run: "click",
        },
        {
            content: "choose the records by their plain name",
            trigger: ".o_field_widget[name='model_choice'] input",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name='model_choice'] input",
            run: "fill Sales Order",
        },
        {
            trigger: ".o_select_menu_item:contains(/^Sales Order$/)",
            run: "click",
        },
        {
            content: "the fields that fit are filled in",
            trigger: ".o_field_widget[name='team_field']:contains(Sales Team)",
        },
        {
            content: "the definition is said in words",
            trigger: ".o_field_widget[name='how_computed']:contains(Counts the records of “Sales Order”.)",
        },
        {
            content: "by the order date rather than the day it was entered",
            trigger: ".o_field_widget[name='date_field'] .o_model_field_selector",
            run: "click",
        },
        {
            trigger: ".o_model_field_selector_popover .o_input[placeholder='Search...']",
            run: "edit Order Date",
        },
        {
            trigger:
                ".o_model_field_selector_popover_item[data-name='date_order'] .o_model_field_selector_popover_item_name",
            run: "click",
        },
        {
            content: "try it before it is saved",
            trigger: ".nav-link[name='trial']",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name='is_tried'] input",
            run: "click",
        },
        {
            content: "three orders of the company",
            trigger: ".o_crm_targets_trial tr:contains(Measured) td:nth-child(3):contains(3)",
        },
        {
            content: "and of the store",
            trigger: ".o_crm_targets_trial tr:contains(Store) td:nth-child(3):contains(3)",
        },
        {
            content: "go back to the definition",
            trigger: ".nav-link[name='definition']",
            run: "click",
        },
        {
            content: "a ratio without its parts",
            trigger: ".o_field_widget[name='source'] .o_radio_item:contains(Ratio) input",
            run: "click",
        },
        {
            trigger: ".nav-link[name='trial']",
            run: "click",
        },
        {
            content: "says what is missing",
            trigger: ".o_field_widget[name='trial'] .alert:contains(Choose the two indicators)",
        },
        {
            trigger: ".nav-link[name='definition']",
            run: "click",
        },
        {
            content: "back to the records",
            trigger: ".o_field_widget[name='source'] .o_radio_item:contains(Records) input",
            run: "click",
        },
        {
            content: "save it",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            trigger: ".o_form_saved",
        },
        {
            content: "measure it",
            trigger: "button[name='action_refresh']",
            run: "click",
        },
        {
            content: "it says so",
            trigger: ".o_field_widget[name='state']:contains(Measured)",
        },
    ],
});
