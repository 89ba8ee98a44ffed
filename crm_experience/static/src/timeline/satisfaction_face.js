import { Component } from "@odoo/owl";

/** One of five faces, from very unhappy (1) to very happy (5), in the colour of the text. */
export class SatisfactionFace extends Component {
    static template = "crm_experience.SatisfactionFace";
    static props = { level: { type: Number, validate: (level) => level >= 1 && level <= 5 } };

    get mouth() {
        return {
            1: "M7.5 17.5 Q12 12 16.5 17.5",
            2: "M8 16.5 Q12 14 16 16.5",
            3: "M8 15.5 H16",
            4: "M8 14.5 Q12 17.5 16 14.5",
            5: "M7.5 13.5 Q12 20.5 16.5 13.5",
        }[this.props.level];
    }
}
