/**
 * SVG paths around the hub: pure functions. Lengths are units of the SVG's view box with the origin
 * at the hub, y downwards; angles are radians, clockwise from twelve o'clock.
 */

export const FULL = 2 * Math.PI;

/** Two decimals: a hundredth of a unit is less than a pixel on any wall. */
export function round(value) {
    return Math.round(value * 100) / 100;
}

/**
 * @returns {[number, number]} the point at a radius and an angle
 */
export function polar(radius, angle) {
    return [round(radius * Math.sin(angle)), round(-radius * Math.cos(angle))];
}

/**
 * @param {number} gap width of the gap to the neighbours, the same along the whole edge
 * @returns {string} path of a piece of a ring; of a whole ring where the angle is a full turn
 */
export function ringPath(inner, outer, start, end, gap = 0) {
    if (end - start >= FULL - 1e-6) {
        return [outer, inner]
            .map((r, i) => `M0 ${-r}A${r} ${r} 0 1 ${1 - i} 0 ${r}A${r} ${r} 0 1 ${1 - i} 0 ${-r}Z`)
            .join("");
    }
    const edges = [outer, inner].map((radius) => {
        const inset = Math.min(gap / 2 / radius, (end - start) / 2.2);
        const large = end - start - 2 * inset > Math.PI ? 1 : 0;
        return {
            radius,
            large,
            from: polar(radius, start + inset),
            to: polar(radius, end - inset),
        };
    });
    const [out, inn] = edges;
    return (
        `M${out.from}A${out.radius} ${out.radius} 0 ${out.large} 1 ${out.to}` +
        `L${inn.to}A${inn.radius} ${inn.radius} 0 ${inn.large} 0 ${inn.from}Z`
    );
}

/**
 * @param {number} gap as for `ringPath`
 * @returns {string} path of a line along a ring; of a whole circle where the angle is a full turn
 */
export function arcPath(radius, start, end, gap = 0) {
    if (end - start >= FULL - 1e-6) {
        return `M0 ${-radius}A${radius} ${radius} 0 1 1 0 ${radius}A${radius} ${radius} 0 1 1 0 ${-radius}`;
    }
    const inset = Math.min(gap / 2 / radius, (end - start) / 2.2);
    const large = end - start - 2 * inset > Math.PI ? 1 : 0;
    const [from, to] = [polar(radius, start + inset), polar(radius, end - inset)];
    return `M${from}A${radius} ${radius} 0 ${large} 1 ${to}`;
}

/**
 * A line for text along a ring, turned over in the lower half so that nothing stands on its head.
 *
 * @param {number} size font size; the text is centred on the radius
 * @returns {string}
 */
export function textArc(radius, start, end, size) {
    const middle = (start + end) / 2;
    const upsideDown = Math.cos(middle) < 0;
    const r = round(upsideDown ? radius + size * 0.35 : radius - size * 0.35);
    const half = Math.min((end - start) / 2, Math.PI * 0.98);
    const large = half * 2 > Math.PI ? 1 : 0;
    const [from, to] = [polar(r, middle - half), polar(r, middle + half)];
    return upsideDown
        ? `M${to}A${r} ${r} 0 ${large} 0 ${from}`
        : `M${from}A${r} ${r} 0 ${large} 1 ${to}`;
}
