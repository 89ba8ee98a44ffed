import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("crm_loyalty_tier_tour", {
    steps: () => [
        {
            content: "The customer on the quotation is Silver",
            trigger: ".o_form_view .o_field_widget[name=loyalty_tier_id] .badge:contains(Silver)",
        },
        {
            content: "Confirm the quotation",
            trigger: ".o_statusbar_buttons button[name=action_confirm]:visible",
            run: "click",
        },
        {
            content: "It is an order now",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Sales Order)",
        },
        {
            content: "The customer has risen to Gold",
            trigger: ".o_form_view .o_field_widget[name=loyalty_tier_id] .badge:contains(Gold)",
        },
        {
            content: "Open the members",
            trigger: ".o_navbar_apps_menu button",
            run: "click",
        },
        {
            trigger: ".o_app[data-menu-xmlid='crm_loyalty.crm_loyalty_menu_root']",
            run: "click",
        },
        {
            content: "The member's card shows the new tier",
            trigger: ".o_kanban_record:contains(Tour Customer) .badge:contains(Gold)",
        },
        {
            content: "And opens with the way to the next one",
            trigger: ".o_kanban_record:contains(Tour Customer)",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=next_tier_id]:contains(Platinum)",
        },
        {
            content: "The ledger tells where the points came from",
            trigger: ".o_notebook_headers a[name=ledger]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=entry_ids] .o_data_row:contains(Earned)",
        },
        {
            content: "And the history why the tier rose",
            trigger: ".o_notebook_headers a[name=tier_moves]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=tier_move_ids] .o_data_row:contains(300 needed)",
        },
    ],
});
