import { QuickLog } from "@crm_experience/quick_log/quick_log";
import { TimelineDay } from "@crm_experience/timeline/timeline_day";
import { TimelineHeader } from "@crm_experience/timeline/timeline_header";
import {
    groupByDay,
    mergeItems,
    prepareItem,
    refreshItems,
} from "@crm_experience/timeline/timeline_items";

import { useVisible } from "@mail/utils/common/hooks";

import { Component, markRaw, useEffect, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { uniqueId } from "@web/core/utils/functions";
import { useBus, useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const PAGE_SIZE = 40;
/** What every customer is opened with: nothing is hidden that one has not chosen to hide here. */
const noFilter = () => ({ purpose: "", channelIds: [], stageIds: [] });

/** Errors whose message is a sentence for the user. */
const USER_ERRORS = [
    "odoo.exceptions.AccessError",
    "odoo.exceptions.MissingError",
    "odoo.exceptions.UserError",
    "odoo.exceptions.ValidationError",
];

function isUserError(error) {
    return error instanceof RPCError && USER_ERRORS.includes(error.exceptionName);
}

/**
 * Every contact with a customer, newest first, by day: `<widget name="crm_experience_timeline"/>`
 * on the form of a partner, a lead or an order. Older contacts load as one scrolls.
 */
export class Timeline extends Component {
    static template = "crm_experience.Timeline";
    static components = { QuickLog, TimelineDay, TimelineHeader };
    static props = { ...standardWidgetProps, locked: { type: Boolean, optional: true } };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.keepLast = new KeepLast();
        this.uid = uniqueId("o_crm_experience_timeline_");
        this.openDocument = this.openDocument.bind(this);
        this.openPartner = this.openPartner.bind(this);
        this.openRecord = this.openRecord.bind(this);
        this.loggedId = false;
        this.state = useState({
            status: "loading",
            error: "",
            items: markRaw([]),
            days: markRaw([]),
            hasMore: false,
            next: "",
            loadingMore: false,
            loadMoreError: "",
            channels: [],
            stages: [],
            canLog: false,
            header: markRaw([]),
            company: false,
            people: markRaw([]),
            peopleCount: 0,
            ...noFilter(),
            showFilters: false,
            announcement: "",
        });
        // The marked element is a new one after each page, so it reports again if it is in sight.
        // A failed page waits for the button: it must not be asked for again and again.
        useVisible("more", (isVisible) => {
            if (isVisible && !this.state.loadMoreError) {
                this.loadMore();
            }
        });
        useEffect(
            () => {
                Object.assign(this.state, noFilter());
                this.load();
            },
            () => [this.record.resModel, this.record.resId]
        );
        // What happens elsewhere, on the customer's own page as well, shows without a reload.
        const pulse = useService("customer_pulse");
        useEffect(
            (partnerId) => pulse.subscribe(partnerId, () => this.refresh()),
            () => [this.partnerId]
        );
        // Odoo's chatter is told in the same way that the document has been saved: what was
        // captured by that shows at once.
        useBus(this.env.bus, "MAIL:RELOAD-THREAD", ({ detail }) => {
            if (detail.model === this.record.resModel && detail.id === this.record.resId) {
                this.refresh();
            }
        });
    }

    get record() {
        return this.props.record;
    }

    /** Id of the customer; false on a lead that has none yet. */
    get partnerId() {
        const { resModel, resId, data } = this.record;
        return resModel === "res.partner" ? resId : (data.partner_id && data.partner_id.id) || false;
    }

    /** Stage of the latest contact that has one, of those that are shown. */
    get lastStageId() {
        return this.state.items.find((item) => item.stage)?.stage.id || false;
    }

    get hasFilter() {
        const { channelIds, stageIds, purpose } = this.state;
        return channelIds.length > 0 || stageIds.length > 0 || purpose !== "";
    }

    get hasDetailedFilter() {
        return this.state.channelIds.length > 0 || this.state.stageIds.length > 0;
    }

    get purposes() {
        return [
            { value: "", label: _t("All") },
            { value: "sale", label: _t("Sale") },
            { value: "service", label: _t("Service") },
            { value: "care", label: _t("Care") },
        ];
    }

    get filterGroups() {
        return [
            { field: "channelIds", label: _t("Channel"), options: this.state.channels },
            { field: "stageIds", label: _t("Journey stage"), options: this.state.stages },
        ];
    }

    get activeFilters() {
        return this.filterGroups.flatMap(({ field, options }) =>
            options
                .filter((option) => this.state[field].includes(option.id))
                .map((option) => ({ field, ...option }))
        );
    }

    // -------------------------------------------------------------------------
    // Loading
    // -------------------------------------------------------------------------

    async fetchPage(before = "") {
        const page = await this.keepLast.add(
            this.orm.call("crm.touchpoint", "get_timeline", [
                this.record.resModel,
                this.record.resId,
                PAGE_SIZE,
                before,
                [...this.state.channelIds],
                [...this.state.stageIds],
                this.state.purpose,
            ])
        );
        return { ...page, items: page.items.map((item) => this.prepareItem(item)) };
    }

    prepareItem(item) {
        return markRaw({ ...prepareItem(item), isNew: item.id === this.loggedId });
    }

    /** Reads the newest page in place of what is shown. */
    async load() {
        Object.assign(this.state, { loadingMore: false, loadMoreError: "" });
        if (!this.record.resId) {
            this.state.status = "unsaved";
            return;
        }
        this.state.status = "loading";
        let page;
        try {
            page = await this.fetchPage();
        } catch (error) {
            this.state.status = "error";
            this.state.error = isUserError(error) ? error.data.message : "";
            if (isUserError(error)) {
                return;
            }
            throw error;
        }
        this.setPage(page, page.items);
        this.setFirst(page);
        this.state.status = "ready";
        this.announce();
    }

    /** Reads the newest page again without disturbing who is reading further down. */
    async refresh() {
        if (this.state.status !== "ready") {
            return this.load();
        }
        let page;
        try {
            page = await this.fetchPage();
        } finally {
            this.state.loadingMore = false;
        }
        const { items, joined } = refreshItems(this.state.items, page.items);
        const { hasMore, next } = this.state;
        this.setPage(page, items);
        this.setFirst(page);
        if (joined) {
            Object.assign(this.state, { hasMore, next });
        }
    }

    async loadMore() {
        if (this.state.loadingMore || !this.state.hasMore || this.state.status !== "ready") {
            return;
        }
        this.state.loadingMore = true;
        this.state.loadMoreError = "";
        let page;
        try {
            page = await this.fetchPage(this.state.next);
        } catch (error) {
            this.state.loadingMore = false;
            this.state.loadMoreError = isUserError(error)
                ? error.data.message
                : _t("Older contacts could not be loaded.");
            if (isUserError(error)) {
                return;
            }
            throw error;
        }
        this.state.loadingMore = false;
        this.setPage(page, mergeItems(this.state.items, page.items));
        this.announce();
    }

    setItems(items) {
        this.state.items = markRaw(items);
        this.state.days = markRaw(groupByDay(items, this.state.days).map(markRaw));
    }

    setPage(page, items) {
        this.setItems(items);
        Object.assign(this.state, {
            hasMore: page.has_more,
            next: page.next || "",
            channels: page.channels,
            stages: page.stages,
            canLog: page.can_log,
        });
    }

    /** What only the first page says. */
    setFirst(page) {
        Object.assign(this.state, {
            header: markRaw(page.header || []),
            company: page.company || false,
            people: markRaw(page.people || []),
            peopleCount: page.people_count || 0,
        });
    }

    announce() {
        const count = this.state.items.length;
        this.state.announcement = count
            ? _t("%(count)s contacts shown", { count })
            : _t("No contact to show");
    }

    // -------------------------------------------------------------------------
    // What the user does
    // -------------------------------------------------------------------------

    toggleFilter(field, id) {
        const ids = this.state[field];
        this.state[field] = ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id];
        return this.load();
    }

    clearFilters() {
        Object.assign(this.state, noFilter());
        return this.load();
    }

    setPurpose(purpose) {
        this.state.purpose = purpose;
        return this.load();
    }

    async onLogged(item) {
        this.loggedId = item.id;
        if (this.hasDetailedFilter || ![item.purpose, ""].includes(this.state.purpose)) {
            // the new contact must be seen, whatever was looked for before
            Object.assign(this.state, noFilter());
            this.load();
        } else {
            this.setItems(mergeItems(this.state.items, [this.prepareItem(item)]));
        }
        this.state.announcement = _t("The contact has been logged");
        if (!(await this.record.isDirty())) {
            await this.record.load(); // for the counter in the button box
        }
    }

    /** A contact was taken back, or has a note now. */
    onChanged() {
        this.load();
    }

    openDocument({ document }) {
        return this.openRecord(document);
    }

    /** Goes from a person to the company and back, from timeline to timeline. */
    async openPartner({ id }) {
        await this.openRecord({ model: "res.partner", id });
        document.querySelector(".o_form_view .o_notebook a[name='timeline']")?.click();
    }

    async openRecord({ model, id }) {
        try {
            await this.orm.read(model, [id], ["display_name"]);
        } catch (error) {
            if (!isUserError(error)) {
                throw error;
            }
            const message =
                error.exceptionName === "odoo.exceptions.MissingError"
                    ? _t("This document no longer exists.")
                    : _t("You are not allowed to open this document.");
            this.notification.add(message, { type: "warning" });
            return;
        }
        // straight from the environment: what follows happens when this component is gone
        await this.env.services.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }
}

registry.category("view_widgets").add("crm_experience_timeline", {
    component: Timeline,
    // Whoever may not edit the customer may still log a contact: only what the view says counts.
    extractProps: (widgetInfo, { readonly }) => ({ locked: Boolean(readonly) }),
});
