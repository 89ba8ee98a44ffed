import { Component } from "@odoo/owl";
import { formatScore, formatShare } from "./drawing/wheel_format";
import { WheelScore } from "./drawing/wheel_glyph";

/** The scorecards that count into this one, with their scores. */
export class WheelBelow extends Component {
    static template = "crm_targets.WheelBelow";
    static components = { WheelScore };
    static props = { below: Object, onSelect: Function };

    getScore({ has_score: hasScore, score, band }) {
        return { band, text: hasScore ? formatScore(score) : "–" };
    }

    getShare({ weight }) {
        return formatShare(weight / 100);
    }
}
