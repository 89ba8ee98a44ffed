import { NotebookDates } from "@crm_experience/notebook/notebook_dates";
import { NotebookPeople } from "@crm_experience/notebook/notebook_people";
import { NotebookSection } from "@crm_experience/notebook/notebook_section";
import { ICONS, showDate, sortSections } from "@crm_experience/notebook/notebook_words";

import { Component, onWillStart, useEffect, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";

/** The gravest come first; more than these would push everything else off the card. */
const ALERTS = 3;

/** What one has to know about a customer before a call, and how it is updated in three taps. */
export class Notebook extends Component {
    static template = "crm_experience.Notebook";
    static components = { NotebookDates, NotebookPeople, NotebookSection };
    static props = {
        partnerId: Number,
        leadId: [Number, { value: false }],
        close: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.pulse = useService("customer_pulse");
        this.requestCount = 0;
        this.icons = ICONS;
        this.showDate = showDate;
        for (const name of ["addFact", "setDone", "forget", "openFact", "openList", "reload"]) {
            this[name] = this[name].bind(this);
        }
        this.showPartner = this.showPartner.bind(this);
        this.state = useState({
            partnerId: this.props.partnerId,
            trail: [],
            data: false,
            openKind: false,
            areAlertsShown: false,
        });
        onWillStart(() => this.reload());
        useEffect(
            (partnerId) => this.pulse.subscribe(partnerId, () => this.reload()),
            () => [this.state.partnerId]
        );
    }

    /** Roles are about the deal as long as its customer, or their people, are on the card. */
    get leadId() {
        return this.state.trail.length ? false : this.props.leadId;
    }

    /**
     * Whoever waits for it goes on in any case; what is shown is what was asked for last. (With
     * KeepLast, a pulse that comes meanwhile would keep who has just written waiting for ever.)
     */
    async reload() {
        const request = ++this.requestCount;
        const data = await this.orm.call("crm.partner.fact", "get_notebook", [
            this.state.partnerId,
            this.leadId,
        ]);
        if (request === this.requestCount) {
            this.state.data = data;
        }
    }

    get alerts() {
        const { alerts } = this.state.data;
        return this.state.areAlertsShown ? alerts : alerts.slice(0, ALERTS);
    }

    get hiddenAlertCount() {
        return this.state.data.alerts.length - this.alerts.length;
    }

    get moreAlertsLabel() {
        return _t("and %(count)s more", { count: this.hiddenAlertCount });
    }

    get sections() {
        return sortSections(this.state.data.sections);
    }

    /** With something in it, or open to be filled. */
    get filledSections() {
        return this.sections.filter(
            ({ kind, facts }) => facts.length || kind === this.state.openKind
        );
    }

    /** One tap away, but no empty boxes to read through. */
    get emptySections() {
        return this.sections.filter(
            ({ kind, facts }) => !facts.length && kind !== this.state.openKind
        );
    }

    /** What was captured of the last contact, unless somebody has written down more since. */
    get lastTalk() {
        const { last_talk: talk, sections } = this.state.data;
        const [noted] = sections.find(({ kind }) => kind === "last_talk").facts;
        return talk && (!noted || talk.date.slice(0, 10) > noted.date) ? talk : false;
    }

    get isNothingKnown() {
        const { sections, dates, products } = this.state.data;
        const own = dates.filter(({ kind }) => kind !== "occasion");
        return ![...sections.flatMap(({ facts }) => facts), ...own, ...products].length;
    }

    // -------------------------------------------------------------------------
    // What the user does
    // -------------------------------------------------------------------------

    async showPartner(partnerId) {
        this.state.trail.push(this.state.partnerId);
        Object.assign(this.state, { partnerId, openKind: false, areAlertsShown: false });
        await this.reload();
    }

    async goBack() {
        Object.assign(this.state, { partnerId: this.state.trail.pop(), openKind: false });
        await this.reload();
    }

    toggleSection(kind) {
        this.state.openKind = this.state.openKind === kind ? false : kind;
    }

    async addFact(values) {
        const fact = await this.orm.call("crm.partner.fact", "add_fact", [
            this.state.partnerId,
            values,
        ]);
        await this.reload();
        const close = this.notification.add(_t("Noted: %(text)s", { text: fact.text }), {
            type: "success",
            buttons: [
                {
                    name: _t("Undo"),
                    onClick: async () => {
                        close();
                        await this.orm.write("crm.partner.fact", [fact.id], { active: false });
                        await this.reload();
                    },
                },
            ],
        });
    }

    async setDone(factId, isDone, outcome = "") {
        await this.orm.call("crm.partner.fact", "set_done", [factId, isDone, outcome]);
        await this.reload();
    }

    /** It is not true any more; it stays in the history. */
    async forget(factId) {
        await this.orm.write("crm.partner.fact", [factId], { active: false });
        await this.reload();
        const close = this.notification.add(_t("Moved to the history."), {
            buttons: [
                {
                    name: _t("Undo"),
                    onClick: async () => {
                        close();
                        await this.orm.write("crm.partner.fact", [factId], { active: true });
                        await this.reload();
                    },
                },
            ],
        });
    }

    openFact(factId) {
        this.openRecord("crm.partner.fact", factId);
    }

    openRecord(resModel, resId) {
        this.dialog.add(FormViewDialog, {
            resModel,
            resId,
            onRecordSaved: this.reload,
        });
    }

    /** All facts of a kind, or those that were replaced. */
    async openList(kind, isHistory) {
        this.props.close();
        await this.action.doAction({
            type: "ir.actions.act_window",
            name: this.state.data.partner.name,
            res_model: "crm.partner.fact",
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain: [
                ["partner_id", "=", this.state.partnerId],
                ["kind", "=", kind],
                ["active", "in", isHistory ? [false] : [true]],
            ],
        });
    }

    async openAlert({ action }) {
        if (action) {
            await this.openDocument(action);
        }
    }

    async openDocument({ model, id }) {
        this.props.close();
        await this.openForm(model, id);
    }

    async openCustomer() {
        this.props.close();
        await this.openForm("res.partner", this.state.partnerId);
    }

    openForm(resModel, resId) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: resModel,
            res_id: resId,
            views: [[false, "form"]],
        });
    }
}
