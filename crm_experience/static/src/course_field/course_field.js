import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const WIDTH = 96;
const HEIGHT = 24;
const EDGE = 3;

/** The last answers of a customer as a small line, from 0 (worst) to 10 (best). */
export class CourseField extends Component {
    static template = "crm_experience.CourseField";
    static props = { ...standardFieldProps };

    setup() {
        this.width = WIDTH;
        this.height = HEIGHT;
    }

    get points() {
        const scores = (this.props.record.data[this.props.name] || "").split(" ").filter(Boolean);
        const step = scores.length > 1 ? (WIDTH - 2 * EDGE) / (scores.length - 1) : 0;
        return scores.map((score, index) => ({
            score: Number(score),
            x: scores.length > 1 ? EDGE + step * index : WIDTH / 2,
            y: HEIGHT - EDGE - ((HEIGHT - 2 * EDGE) * Number(score)) / 10,
        }));
    }

    get line() {
        return this.points.map(({ x, y }) => `${x},${y}`).join(" ");
    }

    get last() {
        return this.points.at(-1);
    }

    get lastClass() {
        const { score } = this.last;
        if (score < 3.3) {
            return "text-danger";
        }
        return score < 6.6 ? "text-warning" : "text-success";
    }

    get label() {
        return _t("Answers from 0 to 10, oldest first: %(scores)s", {
            scores: this.points.map(({ score }) => score).join(", "),
        });
    }
}

registry.category("fields").add("crm_experience_course", {
    component: CourseField,
    displayName: _t("Course of answers"),
    supportedTypes: ["char"],
});
