import { ICONS, showDate, showDays, showDue } from "@crm_experience/notebook/notebook_words";

import { Component, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

/** The days of the year that come next, and how one more is noted. */
export class NotebookDates extends Component {
    static template = "crm_experience.NotebookDates";
    static props = {
        partner: Object,
        dates: Array,
        canAdd: Boolean,
        reload: Function,
        openRecord: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.icons = ICONS;
        this.showDate = showDate;
        this.state = useState({ isOpen: false, saving: false, ...this.emptyDraft });
    }

    get emptyDraft() {
        return {
            kind: this.props.partner.is_company ? "anniversary" : "birthday",
            name: "",
            calendar: "gregorian",
            month: 1,
            day: 1,
            year: "",
            isLeapMonth: false,
        };
    }

    get kinds() {
        return [
            ["birthday", _t("Birthday")],
            ["anniversary", _t("Anniversary")],
            ["other", _t("Other")],
        ];
    }

    get toggleLabel() {
        return this.state.isOpen ? _t("Close") : _t("Add");
    }

    /** By name, in the language of the user; lunar ones by number. */
    get months() {
        const isLunar = this.state.calendar === "lunar";
        return luxon.Info.months("long").map((name, index) => [
            index + 1,
            isLunar ? index + 1 : name,
        ]);
    }

    get days() {
        const last = this.state.calendar === "lunar" ? 30 : 31;
        return Array.from({ length: last }, (_item, index) => index + 1);
    }

    /** What is planned and not done is late; a day of the year is over or to come. */
    getDays({ kind, days }) {
        return kind === "activity" ? showDue(days) : showDays(days);
    }

    getColor({ kind, days }) {
        if (kind === "activity" && days < 0) {
            return "text-bg-danger";
        }
        return days <= 7 ? "text-bg-warning" : "text-bg-secondary";
    }

    getYears({ kind, years }) {
        if (!years) {
            return "";
        }
        return kind === "birthday" ? _t("turns %(years)s", { years }) : _t("%(years)s years", { years });
    }

    get canSave() {
        return !this.state.saving && (this.state.kind !== "other" || this.state.name.trim());
    }

    async save() {
        if (!this.canSave) {
            return;
        }
        this.state.saving = true;
        const { kind, name, calendar, month, day, year, isLeapMonth } = this.state;
        try {
            await this.orm.call("crm.partner.date", "add_date", [
                this.props.partner.id,
                {
                    kind,
                    calendar,
                    month: Number(month),
                    day: Number(day),
                    is_leap_month: calendar === "lunar" && isLeapMonth,
                    ...(name.trim() ? { name: name.trim() } : {}),
                    ...(Number(year) ? { year: Number(year) } : {}),
                },
            ]);
        } finally {
            this.state.saving = false;
        }
        Object.assign(this.state, this.emptyDraft, { isOpen: false });
        await this.props.reload();
    }

    open(date) {
        this.props.openRecord(date.model, date.id);
    }
}
