import { Component, useState, onMounted, onWillUnmount } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const CLASSES = {
    fine: "text-bg-success",
    pressing: "text-bg-warning",
    late: "text-bg-danger",
    paused: "text-bg-secondary",
    done: "text-bg-light",
};
const MINUTE = 60_000;

/** How much time is left for a case, by the clock: a colour, and words for who cannot see it. */
export class TimeLeftField extends Component {
    static template = "crm_experience.TimeLeftField";
    static props = { ...standardFieldProps };

    setup() {
        this.clock = useState({ now: Date.now() });
        onMounted(() => {
            this.timer = browser.setInterval(() => {
                this.clock.now = Date.now();
            }, MINUTE);
        });
        onWillUnmount(() => browser.clearInterval(this.timer));
    }

    get deadline() {
        return this.props.record.data.date_deadline;
    }

    get status() {
        const status = this.props.record.data[this.props.name];
        const isDue = this.deadline && this.deadline.toMillis() <= this.clock.now;
        return isDue && ["fine", "pressing"].includes(status) ? "late" : status;
    }

    get className() {
        return CLASSES[this.status] || "";
    }

    get title() {
        return this.deadline ? formatDateTime(this.deadline) : "";
    }

    get text() {
        const status = this.status;
        if (status === "paused") {
            return _t("waiting");
        }
        if (!this.deadline || status === "done" || !status) {
            return "";
        }
        const left = this.deadline.diff(luxon.DateTime.fromMillis(this.clock.now));
        const minutes = Math.round(Math.abs(left.toMillis()) / MINUTE);
        const span = this.formatSpan(minutes);
        return status === "late" ? _t("%s late", span) : _t("%s left", span);
    }

    formatSpan(minutes) {
        if (minutes < 60) {
            return _t("%s min", minutes);
        }
        if (minutes < 48 * 60) {
            return _t("%s h", Math.floor(minutes / 60));
        }
        return _t("%s days", Math.floor(minutes / 1440));
    }
}

export const timeLeftField = {
    component: TimeLeftField,
    supportedTypes: ["selection"],
    fieldDependencies: [{ name: "date_deadline", type: "datetime" }],
};

registry.category("fields").add("crm_experience_time_left", timeLeftField);
