import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { startPage } from "../page/page";
import { WheelDrawing } from "../wheel/drawing/wheel_drawing";
import {
    bandLabel,
    describeComparison,
    describeTrend,
    formatDetail,
    formatScore,
    legendItems,
} from "../wheel/drawing/wheel_format";
import { layoutWheel } from "../wheel/drawing/wheel_geometry";
import { WheelGlyph, WheelScore } from "../wheel/drawing/wheel_glyph";

const REFRESH_MS = 60_000;
const REVOKED = 404;
/** Narrower than this (px), a phone is held before it: the names stand in the list only. */
const COMPACT_WIDTH = 620;
/** So many indicators that they need small print on paper. */
const MANY = 24;
/** So many stand in the list on the wall, fewer below objectives: what is to be read from afar
 * must be large. */
const OUTLIERS = 3;
const OUTLIERS_BELOW_OBJECTIVES = 2;

/** The steering wheel on a screen in the shop, which keeps itself up to date. */
export class Poster extends Component {
    static template = "crm_targets.Poster";
    static components = { WheelDrawing, WheelGlyph, WheelScore };
    static props = { poster: Object };

    setup() {
        this.legend = legendItems();
        this.formatDetail = formatDetail;
        this.state = useState({
            wheel: this.props.poster.wheel,
            time: this.props.poster.time,
            // "live", "offline": the last picture stays, "revoked": nothing is shown any more
            status: "live",
            compact: window.innerWidth < COMPACT_WIDTH,
            isFullScreen: Boolean(document.fullscreenElement),
        });
        const onResize = () => (this.state.compact = window.innerWidth < COMPACT_WIDTH);
        const onFullScreen = () => (this.state.isFullScreen = Boolean(document.fullscreenElement));
        onMounted(() => {
            this.timer = setInterval(() => this.refresh(), REFRESH_MS);
            window.addEventListener("resize", onResize);
            window.addEventListener("online", this.refreshNow);
            document.addEventListener("fullscreenchange", onFullScreen);
        });
        onWillUnmount(() => {
            clearInterval(this.timer);
            window.removeEventListener("resize", onResize);
            window.removeEventListener("online", this.refreshNow);
            document.removeEventListener("fullscreenchange", onFullScreen);
        });
        this.refreshNow = () => this.refresh();
    }

    async refresh() {
        const { pathname, search } = window.location;
        let response;
        try {
            response = await fetch(`${pathname.replace(/\/$/, "")}/data${search}`, {
                cache: "no-store",
            });
        } catch {
            // no network: what was shown stays, with its time
            this.state.status = "offline";
            return;
        }
        if (response.status === REVOKED) {
            clearInterval(this.timer);
            Object.assign(this.state, { status: "revoked", wheel: null });
        } else if (response.ok) {
            Object.assign(this.state, { ...(await response.json()), status: "live" });
        } else {
            this.state.status = "offline";
        }
    }

    //--------------------------------------------------------------------------
    // Wheel
    //--------------------------------------------------------------------------

    get layout() {
        return layoutWheel(this.state.wheel.perspectives, {
            compact: this.state.compact,
            wall: true,
            getDetail: formatDetail,
        });
    }

    get indicators() {
        return this.state.wheel.perspectives.flatMap(({ indicators }) => indicators);
    }

    get isEmpty() {
        return !this.indicators.length;
    }

    get hasMany() {
        return this.indicators.length > MANY;
    }

    get hasObjectives() {
        return this.state.wheel.perspectives.some(({ objectives }) => objectives.length);
    }

    getScore({ has_score: hasScore, score, band }) {
        return { band, text: hasScore ? formatScore(score) : "–" };
    }

    getBand({ band }) {
        return bandLabel(band);
    }

    getChange(indicator) {
        return this.state.wheel.compare ? describeComparison(indicator) : describeTrend(indicator);
    }

    /** Worst and best, for screens on which a list of everything would be too small to read. */
    get outliers() {
        const most = this.hasObjectives ? OUTLIERS_BELOW_OBJECTIVES : OUTLIERS;
        const scored = this.indicators
            .filter((indicator) => indicator.has_score)
            .sort((a, b) => a.score - b.score);
        const worst = scored.slice(0, most).filter(({ band }) => band !== "good");
        const best = scored
            .slice(worst.length)
            .reverse()
            .filter(({ band }) => band === "good")
            .slice(0, most);
        return [
            { code: "worst", label: _t("Needs attention"), indicators: worst },
            { code: "best", label: _t("Going well"), indicators: best },
        ].filter(({ indicators }) => indicators.length);
    }

    //--------------------------------------------------------------------------
    // Screen
    //--------------------------------------------------------------------------

    async fillScreen() {
        await document.documentElement.requestFullscreen();
    }

    print() {
        window.print();
    }
}

const { wheel, time, ...page } = odoo.poster;
startPage("crm_targets", Poster, { ...page, poster: { wheel, time } });
