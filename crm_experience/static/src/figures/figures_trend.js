import { Component, onMounted, useExternalListener, useRef, useState } from "@odoo/owl";
import { formatFigure, formatInterval, getScale } from "./figures_format";

const HEIGHT = 200;
/** Room for a label, the longest of which are months with their year. */
const LABEL = 135;
const MARGIN = { top: 12, right: 12, bottom: 24, left: 44 };

/** A figure over time with its interval; the table below it says the same in words. */
export class FiguresTrend extends Component {
    static template = "crm_experience.FiguresTrend";
    static props = { figures: Object, metric: String, onSelect: Function };

    setup() {
        this.root = useRef("root");
        this.state = useState({ width: 600 });
        this.height = HEIGHT;
        this.margin = MARGIN;
        onMounted(() => this.measure());
        useExternalListener(window, "resize", () => this.measure());
    }

    measure() {
        this.state.width = Math.max(240, this.root.el?.clientWidth || 600);
    }

    get scale() {
        return getScale(this.props.figures, this.props.figures.groups);
    }

    y(value) {
        const inner = HEIGHT - MARGIN.top - MARGIN.bottom;
        return MARGIN.top + inner * (1 - this.scale.place(value) / 100);
    }

    get points() {
        const groups = this.props.figures.groups;
        const inner = this.state.width - MARGIN.left - MARGIN.right;
        const step = groups.length > 1 ? inner / (groups.length - 1) : 0;
        const start = groups.length > 1 ? MARGIN.left : MARGIN.left + inner / 2;
        return groups
            .map((group, index) => ({
                ...group,
                x: start + step * index,
                y: this.y(group.value),
                top: this.y(group.high),
                bottom: this.y(group.low),
                title: `${group.label}: ${this.format(group.value)} (${formatInterval(
                    this.props.metric,
                    group
                )})`,
            }));
    }

    get path() {
        return this.points.map(({ x, y }, index) => `${index ? "L" : "M"}${x} ${y}`).join(" ");
    }

    get band() {
        const points = this.points;
        if (points.length < 2) {
            return "";
        }
        const upper = points.map(({ x, top }) => `${x} ${top}`);
        const lower = points.map(({ x, bottom }) => `${x} ${bottom}`).reverse();
        return `M${[...upper, ...lower].join(" L")} Z`;
    }

    get ticks() {
        const { low, high } = this.scale;
        const values = low < 0 && high > 0 ? [low, 0, high] : [low, (low + high) / 2, high];
        return values.map((value) => ({ value, y: this.y(value), text: this.format(value) }));
    }

    /** So many labels as there is room for. */
    get labels() {
        const points = this.points;
        const inner = this.state.width - MARGIN.left - MARGIN.right;
        const room = Math.max(1, Math.floor(inner / LABEL));
        const every = Math.ceil(points.length / room);
        const middle = this.state.width - MARGIN.right - 40;
        return points
            .filter((_point, index) => index % every === 0)
            .map((point) => ({
                ...point,
                anchor: point.x < MARGIN.left + 40 ? "start" : point.x > middle ? "end" : "middle",
            }));
    }

    format(value) {
        return formatFigure(this.props.metric, value);
    }
}
