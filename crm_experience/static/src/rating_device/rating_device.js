import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { SatisfactionFace } from "../timeline/satisfaction_face";
import { TapQueue } from "./tap_queue";

const PATH = "/experience/device";
const STATE_MS = 60_000;
const THANKS_MS = 3_000;
const REASON_MS = 8_000;
/** Who is this unhappy is asked for the reason. */
const UNHAPPY = 3;

/** Five faces or stars that fill a tablet; one tap, and it is ready for the next customer. */
export class RatingDevice extends Component {
    static template = "crm_experience.RatingDevice";
    static components = { SatisfactionFace };
    static props = { device: Object };

    setup() {
        this.levels = [1, 2, 3, 4, 5];
        this.state = useState({
            device: this.props.device,
            // "ask", "reason", "thanks"; "revoked" or "staff" as long as the server refuses
            step: "ask",
            score: 0,
            isOnline: true,
            waiting: 0,
            isFullScreen: Boolean(document.fullscreenElement),
        });
        this.queue = new TapQueue({
            storage: window.localStorage,
            name: this.props.device.id,
            send: (taps) =>
                fetch(`${PATH}/taps`, {
                    method: "POST",
                    headers: { "Content-Type": "application/json" },
                    body: JSON.stringify({ taps }),
                    cache: "no-store",
                }),
            onRefused: (status) => this.stop(status),
            onChange: () => {
                this.state.isOnline = this.queue.isOnline;
                this.state.waiting = this.queue.taps.length;
            },
        });
        this.queue.setServerTime(this.props.device.now);
        const wake = () => {
            this.queue.flush();
            this.refresh();
        };
        const onFullScreen = () => (this.state.isFullScreen = Boolean(document.fullscreenElement));
        const onVisible = () => document.visibilityState === "visible" && this.stayAwake();
        onMounted(() => {
            this.queue.flush();
            this.stayAwake();
            this.poll = setInterval(() => this.refresh(), STATE_MS);
            window.addEventListener("online", wake);
            document.addEventListener("fullscreenchange", onFullScreen);
            document.addEventListener("visibilitychange", onVisible);
        });
        onWillUnmount(() => {
            clearInterval(this.poll);
            clearTimeout(this.timer);
            window.removeEventListener("online", wake);
            document.removeEventListener("fullscreenchange", onFullScreen);
            document.removeEventListener("visibilitychange", onVisible);
        });
    }

    //--------------------------------------------------------------------------
    // Customer
    //--------------------------------------------------------------------------

    getLabel(level) {
        return [
            _t("Very unhappy"),
            _t("Unhappy"),
            _t("So-so"),
            _t("Happy"),
            _t("Very happy"),
        ][level - 1];
    }

    tap(score) {
        this.key = this.queue.add(score);
        this.state.score = score;
        if (score <= UNHAPPY && this.state.device.reasons.length) {
            // sent when the reason is given, or not given
            this.next("reason", REASON_MS, () => this.thank());
        } else {
            this.thank();
        }
    }

    giveReason(dimension) {
        this.queue.setReason(this.key, dimension);
        this.thank();
    }

    thank() {
        this.queue.flush();
        this.next("thanks", THANKS_MS, () => {
            this.state.step = "ask";
        });
    }

    next(step, delay, then) {
        clearTimeout(this.timer);
        this.state.step = step;
        this.timer = setTimeout(then, delay);
    }

    //--------------------------------------------------------------------------
    // Device
    //--------------------------------------------------------------------------

    async refresh() {
        let response;
        try {
            response = await fetch(`${PATH}/state${window.location.search}`, {
                cache: "no-store",
            });
        } catch {
            this.queue.setOnline(false);
            return;
        }
        if (response.status === 404 || response.status === 403) {
            this.stop(response.status);
        } else if (response.ok) {
            if (["revoked", "staff"].includes(this.state.step)) {
                this.state.step = "ask";
            }
            this.queue.setOnline(true);
            this.state.device = await response.json();
            this.queue.setServerTime(this.state.device.now);
            this.queue.flush();
        }
    }

    /** It goes on by itself: a server that starts refuses for a moment, staff sign out again. */
    stop(status) {
        clearTimeout(this.timer);
        this.state.step = status === 403 ? "staff" : "revoked";
    }

    /** A screen that goes dark is rated by nobody; where a browser cannot help, its settings do. */
    async stayAwake() {
        try {
            await navigator.wakeLock?.request("screen");
        } catch (error) {
            if (error.name !== "NotAllowedError") {
                throw error;
            }
        }
    }

    async fillScreen() {
        await document.documentElement.requestFullscreen();
    }
}
