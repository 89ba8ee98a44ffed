import { ICONS, addDays, countDays, showDate, showDue } from "@crm_experience/notebook/notebook_words";

import { Component, useState } from "@odoo/owl";

import { useAutofocus } from "@web/core/utils/hooks";
import { uniqueId } from "@web/core/utils/functions";
import { _t } from "@web/core/l10n/translation";

const SOURCES = () => [
    ["customer", _t("Customer said so")],
    ["staff", _t("We observed it")],
    ["survey", _t("Survey")],
    ["document", _t("Document")],
    ["other", _t("Other")],
];

/** The facts of one kind: tap +, tap what fits, and it is written down. */
export class NotebookSection extends Component {
    static template = "crm_experience.NotebookSection";
    static props = {
        section: Object,
        today: String,
        isOpen: Boolean,
        canAdd: Boolean,
        onToggle: Function,
        addFact: Function,
        setDone: Function,
        forget: Function,
        openFact: Function,
        openList: Function,
    };

    setup() {
        this.icons = ICONS;
        this.showDate = showDate;
        this.uid = uniqueId("o_crm_experience_notebook_");
        // On a phone Odoo does not focus: the keyboard would cover what there is to tap.
        useAutofocus({ refName: "text" });
        this.state = useState({ ...this.emptyDraft, doneId: false, outcome: "", saving: false });
    }

    get emptyDraft() {
        const isPromise = this.props.section.kind === "promise";
        return {
            text: "",
            source: this.props.section.source,
            dateDue: isPromise ? addDays(this.props.today, 1) : "",
        };
    }

    get sources() {
        return SOURCES();
    }

    /** What is known already needs no second tap. */
    get suggestions() {
        const { section } = this.props;
        const known = section.is_task ? [] : section.facts.map(({ suggestion_id: id }) => id);
        return section.suggestions.filter(({ id }) => !known.includes(id));
    }

    get dueChoices() {
        const { today } = this.props;
        return [
            ["", _t("No day")],
            [today, _t("Today")],
            [addDays(today, 1), _t("Tomorrow")],
            [addDays(today, 7), _t("In a week")],
        ];
    }

    get toggleLabel() {
        return this.props.isOpen ? _t("Close") : _t("Add");
    }

    get earlierLabel() {
        return _t("%(count)s earlier", { count: this.props.section.history_count });
    }

    get allLabel() {
        return _t("All %(count)s", { count: this.props.section.count });
    }

    getDue(fact) {
        const days = countDays(fact.date_due, this.props.today);
        return { text: showDue(days), isLate: days < 0, isNear: days >= 0 && days <= 1 };
    }

    async save(values) {
        if (this.state.saving) {
            return;
        }
        this.state.saving = true;
        const { kind } = this.props.section;
        const { source, dateDue } = this.state;
        try {
            await this.props.addFact({
                kind,
                source,
                ...(dateDue ? { date_due: dateDue } : {}),
                ...values,
            });
        } finally {
            this.state.saving = false;
        }
        Object.assign(this.state, this.emptyDraft);
        this.props.onToggle();
    }

    saveText() {
        const text = this.state.text.trim();
        return text ? this.save({ text }) : undefined;
    }

    /** Done at once; what was done may be said after it. */
    async toggleDone(fact) {
        this.state.doneId = fact.is_done ? false : fact.id;
        this.state.outcome = "";
        await this.props.setDone(fact.id, !fact.is_done);
    }

    async saveOutcome() {
        const outcome = this.state.outcome.trim();
        const factId = this.state.doneId;
        this.state.doneId = false;
        if (outcome) {
            await this.props.setDone(factId, true, outcome);
        }
    }

    onKeydown(ev) {
        if (ev.key === "Escape" && this.props.isOpen) {
            ev.stopPropagation();
            this.props.onToggle();
        }
    }
}
