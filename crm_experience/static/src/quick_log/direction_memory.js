import { browser } from "@web/core/browser/browser";

const KEY = "crm_experience.direction";

/**
 * Which way contacts over a channel went the last time, on this device: who serves a store mostly
 * logs that customers came in, who calls them that we called.
 */
export const directionMemory = {
    read() {
        try {
            return JSON.parse(browser.localStorage.getItem(KEY)) || {};
        } catch {
            return {}; // written by something else
        }
    },

    /** @returns {"in"|"out"|undefined} */
    recall(channelId) {
        const direction = this.read()[channelId];
        return ["in", "out"].includes(direction) ? direction : undefined;
    },

    keep(channelId, direction) {
        browser.localStorage.setItem(KEY, JSON.stringify({ ...this.read(), [channelId]: direction }));
    },
};
