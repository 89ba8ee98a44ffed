import { registry } from "@web/core/registry";

const BOX = (kind) => `.o_crm_experience_notebook_box[data-kind='${kind}']`;

/** On a phone: opened before a call, updated in three taps. */
registry.category("web_tour.tours").add("crm_experience_notebook", {
    steps: () => [
        {
            content: "first tap: open the notebook",
            trigger: ".o_form_sheet button[name='action_open_notebook']:visible",
            run: "click",
        },
        {
            content: "what is promised, and late, is on the card",
            trigger: `${BOX("promise")}:contains(Send the offer) .text-bg-danger`,
        },
        {
            content: "so is the open case",
            trigger: ".o_crm_experience_notebook_alerts:contains(Screen flickers)",
        },
        {
            content: "and the last contact",
            trigger: ".o_crm_experience_notebook_box:contains(Asked for a red one)",
        },
        {
            content: "second tap: a section that is still empty",
            trigger: ".o_crm_experience_notebook_empty button[data-kind='dislikes']",
            run: "click",
        },
        {
            content: "third tap: what fits",
            trigger: `${BOX("dislikes")} .o_crm_experience_notebook_chip:contains(Waiting)`,
            run: "click",
        },
        {
            content: "it is written down, with source, date and author",
            trigger: `${BOX("dislikes")}:not(:has(form)) .o_crm_experience_notebook_fact:contains(Waiting):contains(We observed it)`,
        },
        {
            content: "in words of one's own",
            trigger: `${BOX("dislikes")} .o_crm_experience_notebook_add`,
            run: "click",
        },
        {
            content: "what is known is not suggested again",
            trigger: `${BOX("dislikes")} form:not(:contains(Waiting))`,
        },
        {
            content: "write",
            trigger: `${BOX("dislikes")} form input[type='text']`,
            run: "edit Being called at lunch",
        },
        {
            content: "save",
            trigger: `${BOX("dislikes")} form button[type='submit']`,
            run: "click",
        },
        {
            content: "both are there",
            trigger: `${BOX("dislikes")}:contains(Waiting):contains(Being called at lunch)`,
        },
        {
            content: "the promise is kept",
            trigger: `${BOX("promise")} .form-check-input:not(:checked)`,
            run: "click",
        },
        {
            content: "say what was done",
            trigger: `${BOX("promise")} .o_crm_experience_notebook_done form input`,
            run: "edit Sent by mail",
        },
        {
            content: "save what was done",
            trigger: `${BOX("promise")} .o_crm_experience_notebook_done form button`,
            run: "click",
        },
        {
            content: "it stands under the promise",
            trigger: `${BOX("promise")} .o_crm_experience_notebook_done:not(:has(form)):contains(Sent by mail)`,
        },
        {
            content: "note the birthday",
            trigger: `${BOX("dates")} .o_crm_experience_notebook_add`,
            run: "click",
        },
        {
            content: "of the lunar calendar",
            trigger: `${BOX("dates")} form label:contains(Lunar) input`,
            run: "click",
        },
        {
            content: "save the birthday",
            trigger: `${BOX("dates")} form button[type='submit']`,
            run: "click",
        },
        {
            content: "it is the next New Year's Day of that calendar",
            trigger: `${BOX("dates")}:not(:has(form)):contains(Birthday):contains(Lunar)`,
        },
        {
            content: "on to the company",
            trigger: ".o_crm_experience_notebook_head button:contains(Notebook Trading)",
            run: "click",
        },
        {
            content: "open the roles of the person there",
            trigger: `.o_crm_experience_notebook_head:contains(Notebook Trading) ~ * ${BOX("people")} .o_crm_experience_notebook_person:contains(Ann Lee) .o_crm_experience_notebook_add`,
            run: "click",
        },
        {
            content: "she decides",
            trigger: `${BOX("people")} .o_crm_experience_notebook_chips button:contains(Decides)`,
            run: "click",
        },
        {
            content: "it is said beside her name",
            trigger: `${BOX("people")} .o_crm_experience_notebook_person:contains(Ann Lee) .badge:contains(Decides)`,
        },
        {
            content: "and back to her",
            trigger: ".o_crm_experience_notebook_head button[aria-label='Back']",
            run: "click",
        },
        {
            content: "her card is as it was left",
            trigger: `.o_crm_experience_notebook_head:contains(Ann Lee) ~ * ${BOX("dislikes")}:contains(Being called at lunch)`,
        },
    ],
});
