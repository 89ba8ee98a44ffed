const LONGEST_WAIT = 60_000;
const SHORTEST_WAIT = 2_000;
const AT_ONCE = 100;

/**
 * Taps on their way to the server. They lie in the storage of the browser until the server has
 * answered for them, so that neither a lost connection nor a closed page loses one; each has a
 * key of its own, so that none counts twice, however often it is sent.
 */
export class TapQueue {
    /**
     * @param {Object} options
     * @param {Storage} options.storage
     * @param {string} [options.name] of the device: what was tapped on one is no tap on another
     * @param {(taps: Object[]) => Promise<Response>} options.send
     * @param {(status: number) => void} [options.onRefused] when the server knows no such device
     *  (404), or somebody is signed in as staff (403)
     * @param {() => void} [options.onChange]
     * @param {(callback: () => void, delay: number) => any} [options.schedule]
     */
    constructor({ storage, name, send, onRefused, onChange, schedule }) {
        this.storage = storage;
        this.send = send;
        this.onRefused = onRefused || (() => {});
        this.onChange = onChange || (() => {});
        this.schedule = schedule || ((callback, delay) => setTimeout(callback, delay));
        this.name = `crm_experience.taps.${name || 0}`;
        this.wait = SHORTEST_WAIT;
        this.isSending = false;
        this.isOnline = true;
        // the clock of the server is ahead of ours by so many milliseconds
        this.ahead = 0;
    }

    get taps() {
        return JSON.parse(this.storage.getItem(this.name) || "[]");
    }

    setServerTime(now) {
        this.ahead = new Date(now).getTime() - Date.now();
    }

    add(score) {
        const tap = {
            key: makeKey(),
            score,
            date: new Date(Date.now() + this.ahead).toISOString().replace(/\.\d+Z$/, "Z"),
        };
        this.store([...this.taps, tap]);
        return tap.key;
    }

    /** Say what a tap was about, as long as it has not been sent. */
    setReason(key, dimension) {
        this.store(this.taps.map((tap) => (tap.key === key ? { ...tap, dimension } : tap)));
    }

    store(taps) {
        this.storage.setItem(this.name, JSON.stringify(taps));
        this.onChange();
    }

    /** Send what there is; whatever fails is tried again, later and later. */
    async flush() {
        if (this.isSending) {
            return;
        }
        const taps = this.taps.slice(0, AT_ONCE);
        if (!taps.length) {
            return;
        }
        this.isSending = true;
        let done = null;
        try {
            done = await this.deliver(taps);
        } finally {
            this.isSending = false;
        }
        if (done) {
            this.wait = SHORTEST_WAIT;
            this.store(this.taps.filter(({ key }) => !done.has(key)));
            await this.flush();
        } else if (done === null) {
            this.schedule(() => this.flush(), this.wait);
            this.wait = Math.min(2 * this.wait, LONGEST_WAIT);
        }
    }

    /** The keys that the server answered for; null to try again, false if there is no use. */
    async deliver(taps) {
        let response;
        try {
            response = await this.send(taps);
        } catch {
            this.setOnline(false);
            return null;
        }
        this.setOnline(true);
        if (response.status === 404 || response.status === 403) {
            this.onRefused(response.status);
            return false;
        }
        if (response.status === 400) {
            // what no server takes would be in the way of all that comes
            return new Set(taps.map(({ key }) => key));
        }
        if (!response.ok) {
            return null;
        }
        const answer = await response.json();
        this.setServerTime(answer.now);
        return new Set([...answer.taken, ...answer.refused]);
    }

    setOnline(isOnline) {
        this.isOnline = isOnline;
        this.onChange();
    }
}

/** A UUID, also on a page without encryption, where `crypto.randomUUID` is not there. */
export function makeKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
