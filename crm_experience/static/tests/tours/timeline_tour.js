import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const ENTRY = ".o_crm_experience_entry";

registry.category("web_tour.tours").add("crm_experience_timeline_log", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "open the sales pipeline",
            trigger: ".o_app[data-menu-xmlid='crm.crm_menu_root']",
            run: "click",
        },
        {
            content: "open the opportunity",
            trigger: ".o_kanban_record:contains(Fifty handsets)",
            run: "click",
        },
        {
            content: "open its timeline",
            trigger: ".o_notebook a[name='timeline']",
            run: "click",
        },
        {
            content: "what the customer did before is there",
            trigger: `${ENTRY}:contains(Asked for fifty handsets)`,
        },
        {
            content: "first tap: it was a call",
            trigger: ".o_crm_experience_channel:contains(Phone)",
            run: "click",
        },
        {
            content: "second tap: it went better than the customer expected",
            trigger: ".o_crm_experience_answer[title='Better than expected']",
            run: "click",
        },
        {
            content: "a short note",
            trigger: ".o_crm_experience_note input",
            run: "edit Wants them on Friday",
        },
        {
            content: "third tap: save",
            trigger: ".o_crm_experience_note button[type='submit']",
            run: "click",
        },
        {
            content: "the call stands on top of today, and the bar is ready for the next one",
            trigger: `.o_crm_experience_timeline:not(:has(.o_crm_experience_note)) .o_crm_experience_day:first ${ENTRY}:first:contains(Wants them on Friday):contains(+2.5)`,
        },
    ],
});

registry.category("web_tour.tours").add("crm_experience_timeline_read", {
    steps: () => [
        {
            content: "open the timeline of the company",
            trigger: ".o_notebook a[name='timeline']",
            run: "click",
        },
        {
            content: "a document that one may not read is no link",
            trigger: `${ENTRY}:contains(Wrote about the offer) div.o_crm_experience_title`,
        },
        {
            content: "the calls of its contact say whose they are",
            trigger: `${ENTRY}:contains(Call 44):contains(Ann Lee)`,
        },
        {
            content: "nobody else's contacts are there",
            trigger: `.o_crm_experience_timeline:not(:contains(Not of this company))`,
        },
        {
            content: "older contacts load as one scrolls",
            trigger: `${ENTRY}:contains(Call 20)`,
            run() {
                this.anchor.scrollIntoView();
            },
        },
        {
            content: "down to the beginning",
            trigger: `.o_crm_experience_timeline:has(.o_crm_experience_end) ${ENTRY}:contains(Where it began)`,
        },
        {
            content: "look for something",
            trigger: ".o_crm_experience_filters button:contains(Filter)",
            run: "click",
        },
        {
            content: "only what happened in the store",
            trigger: ".o_crm_experience_chip_group label:contains(Store)",
            run: "click",
        },
        {
            content: "that was one contact",
            trigger: `.o_crm_experience_timeline:not(:contains(Call)) ${ENTRY}:contains(Where it began)`,
        },
        {
            content: "show all again",
            trigger: ".o_crm_experience_filters button:contains(Show all)",
            run: "click",
        },
        {
            content: "and all is there",
            trigger: `${ENTRY}:contains(Call 44)`,
        },
    ],
});
