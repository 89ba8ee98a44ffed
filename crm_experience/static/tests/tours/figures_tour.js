import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("crm_experience_figures", {
    steps: () => [
        {
            content: "the net promoter score of all answers stands first",
            trigger: ".o_crm_experience_figures_total:contains(27)",
        },
        {
            content: "a store with enough answers has a figure",
            trigger: "tr:contains(Harbour) td:contains(40)",
        },
        {
            content: "so has another",
            trigger: "tr:contains(Market) button",
        },
        {
            content: "one with too few has none, and hides no other",
            trigger: "tr:contains(Too few answers) td:contains(One line with fewer than 5 answers)",
        },
        {
            content: "over time there is a line",
            trigger: ".o_crm_experience_trend .o_crm_experience_trend_point",
        },
        {
            content: "compare by month",
            trigger: ".o_crm_experience_figures_group",
            run: "select month",
        },
        {
            content: "the months are there",
            trigger: ".o_crm_experience_figures_table tbody tr[data-key]",
        },
        {
            content: "take a longer time",
            trigger: ".o_crm_experience_figures_period",
            run: "select 36",
        },
        {
            content: "the figure is still there",
            trigger: ".o_crm_experience_figures_total:contains(27)",
        },
        {
            content: "read what was said",
            trigger: ".o_crm_experience_figures_comments",
            run: "click",
        },
        {
            content: "there are too few comments",
            trigger: "section:contains(Comments are shown from 10 on)",
        },
        {
            content: "look at satisfaction",
            trigger: "[data-metric=csat]",
            run: "click",
        },
        {
            content: "nobody was asked, and what to do is said",
            trigger: ".o_nocontent_help:contains(No answers yet)",
        },
        {
            content: "back to recommendation",
            trigger: "[data-metric=nps]",
            run: "click",
        },
        {
            content: "by store again",
            trigger: ".o_crm_experience_figures_group",
            run: "select team",
        },
        {
            content: "open the answers of the store",
            trigger: "tr:contains(Harbour) button",
            run: "click",
        },
        {
            content: "they are listed",
            trigger: ".o_list_view .o_data_row",
        },
        {
            content: "and the way back leads to the figures",
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item a",
            run: "click",
        },
        {
            content: "as they were left",
            trigger: "tr:contains(Harbour) td:contains(40)",
        },
    ],
});

registry.category("web_tour.tours").add("crm_experience_key_experiences", {
    steps: () => [
        {
            content: "no run yet: run the analysis",
            trigger: ".o_nocontent_help button:contains(Run it)",
            run: "click",
        },
        {
            content: "service is in the picture",
            trigger: ".o_crm_experience_key_picture .o_crm_experience_key_point:contains(Service)",
        },
        {
            content: "with all four quadrants",
            trigger: ".o_crm_experience_key_picture:has([data-quadrant=improve]):has([data-quadrant=keep]):has([data-quadrant=low]):has([data-quadrant=overkill])",
        },
        {
            content: "its effect is said in a sentence with its interval",
            trigger: "section[aria-label=Ranked] li:contains(points of recommendation (95 %):contains(in everybody)",
        },
        {
            content: "what is not significant is not ranked",
            trigger: "section[aria-label='Not ranked'] li:contains(Price):contains(no effect shown)",
        },
        {
            content: "a point leads to its sentence",
            trigger: ".o_crm_experience_key_point circle",
            run: "click",
        },
        {
            content: "which is marked",
            trigger: ".o_crm_experience_key_selected:contains(Service)",
        },
        {
            content: "look at another segment",
            trigger: ".o_crm_experience_key_analysis",
            run: "selectByLabel nobody",
        },
        {
            content: "of which there is no run",
            trigger: ".o_nocontent_help button:contains(Run it)",
            run: "click",
        },
        {
            content: "and nothing to learn from, which is said",
            trigger: ".alert-warning:contains(No dimension has enough answers)",
        },
        {
            content: "back to the first",
            trigger: ".o_crm_experience_key_analysis",
            run: "selectByLabel everybody",
        },
        {
            content: "mark the point again",
            trigger: ".o_crm_experience_key_point circle",
            run: "click",
        },
        {
            content: "open the answers",
            trigger: ".o_crm_experience_key_selected button:contains(Answers of)",
            run: "click",
        },
        {
            content: "they are listed",
            trigger: ".o_list_view .o_data_row",
        },
    ],
});
