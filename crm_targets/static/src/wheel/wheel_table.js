import { Component } from "@odoo/owl";
import {
    bandLabel,
    describeComparison,
    describeTrend,
    formatScore,
    formatShare,
    formatValue,
} from "./drawing/wheel_format";
import { WheelScore } from "./drawing/wheel_glyph";

/** The wheel as a table: the same figures in rows and columns. */
export class WheelTable extends Component {
    static template = "crm_targets.WheelTable";
    static components = { WheelScore };
    static props = { wheel: Object, onOpen: Function };

    setup() {
        this.describeComparison = describeComparison;
        this.describeTrend = describeTrend;
        this.formatValue = formatValue;
    }

    getShare({ weight }) {
        return formatShare(weight / 100);
    }

    getScore({ has_score: hasScore, score, band }) {
        return { band, text: hasScore ? formatScore(score) : "–" };
    }

    getBand({ band }) {
        return bandLabel(band);
    }
}
