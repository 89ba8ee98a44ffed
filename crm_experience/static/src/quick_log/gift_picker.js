import { Component, onWillStart, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

/** Chooses what is handed out, how much of it, and says what is left. */
export class GiftPicker extends Component {
    static template = "crm_experience.GiftPicker";
    static props = { resModel: String, resId: Number, onChosen: Function };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ gifts: [], giftId: false, quantity: 1 });
        onWillStart(async () => {
            // asked for each time: what is left changes with every contact, of anybody
            const { gifts } = await this.orm.call("crm.touchpoint", "get_log_options", [
                this.props.resModel,
                this.props.resId,
            ]);
            this.state.gifts = gifts;
        });
    }

    get gift() {
        return this.state.gifts.find((gift) => gift.id === this.state.giftId);
    }

    get missing() {
        return this.gift ? this.state.quantity - Math.max(this.gift.left, 0) : 0;
    }

    get isRefused() {
        return this.missing > 0 && this.gift.shortage === "refuse";
    }

    /** The decision is the user's, unless there cannot be more than there was. */
    get warning() {
        if (this.missing <= 0) {
            return "";
        }
        const { left, unit } = this.gift;
        return this.isRefused
            ? _t("Only %(left)s %(unit)s left: more cannot be handed out.", {
                  left: Math.max(left, 0),
                  unit,
              })
            : _t(
                  "Only %(left)s %(unit)s left. If you hold them in your hands, go on: somebody should count.",
                  { left: Math.max(left, 0), unit }
              );
    }

    leftLabel(gift) {
        return _t("%(left)s %(unit)s left", { left: gift.left, unit: gift.unit });
    }

    onGiftClick(giftId) {
        this.state.giftId = giftId;
    }

    change(step) {
        this.state.quantity = Math.min(Math.max(this.state.quantity + step, 1), 10000);
    }

    onQuantityChange(ev) {
        this.state.quantity = 0;
        this.change(Math.trunc(Number(ev.target.value)) || 1);
    }

    choose() {
        this.props.onChosen({ ...this.gift, quantity: this.state.quantity });
    }
}
