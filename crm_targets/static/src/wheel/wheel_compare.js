import { Component, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

const MOST = 40;

/** Chooses what the wheel is compared with: another period, or another scorecard. */
export class WheelCompare extends Component {
    static template = "crm_targets.WheelCompare";
    static components = { Dropdown, DropdownItem };
    static props = {
        // as `get_wheel` takes it; false for nothing
        value: { type: [String, Number, { value: false }] },
        // what the server calls it
        label: String,
        scorecardId: Number,
        onChange: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ scorecards: [] });
    }

    get kinds() {
        return [
            { value: false, label: _t("Nothing") },
            { value: "previous", label: _t("Previous period") },
            { value: "year", label: _t("Same period last year") },
            { value: "baseline", label: _t("Baseline") },
        ];
    }

    async loadScorecards() {
        const scorecards = await this.orm.searchRead(
            "crm.scorecard",
            [["id", "!=", this.props.scorecardId]],
            ["display_name"],
            { limit: MOST }
        );
        this.state.scorecards = scorecards.map(({ id, display_name: label }) => ({
            value: id,
            label,
        }));
    }
}
