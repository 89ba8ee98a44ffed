import { SatisfactionFace } from "@crm_experience/timeline/satisfaction_face";
import { getLevel } from "@crm_experience/timeline/timeline_items";

import { Component, useState } from "@odoo/owl";

import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";

const { DateTime } = luxon;

/** Longer summaries are folded, so that one does not push all others out of sight. */
const LONG_SUMMARY = 280;

/** One contact on the timeline. Its props never change, so a longer list does not draw it again. */
export class TimelineEntry extends Component {
    static template = "crm_experience.TimelineEntry";
    static components = { SatisfactionFace };
    static props = {
        item: Object,
        showPartner: Boolean,
        canOpen: Boolean,
        open: Function,
        openPartner: Function,
    };

    setup() {
        this.state = useState({ folded: (this.props.item.summary || "").length > LONG_SUMMARY });
    }

    get title() {
        const { summary, channel, document } = this.props.item;
        const words = summary || channel.name;
        // a meeting is mostly called “Meeting with …”: once is enough
        return this.props.canOpen && document.name?.startsWith(words) ? document.name : words;
    }

    /** Which order, which case: the name of the document says it, if it is not said already. */
    get documentName() {
        const { name } = this.props.item.document;
        return name && !this.title.includes(name) ? name : "";
    }

    /** A meeting shows when it is arranged. */
    get isUpcoming() {
        return this.props.item.at > DateTime.now();
    }

    get time() {
        return this.props.item.at.toLocaleString(DateTime.TIME_SIMPLE);
    }

    get fullDate() {
        return this.props.item.at.toLocaleString(DateTime.DATETIME_FULL);
    }

    get direction() {
        return this.props.item.direction === "in" ? _t("Incoming") : _t("Outgoing");
    }

    get purpose() {
        return { sale: _t("Sale"), service: _t("Service"), care: _t("Care") }[
            this.props.item.purpose
        ];
    }

    get amount() {
        return formatCurrency(this.props.item.amount, this.props.item.currency_id);
    }

    get level() {
        return getLevel(this.props.item.experience);
    }

    /** Width and side of the bar that runs from the middle: expectation met is no bar at all. */
    get gapStyle() {
        const share = Math.min(10, Math.abs(this.props.item.gap)) * 5;
        return `width: ${share}%; ${this.props.item.gap < 0 ? "right" : "left"}: 50%;`;
    }

    get gapClass() {
        const { gap } = this.props.item;
        return gap < 0 ? "text-danger" : gap > 0 ? "text-success" : "text-muted";
    }

    get gapLabel() {
        const { gap } = this.props.item;
        return `${gap > 0 ? "+" : ""}${this.formatScore(gap)}`;
    }

    get gapTitle() {
        return _t("Expected %(expectation)s, experienced %(experience)s (0 to 10)", {
            expectation: this.formatScore(this.props.item.expectation),
            experience: this.formatScore(this.props.item.experience),
        });
    }

    get giftLabel() {
        const { name, quantity } = this.props.item.gift;
        return _t("%(quantity)s × %(item)s", { quantity, item: name });
    }

    answerLabel(answer) {
        return `${answer.label} ${this.formatScore(answer.score)}`;
    }

    answerTitle(answer) {
        return [this.answerLabel(answer), answer.dimension].filter(Boolean).join(" · ");
    }

    answerLevel(answer) {
        return getLevel(answer.normalised);
    }

    get comments() {
        return (this.props.item.answers || []).map(({ comment }) => comment).filter(Boolean);
    }

    formatScore(value) {
        return formatFloat(value, { digits: [0, 1], trailingZeros: false });
    }
}
