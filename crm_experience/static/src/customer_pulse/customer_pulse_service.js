import { registry } from "@web/core/registry";

const PULSE = "crm_experience.customer_pulse";

/**
 * Tells components that something about a customer has changed, whoever changed it and wherever:
 * they read again what they show. One channel of the bus for each customer who is on screen.
 */
export const customerPulseService = {
    dependencies: ["bus_service"],
    start(env, { bus_service: bus }) {
        /** @type {Map<number, Set<(payload: {partner_id: number, kind: string}) => void>>} */
        const listeners = new Map();

        bus.subscribe(PULSE, (payload) => {
            for (const callback of [...(listeners.get(payload.partner_id) || [])]) {
                callback(payload);
            }
        });
        // What happened while the connection was away is unknown, so everything is read again.
        bus.addEventListener("BUS:RECONNECT", () => {
            for (const [partnerId, callbacks] of listeners) {
                for (const callback of [...callbacks]) {
                    callback({ partner_id: partnerId, kind: "reconnect" });
                }
            }
        });

        return {
            /**
             * @param {number} partnerId
             * @param {(payload: {partner_id: number, kind: string}) => void} callback
             * @returns {() => void} ends the subscription
             */
            subscribe(partnerId, callback) {
                if (!partnerId) {
                    return () => {};
                }
                const channel = `${PULSE}_${partnerId}`;
                if (!listeners.has(partnerId)) {
                    listeners.set(partnerId, new Set());
                    bus.addChannel(channel);
                }
                listeners.get(partnerId).add(callback);
                return () => {
                    const callbacks = listeners.get(partnerId);
                    if (callbacks?.delete(callback) && !callbacks.size) {
                        listeners.delete(partnerId);
                        bus.deleteChannel(channel);
                    }
                };
            },
        };
    },
};

registry.category("services").add("customer_pulse", customerPulseService);
