import {
    Component,
    onMounted,
    onWillUnmount,
    onWillUpdateProps,
    useRef,
    useState,
} from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { WheelCard } from "./wheel_card";
import { bandLabel, describeIndicator, formatDetail, formatScore } from "./wheel_format";
import { layoutWheel, ringPath } from "./wheel_geometry";
import { GLYPHS } from "./wheel_glyph";

/** Narrower than this (px), names around the wheel would be too small to read. */
const COMPACT_WIDTH = 620;

let nextId = 1;

/** The steering wheel itself: an SVG whose segments are buttons. */
export class WheelChart extends Component {
    static template = "crm_targets.WheelChart";
    static props = {
        wheel: Object,
        // line of the indicator that is pointed at, here or in the list beside the wheel
        active: { type: [Number, { value: false }] },
        onActivate: Function,
        onOpen: Function,
    };

    setup() {
        this.id = `o_crm_targets_wheel_${nextId++}`;
        this.glyphs = GLYPHS;
        this.describe = describeIndicator;
        this.formatScore = formatScore;
        this.bandLabel = bandLabel;
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

    get gaugePath() {
        const { score } = this.props.wheel;
        return score > 0
            ? ringPath(this.layout.radii.hub - 12, this.layout.radii.hub, 0, score * 0.2 * Math.PI)
            : "";
    }

    get gaugeTrack() {
        return ringPath(this.layout.radii.hub - 12, this.layout.radii.hub, 0, 2 * Math.PI);
    }

    get title() {
        const { scorecard, has_score: hasScore, score, band } = this.props.wheel;
        return hasScore
            ? _t("Steering wheel %(name)s, %(period)s: score %(score)s of 10, %(band)s", {
                  name: scorecard.name,
                  period: scorecard.period_label,
                  score: formatScore(score),
                  band: bandLabel(band),
              })
            : _t("Steering wheel %(name)s, %(period)s: no score yet", {
                  name: scorecard.name,
                  period: scorecard.period_label,
              });
    }

    showCard(element, segment, touch = false) {
        const { indicator, perspective, side } = segment;
        this.closeCard();
        this.props.onActivate(indicator.line_id);
        this.closeCard = this.popover.add(
            element.querySelector(".o_crm_targets_wheel_anchor"),
            WheelCard,
            {
                indicator,
                perspective,
                ...(touch && { onOpen: () => this.props.onOpen(indicator) }),
            },
            {
                animation: false,
                onClose: () => this.props.onActivate(false),
                popoverClass: "o_crm_targets_wheel_popover",
                position: this.state.compact ? "bottom" : side,
                setActiveElement: false,
            }
        );
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

    onClick(ev, segment) {
        if (ev.pointerType === "touch") {
            this.showCard(ev.currentTarget, segment, true);
        } else {
            this.closeCard();
            this.props.onOpen(segment.indicator);
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
            this.closeCard();
            this.props.onOpen(segment.indicator);
        }
    }
}
