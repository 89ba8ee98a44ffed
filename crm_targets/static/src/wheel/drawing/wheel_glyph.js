import { Component } from "@odoo/owl";

/** The mark of a band, so that no band is told by its colour alone; drawn in 14 × 14 around 0. */
export const GLYPHS = {
    good: "M-4 .5L-1.2 3.5L4.2-3.5",
    fair: "M-4 0H4",
    poor: "M0-5V1.4M0 4.9V5",
    none: "",
};

export class WheelGlyph extends Component {
    static template = "crm_targets.WheelGlyph";
    static props = { band: String };

    get path() {
        return GLYPHS[this.props.band];
    }
}

/** A score with its band: a coloured chip with the mark and the number. */
export class WheelScore extends Component {
    static template = "crm_targets.WheelScore";
    static components = { WheelGlyph };
    static props = { band: String, text: String };
}
