import {
    Component,
    onMounted,
    onWillUnmount,
    onWillUpdateProps,
    useRef,
    useState,
} from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { WheelDrawing } from "./drawing/wheel_drawing";
import { formatDetail } from "./drawing/wheel_format";
import { layoutWheel } from "./drawing/wheel_geometry";
import { WheelCard } from "./wheel_card";

/** Narrower than this (px), names around the wheel would be too small to read. */
const COMPACT_WIDTH = 620;

/** The steering wheel whose segments are buttons, with a card beside the one pointed at. */
export class WheelChart extends Component {
    static template = "crm_targets.WheelChart";
    static components = { WheelDrawing };
    static props = {
        wheel: Object,
        // line of the indicator that is pointed at, here or in the list beside the wheel
        active: { type: [Number, { value: false }] },
        onActivate: Function,
        onOpen: Function,
    };

    setup() {
        this.handlers = {
            pointerenter: (ev, segment) => this.onPointerEnter(ev, segment),
            pointerleave: (ev) => this.onPointerLeave(ev),
            focus: (ev, segment, index) => this.onFocus(ev, segment, index),
            blur: () => this.closeCard(),
            click: (ev, segment) => this.open(segment),
            keydown: (ev, segment, index) => this.onKeydown(ev, segment, index),
        };
        this.root = useRef("root");
        // index of the segment that takes part in the tab order; arrows move it
        this.state = useState({ compact: this.env.isSmall, current: 0 });
        this.popover = useService("popover");
        this.closeCard = () => {};
        this.computeLayout(this.props);
        onWillUpdateProps((nextProps) => {
            if (nextProps.wheel !== this.props.wheel) {
                this.closeCard();
                this.computeLayout(nextProps);
            }
        });
        const observer = new ResizeObserver(([entry]) => this.onResize(entry.contentRect.width));
        onMounted(() => observer.observe(this.root.el));
        onWillUnmount(() => {
            observer.disconnect();
            this.closeCard();
        });
    }

    computeLayout({ wheel }) {
        this.layout = layoutWheel(wheel.perspectives, {
            compact: this.state.compact,
            getDetail: formatDetail,
        });
        this.state.current = Math.min(this.state.current, this.layout.segments.length - 1);
    }

    onResize(width) {
        const compact = width < COMPACT_WIDTH;
        if (width && compact !== this.state.compact) {
            this.state.compact = compact;
            this.computeLayout(this.props);
        }
    }

    showCard(element, { indicator, perspective, side }) {
        this.closeCard();
        this.props.onActivate(indicator.line_id);
        this.closeCard = this.popover.add(
            element.querySelector(".o_crm_targets_wheel_anchor"),
            WheelCard,
            { indicator, perspective, compare: this.props.wheel.compare },
            {
                animation: false,
                onClose: () => this.props.onActivate(false),
                popoverClass: "o_crm_targets_wheel_popover",
                position: this.state.compact ? "bottom" : side,
                setActiveElement: false,
            }
        );
    }

    open({ indicator }) {
        this.closeCard();
        this.props.onOpen(indicator);
    }

    onPointerEnter(ev, segment) {
        if (ev.pointerType === "mouse") {
            this.showCard(ev.currentTarget, segment);
        }
    }

    onPointerLeave(ev) {
        if (ev.pointerType === "mouse") {
            this.closeCard();
        }
    }

    onFocus(ev, segment, index) {
        this.state.current = index;
        if (ev.currentTarget.matches(":focus-visible")) {
            this.showCard(ev.currentTarget, segment);
        }
    }

    onKeydown(ev, segment, index) {
        const { segments } = this.layout;
        const first = (perspective) => segments.findIndex((s) => s.perspective === perspective);
        const step = (list, item, by) =>
            list[(list.indexOf(item) + by + list.length) % list.length];
        const filled = this.props.wheel.perspectives.filter((p) => p.indicators.length);
        const moves = {
            ArrowRight: () => (index + 1) % segments.length,
            ArrowLeft: () => (index - 1 + segments.length) % segments.length,
            ArrowDown: () => first(step(filled, segment.perspective, 1)),
            ArrowUp: () => first(step(filled, segment.perspective, -1)),
            Home: () => 0,
            End: () => segments.length - 1,
        };
        if (ev.key in moves) {
            ev.preventDefault();
            const next = moves[ev.key]();
            this.root.el.querySelectorAll(".o_crm_targets_wheel_segment")[next].focus();
        } else if (ev.key === "Enter" || ev.key === " ") {
            ev.preventDefault();
            this.open(segment);
        } else if (ev.key === "Escape") {
            this.closeCard();
        }
    }
}
