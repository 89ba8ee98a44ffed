import { registry } from "@web/core/registry";

const ORDERS = ".o_crm_targets_wheel_segment[data-code='test_orders']";
const WORDS = "The lift was broken until Thursday";

registry.category("web_tour.tours").add("crm_targets_comment_tour", {
    steps: () => [
        {
            content: "the orders are red",
            trigger: `${ORDERS}[data-band='poor'] .o_crm_targets_wheel_hit`,
            run: "click",
        },
        {
            content: "say why",
            trigger: ".o_crm_targets_wheel_words",
            run: `edit ${WORDS}`,
        },
        {
            content: "keep it",
            trigger: ".o_dialog button[type=submit]:enabled",
            run: "click",
        },
        {
            content: "it stands there with its author",
            trigger: `.o_dialog blockquote:contains(${WORDS}):contains(measure_manager)`,
        },
        {
            content: "close the dialog",
            trigger: ".o_dialog footer button:contains(Close)",
            run: "click",
        },
        {
            content: "the list shows that something was said",
            trigger: ".o_crm_targets_wheel_row[data-code='test_orders'] .fa-comment-o",
        },
        {
            content: "point at the orders",
            trigger: `${ORDERS} .o_crm_targets_wheel_hit`,
            run: "hover",
        },
        {
            content: "the card shows what",
            trigger: `.o_crm_targets_wheel_card blockquote:contains(${WORDS})`,
        },
    ],
});
