import { expect, test } from "@odoo/hoot";
import { makeKey, TapQueue } from "@crm_experience/rating_device/tap_queue";

/** A storage, a server that remembers what it took, and a clock that is wound by hand. */
function makeQueue(answers = []) {
    const kept = new Map();
    const server = { taken: new Map(), calls: 0 };
    const timers = [];
    const queue = new TapQueue({
        storage: { getItem: (name) => kept.get(name) ?? null, setItem: (k, v) => kept.set(k, v) },
        send: async (taps) => {
            server.calls++;
            const answer = answers.shift() || "ok";
            if (answer === "offline") {
                throw new TypeError("Failed to fetch");
            }
            if (typeof answer === "number") {
                return { ok: false, status: answer };
            }
            for (const tap of taps) {
                server.taken.set(tap.key, tap);
            }
            if (answer === "lost") {
                throw new TypeError("Failed to fetch");
            }
            return {
                ok: true,
                status: 200,
                json: async () => ({
                    taken: taps.map(({ key }) => key),
                    refused: [],
                    now: "2026-11-29T10:00:00Z",
                }),
            };
        },
        onRefused: (status) => expect.step(`refused ${status}`),
        schedule: (callback, delay) => timers.push({ callback, delay }),
    });
    return { queue, server, timers };
}

test("a tap is sent once and forgotten", async () => {
    const { queue, server } = makeQueue();
    queue.add(5);
    await queue.flush();
    expect(queue.taps).toEqual([]);
    expect([...server.taken.values()].map(({ score }) => score)).toEqual([5]);
    await queue.flush();
    expect(server.calls).toBe(1);
});

test("without a network nothing is lost, and it waits longer each time", async () => {
    const { queue, server, timers } = makeQueue(["offline", "offline", 503, 429]);
    queue.add(1);
    await queue.flush();
    expect(queue.isOnline).toBe(false);
    queue.add(2);
    for (const expected of [2000, 4000, 8000, 16000]) {
        const { callback, delay } = timers.shift();
        expect(delay).toBe(expected);
        await callback();
    }
    expect(timers).toEqual([]);
    expect(queue.isOnline).toBe(true);
    expect(server.taken.size).toBe(2);
    expect(queue.taps).toEqual([]);
});

test("a tap whose answer is lost is sent again under the same key", async () => {
    const { queue, server, timers } = makeQueue(["lost"]);
    queue.add(3);
    await queue.flush();
    expect(queue.taps.length).toBe(1);
    await timers.shift().callback();
    expect(server.calls).toBe(2);
    expect(server.taken.size).toBe(1);
    expect(queue.taps).toEqual([]);
});

test("a page that is loaded again goes on with what is stored", async () => {
    const { queue, server } = makeQueue(["offline"]);
    queue.add(4);
    await queue.flush();
    const next = new TapQueue({ storage: queue.storage, send: queue.send });
    await next.flush();
    expect(server.taken.size).toBe(1);
});

test("two at once send nothing twice", async () => {
    const { queue, server } = makeQueue();
    queue.add(4);
    await Promise.all([queue.flush(), queue.flush(), queue.flush()]);
    expect(server.calls).toBe(1);
});

test("many go in several messages", async () => {
    const { queue, server } = makeQueue();
    for (let index = 0; index < 250; index++) {
        queue.add(5);
    }
    await queue.flush();
    expect(server.calls).toBe(3);
    expect(server.taken.size).toBe(250);
});

test("a revoked device stops, and what no server takes is not in the way", async () => {
    const { queue, timers } = makeQueue([404, 400]);
    queue.add(5);
    await queue.flush();
    expect.verifySteps(["refused 404"]);
    expect(timers).toEqual([]);
    expect(queue.taps.length).toBe(1);
    await queue.flush();
    expect(queue.taps).toEqual([]);
});

test("the reason goes with its tap, and the clock of the server counts", async () => {
    const { queue, server } = makeQueue();
    queue.setServerTime(new Date(Date.now() + 3600_000).toISOString());
    const key = queue.add(2);
    queue.setReason(key, 7);
    queue.setReason("another", 8);
    await queue.flush();
    const tap = server.taken.get(key);
    expect(tap.dimension).toBe(7);
    const ahead = new Date(tap.date).getTime() - Date.now();
    expect(Math.abs(ahead - 3600_000)).toBeLessThan(5000);
});

test("keys are UUIDs of their own", () => {
    const keys = new Set(Array.from({ length: 200 }, makeKey));
    expect(keys.size).toBe(200);
    for (const key of keys) {
        expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
});
