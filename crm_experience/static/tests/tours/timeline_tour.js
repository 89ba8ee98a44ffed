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
            content: "second tap: they are choosing",
            trigger: ".o_crm_experience_stages button:contains(Choose)",
            run: "click",
        },
        {
            content: "third tap: it went better than the customer expected",
            trigger: ".o_crm_experience_answer[title='Better than expected']",
            run: "click",
        },
        {
            content: "the call stands on top of today",
            trigger: `.o_crm_experience_day:first ${ENTRY}:first:contains(Phone):contains(+2.5)`,
        },
        {
            content: "a short note",
            trigger: ".o_crm_experience_note input",
            run: "edit Wants them on Friday",
        },
        {
            content: "that stays",
            trigger: ".o_crm_experience_note button[type='submit']",
            run: "click",
        },
        {
            content: "and the bar is ready for the next one",
            trigger: `.o_crm_experience_timeline:not(:has(.o_crm_experience_note)) .o_crm_experience_day:first ${ENTRY}:first:contains(Wants them on Friday)`,
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
            content: "the people of the company are a tap away",
            trigger: ".o_crm_experience_people button:contains(Ann Lee)",
            run: "click",
        },
        {
            content: "and their company is one back",
            trigger: ".o_crm_experience_people button:contains(All contacts with Timeline Trading)",
            run: "click",
        },
        {
            content: "the company again",
            trigger: ".o_crm_experience_people button:contains(Ann Lee)",
        },
        {
            content: "only service",
            trigger: ".o_crm_experience_filters label:contains(Care)",
            run: "click",
        },
        {
            content: "that was one contact",
            trigger: `.o_crm_experience_timeline:not(:contains(Call 44)) ${ENTRY}:contains(Where it began)`,
        },
        {
            content: "all of them",
            trigger: ".o_crm_experience_filters label:contains(All)",
            run: "click",
        },
        {
            content: "they are back",
            trigger: `${ENTRY}:contains(Call 44)`,
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

registry.category("web_tour.tours").add("crm_experience_quick_log_phone", {
    steps: () => [
        {
            content: "on the card of a customer",
            trigger: ".o_kanban_record:contains(Ann Lee) .o_crm_experience_log_button",
            run: "click",
        },
        {
            content: "the dialog fills the small screen, nothing has to be scrolled sideways",
            trigger: ".modal.o_modal_full .o_crm_experience_log_dialog",
            run() {
                const { scrollWidth, clientWidth } = document.querySelector(".modal-body");
                if (scrollWidth > clientWidth) {
                    throw new Error(`The dialog is ${scrollWidth} px wide on ${clientWidth}.`);
                }
                for (const button of document.querySelectorAll(".modal-body button")) {
                    const { width, height } = button.getBoundingClientRect();
                    if (Math.min(width, height) < 44) {
                        throw new Error(`${button.textContent} is hard to hit with a thumb.`);
                    }
                }
            },
        },
        {
            content: "first tap: in the store",
            trigger: ".modal .o_crm_experience_channel:contains(Store)",
            run: "click",
        },
        {
            content: "second tap: they bought",
            trigger: ".modal .o_crm_experience_stages button:contains(Buy)",
            run: "click",
        },
        {
            content: "third tap: much better than expected",
            trigger: ".modal .o_crm_experience_answer_5",
            run: "click",
        },
        {
            content: "that was it; a note may follow",
            trigger: "body:not(:has(.modal)) .o_notification button:contains(Add a Note)",
            run: "click",
        },
        {
            content: "a few words",
            trigger: ".modal textarea",
            run: "edit Took the red one",
        },
        {
            content: "save them",
            trigger: ".modal .btn-primary:contains(Save)",
            run: "click",
        },
        {
            content: "once more, on the wrong card",
            trigger: "body:not(:has(.modal)) .o_kanban_record:contains(Ann Lee) .o_crm_experience_log_button",
            run: "click",
        },
        {
            trigger: ".modal .o_crm_experience_channel:contains(Phone)",
            run: "click",
        },
        {
            trigger: ".modal .o_crm_experience_stages button:contains(None of these)",
            run: "click",
        },
        {
            trigger: ".modal .o_crm_experience_unrated",
            run: "click",
        },
        {
            content: "and taken back",
            trigger: ".o_notification button:contains(Undo)",
            run: "click",
        },
        {
            content: "it is gone",
            trigger: ".o_notification:contains(Taken back)",
        },
        {
            content: "on the form it is as near: open the customer",
            trigger: "body:not(:has(.modal)) .o_kanban_record:contains(Ann Lee)",
            run: "click",
        },
        {
            content: "no need to look for the timeline",
            trigger: ".o_form_view .o_crm_experience_log_button:contains(Log a Contact)",
            run: "click",
        },
        {
            content: "the same three taps",
            trigger: ".modal .o_crm_experience_log_dialog",
        },
    ],
});
