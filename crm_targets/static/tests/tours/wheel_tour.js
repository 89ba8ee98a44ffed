import { registry } from "@web/core/registry";

const ORDERS = ".o_crm_targets_wheel_segment[data-code='test_orders']";

registry.category("web_tour.tours").add("crm_targets_wheel_tour", {
    steps: () => [
        {
            content: "the wheel of the region stands there with its score",
            trigger: ".o_crm_targets_wheel_hub text:contains(6.6)",
        },
        {
            content: "what was not measured is no zero",
            trigger: ".o_crm_targets_wheel_segment[data-code='test_ideas'][data-band='none']",
        },
        {
            content: "choose what to compare with",
            trigger: ".o_crm_targets_wheel_compare",
            run: "click",
        },
        {
            content: "compare with the period before",
            trigger: ".o-dropdown--menu [data-compare='previous']",
            run: "click",
        },
        {
            content: "a mark stands where the orders ended then",
            trigger: `${ORDERS} .o_crm_targets_wheel_ghost`,
        },
        {
            content: "and the list tells the difference",
            trigger: ".o_crm_targets_wheel_row[data-code='test_orders']:contains(+200%)",
        },
        {
            content: "point at the orders",
            trigger: `${ORDERS} .o_crm_targets_wheel_hit`,
            run: "hover",
        },
        {
            content: "the card tells value, target and what is compared with",
            trigger:
                ".o_crm_targets_wheel_card:contains(3 orders):contains(Target) .o_crm_targets_wheel_compared:contains(1 orders)",
        },
        {
            content: "open all about the orders",
            trigger: `${ORDERS} .o_crm_targets_wheel_hit`,
            run: "click",
        },
        {
            content: "with a longer trend",
            trigger: ".o_dialog button:contains(52 weeks)",
            run: "click",
        },
        {
            content: "the trend is drawn",
            trigger: ".o_dialog .o_crm_targets_wheel_trend_chart svg",
        },
        {
            content: "open the records behind the orders",
            trigger: ".o_crm_targets_wheel_records",
            run: "click",
        },
        {
            content: "one order is not for the manager's eyes, and the wheel says so",
            trigger: ".o_notification:contains(You may see 2 of 3 records.)",
        },
        {
            content: "the other two are listed",
            trigger: ".o_list_view .o_data_row:nth-child(2)",
        },
        {
            content: "go back to the wheel",
            trigger: ".o_back_button",
            run: "click",
        },
        {
            content: "it still compares",
            trigger: `${ORDERS} .o_crm_targets_wheel_ghost`,
        },
        {
            content: "step to the year before",
            trigger: ".o_crm_targets_wheel_day input",
            run: "edit 01/15/2020 && press Enter",
        },
        {
            content: "where nothing was measured, it says so",
            trigger: ".o_crm_targets_wheel_hint:contains(Nothing was measured)",
        },
        {
            content: "come back to today",
            trigger: ".o_crm_targets_wheel_controls button:contains(Today)",
            run: "click",
        },
        {
            content: "and the score is there again",
            trigger: ".o_crm_targets_wheel_hub text:contains(6.6)",
        },
    ],
});
