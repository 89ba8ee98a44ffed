import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("crm_targets_heat_map_tour", {
    steps: () => [
        {
            content: "the scorecard of the region stands in the heat map",
            trigger: "tbody th button:contains(Our region)",
        },
        {
            content: "its orders are green, with the figure",
            trigger: "td[data-kind=indicator] button[data-band=good]:contains(3 orders)",
        },
        {
            content: "sort by them",
            trigger: "th[data-code=test_orders] button",
            run: "click",
        },
        {
            content: "the order is told",
            trigger: "th[data-code=test_orders][aria-sort=ascending]",
        },
        {
            content: "open the wheel",
            trigger: "tbody th button:contains(Our region)",
            run: "click",
        },
        {
            content: "it is that of the region",
            trigger: ".o_crm_targets_wheel_header:contains(Our region)",
        },
    ],
});
