import { Component, onWillDestroy, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { deserializeDate, deserializeDateTime, formatDate } from "@web/core/l10n/dates";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const NOTHING = { partner_id: false, count: 0, can_open: false, cases: [] };

/**
 * What is open for the customer on screen, with its solution or why there is none yet. It reads
 * again when somebody, anywhere, changes a case of the customer: no reload, no unsaved work lost.
 */
export class CaseBanner extends Component {
    static template = "crm_experience.CaseBanner";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.pulse = useService("customer_pulse");
        this.keepLast = new KeepLast();
        this.state = useState({ ...NOTHING });
        this.stop = () => {};
        this.listensTo = false;
        onWillStart(() => {
            // the form does not wait for it
            this.load(this.getSubject(this.props));
        });
        onWillUpdateProps((next) => {
            const subject = this.getSubject(next);
            if (subject.key !== this.key) {
                this.load(subject);
            }
        });
        onWillDestroy(() => this.stop());
    }

    /** The saved record, or the customer who was just chosen for one. */
    getSubject({ record }) {
        const partner = record.resModel === "res.partner" ? record.resId : record.data.partner_id;
        const partnerId = (partner && (partner.id ?? partner)) || false;
        const isPartner = record.resModel === "res.partner" || record.resModel === "sale.order";
        const model = isPartner || !record.resId ? "res.partner" : record.resModel;
        const id = model === "res.partner" ? partnerId : record.resId;
        return { model, id, partnerId, key: `${model},${id},${partnerId}` };
    }

    async load(subject) {
        this.key = subject.key;
        if (!subject.id) {
            this.listen(false);
            Object.assign(this.state, NOTHING);
            return;
        }
        this.listen(subject.partnerId);
        try {
            const answer = await this.keepLast.add(
                this.orm.silent.call("crm.case", "get_open_cases", [subject.model, subject.id])
            );
            Object.assign(this.state, answer);
        } catch (error) {
            // Without a connection the pulse of the reconnection reads again.
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
        }
    }

    listen(partnerId) {
        if (partnerId === this.listensTo) {
            return;
        }
        this.stop();
        this.listensTo = partnerId;
        this.stop = this.pulse.subscribe(partnerId, ({ kind }) => {
            if (["case", "reconnect"].includes(kind)) {
                this.load(this.getSubject(this.props));
            }
        });
    }

    get level() {
        const levels = this.state.cases.map((item) => item.level);
        return ["danger", "warning"].find((level) => levels.includes(level)) || "info";
    }

    formatDeadline(item) {
        return deserializeDateTime(item.deadline).toRelative();
    }

    formatDay(day) {
        return formatDate(deserializeDate(day));
    }

    open(id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.case",
            res_id: id,
            views: [[false, "form"]],
        });
    }
}

export const caseBanner = { component: CaseBanner };

registry.category("view_widgets").add("crm_experience_case_banner", caseBanner);
