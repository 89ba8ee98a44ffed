/**
 * Geometry of the steering wheel: pure functions from the answer of
 * `crm.scorecard.get_wheel` to what the SVG draws. No DOM, no OWL, no translation.
 * Lengths are units of the SVG's view box with the origin at the hub, y downwards;
 * angles are radians, clockwise from twelve o'clock.
 */

import { FULL, arcPath, polar, ringPath, round, textArc } from "./wheel_paths";
import { textWidth, truncateText, wrapText } from "./wheel_text";

export const MAX_SCORE = 10;
/** Lower bound of each band, best first; the same bounds as on the server. */
export const BANDS = [
    { code: "good", from: 6.6 },
    { code: "fair", from: 3.3 },
    { code: "poor", from: 0 },
];
const GAP = 3;
const SECTOR_GAP = 14;
const MIN_SEGMENT = 0.1;

/** Radii and text sizes of each way to label the wheel. */
export const STYLES = {
    // names beside the wheel, in two columns
    columns: {
        ...{ hub: 116, ring: [130, 200], bars: [208, 380], rim: [384, 432] },
        ...{ name: 20, score: 20, column: 262 },
    },
    // the same, to be read from afar
    wall: {
        ...{ hub: 124, ring: [138, 212], bars: [220, 370], rim: [374, 434] },
        ...{ name: 28, score: 30, column: 300, title: 22 },
    },
    // names along the spokes, for many indicators
    spokes: { hub: 100, ring: [112, 172], bars: [180, 326], rim: [330, 372], name: 18, score: 16 },
    // a small screen: the names are in the list below the wheel
    none: { hub: 130, ring: [146, 216], bars: [224, 412], rim: [418, 486], name: 26, score: 27 },
};
const COLUMN_HEIGHT = 484;
const SPOKE_LENGTH = 192;

/**
 * @param {number|undefined} score 0–10, undefined where there is none
 * @returns {"good"|"fair"|"poor"|"none"}
 */
export function bandOf(score) {
    if (score === undefined) {
        return "none";
    }
    return BANDS.find(({ from }) => score >= from)?.code ?? "poor";
}

/**
 * Split a total by weight, but give nobody less than a minimum: a segment must stay visible
 * and reachable by a finger, whatever its weight.
 *
 * @param {number[]} weights ≥ 0; all zero means equal shares
 * @param {number} total
 * @param {number[]} minimums one a weight; where they exceed the total, they share it in proportion
 * @returns {number[]} shares whose sum is `total`
 */
export function allocate(weights, total, minimums) {
    const floor = minimums.reduce((sum, minimum) => sum + minimum, 0);
    if (floor >= total) {
        return minimums.map((minimum) => (minimum * total) / floor);
    }
    const even = weights.every((weight) => !weight);
    const share = (index) => (even ? 1 : weights[index]);
    let free = weights.map((_, index) => index);
    const result = [...minimums];
    for (;;) {
        const taken = result.reduce((sum, value, i) => sum + (free.includes(i) ? 0 : value), 0);
        const weight = free.reduce((sum, index) => sum + share(index), 0);
        const perWeight = weight ? (total - taken) / weight : 0;
        const kept = free.filter((index) => share(index) * perWeight >= minimums[index]);
        if (kept.length === free.length) {
            free.forEach((index) => (result[index] = share(index) * perWeight));
            return result;
        }
        free = kept;
    }
}

/**
 * Angles of all perspectives and indicators, by weight.
 *
 * @param {Object[]} perspectives as answered by `get_wheel`
 * @returns {{start: number, end: number, segments: {start: number, end: number}[]}[]}
 */
export function layoutAngles(perspectives) {
    const minimum = (perspective) => Math.max(perspective.indicators.length, 2) * MIN_SEGMENT;
    const spans = allocate(
        perspectives.map((perspective) => perspective.weight || 0),
        FULL,
        perspectives.map(minimum)
    );
    let angle = 0;
    return perspectives.map(({ indicators }, index) => {
        const start = angle;
        const end = (angle += spans[index]);
        const parts = allocate(
            indicators.map((indicator) => indicator.weight || 0),
            end - start,
            indicators.map(() => Math.min(MIN_SEGMENT, (end - start) / indicators.length))
        );
        let from = start;
        return {
            start,
            end,
            segments: parts.map((part) => ({ start: from, end: (from += part) })),
        };
    });
}

/**
 * Move blocks that overlap apart, as little as needed, keeping their order.
 *
 * @param {{y: number, height: number}[]} blocks centre and height
 * @param {number} limit the blocks stay between −limit and limit
 * @returns {number[]|null} the new centres; null where they do not fit
 */
export function spread(blocks, limit) {
    if (blocks.reduce((sum, { height }) => sum + height, 0) > 2 * limit) {
        return null;
    }
    const order = blocks.map((_, index) => index).sort((a, b) => blocks[a].y - blocks[b].y);
    const centres = blocks.map(({ y }) => y);
    let edge = -limit;
    for (const index of order) {
        const half = blocks[index].height / 2;
        centres[index] = Math.max(centres[index], edge + half);
        edge = centres[index] + half;
    }
    edge = limit;
    for (const index of order.reverse()) {
        const half = blocks[index].height / 2;
        centres[index] = Math.min(centres[index], edge - half);
        edge = centres[index] - half;
    }
    return centres;
}

/**
 * Names in two columns beside the wheel, each with a line to its segment.
 *
 * @param {{start: number, end: number, name: string, detail: string}[]} segments
 * @param {number} maxLines lines of a name
 * @param {"columns"|"wall"} style
 * @returns {Object[]|null} one label a segment; null where they do not fit
 */
export function columnLabels(segments, maxLines, style = "columns") {
    const { rim, name: size, column: columnWidth } = STYLES[style];
    const radius = rim[1] + 26;
    const labels = segments.map(({ start, end, name, detail }) => {
        const middle = (start + end) / 2;
        const lines = wrapText(name, size, columnWidth, maxLines);
        const height = (lines.length + (detail ? 1 : 0)) * size * 1.2 + 12;
        const y = -radius * Math.cos(middle);
        return { middle, lines, detail, height, y, side: Math.sin(middle) < -1e-9 ? -1 : 1 };
    });
    for (const side of [-1, 1]) {
        const column = labels.filter((label) => label.side === side);
        const centres = spread(column, COLUMN_HEIGHT);
        if (!centres) {
            return null;
        }
        column.forEach((label, index) => (label.y = centres[index]));
    }
    return labels.map(({ middle, lines, detail, height, y, side }) => {
        // the edge of the block that comes closest to the wheel decides how far out it stands
        const near = Math.max(0, Math.abs(y) - height / 2);
        const x = side * Math.max(Math.sqrt(Math.max(radius ** 2 - near ** 2, 0)), 24);
        const from = polar(rim[1] + 4, middle);
        const bend = polar(rim[1] + 14, middle);
        return {
            anchor: side < 0 ? "end" : "start",
            detail: truncateText(detail, size * 0.85, columnWidth),
            leader: `M${from}L${bend}L${round(x - side * 8)} ${round(y)}`,
            lines,
            x: round(x),
            y: round(y - height / 2 + 6 + size * 0.9),
        };
    });
}

/**
 * Names along the spokes, for wheels with many indicators.
 *
 * @param {{start: number, end: number, name: string}[]} segments
 * @returns {(Object|null)[]} one label a segment; null where the segment is too thin for text
 */
export function spokeLabels(segments) {
    const { rim, name: size } = STYLES.spokes;
    const radius = rim[1] + 10;
    return segments.map(({ start, end, name }) => {
        if ((end - start) * radius < size) {
            return null;
        }
        const middle = (start + end) / 2;
        const left = Math.sin(middle) < -1e-9;
        const [x, y] = polar(radius, middle);
        const degrees = round((middle * 180) / Math.PI - 90 - (left ? 180 : 0));
        const line = truncateText(name, size, SPOKE_LENGTH);
        return {
            anchor: left ? "end" : "start",
            lines: [line],
            width: textWidth(line, size),
            rotate: `rotate(${degrees} ${x} ${y})`,
            x,
            y,
        };
    });
}

/**
 * The way to label a wheel: columns while they fit, then spokes, nothing on a small screen.
 */
function chooseLabels(segments, { compact, wall }) {
    if (compact) {
        return { style: "none", labels: segments.map(() => null) };
    }
    for (const style of wall ? ["wall", "columns"] : ["columns"]) {
        for (const maxLines of [2, 1]) {
            const labels = columnLabels(segments, maxLines, style);
            if (labels) {
                return { style, labels };
            }
        }
    }
    return { style: "spokes", labels: spokeLabels(segments) };
}

function viewBox(style, labels) {
    const radius = STYLES[style].rim[1];
    if (STYLES[style].column) {
        const width = radius + 30 + STYLES[style].column;
        return [-width, -500, 2 * width, 1000].join(" ");
    }
    const half = radius + 6 + Math.max(...labels.map((label) => (label ? label.width + 26 : 0)));
    return [-half, -half, 2 * half, 2 * half].join(" ");
}

/**
 * Score and mark on the rim, one above the other; the mark alone where the arc is short.
 *
 * @param {number} size font size of the score
 * @param {number} arc length of the rim
 * @returns {{size: number, showScore: boolean, showGlyph: boolean, glyphY: number, scale: number}}
 *  the mark's middle and scale, from the middle of the rim
 */
export function placeMark(size, arc) {
    const showScore = arc >= size * 2.1;
    const fontSize = arc >= size * 4 ? round(size * 1.2) : size;
    return {
        size: fontSize,
        showScore,
        showGlyph: arc >= size * 1.1,
        glyphY: showScore ? round(fontSize * 0.55) : 0,
        scale: round(fontSize / 18),
    };
}

function layoutSegment(radii, { start, end, indicator }, label) {
    const middle = (start + end) / 2;
    const [inner, outer] = radii.bars;
    const rim = (radii.rim[0] + radii.rim[1]) / 2;
    const toRadius = (score) => round(inner + ((outer - inner) * score) / MAX_SCORE);
    const [x, y] = polar(rim, middle);
    return {
        indicator,
        label,
        x,
        y,
        mark: placeMark(radii.score, (end - start) * rim),
        side: Math.sin(middle) < -1e-9 ? "left" : "right",
        hitPath: ringPath(inner, radii.rim[1], start, end, GAP),
        trackPath: ringPath(inner, outer, start, end, GAP),
        barPath:
            indicator.score > 0 ? ringPath(inner, toRadius(indicator.score), start, end, GAP) : "",
        // where the bar ended in what is compared with
        ghostPath: indicator.has_compare_score
            ? arcPath(toRadius(indicator.compare_score), start, end, GAP)
            : "",
        rimPath: ringPath(...radii.rim, start, end, GAP),
    };
}

function layoutPerspective(radii, perspective, { start, end }) {
    const [inner, outer] = radii.ring;
    const size = radii.title ?? radii.name * 1.05;
    const middle = (inner + outer) / 2;
    const inset = SECTOR_GAP / 2 / middle;
    // room for the glyph and the score behind the name
    const length = (end - start - 2 * inset) * middle - size * 3.6;
    return {
        perspective,
        path: ringPath(inner, outer, start, end, GAP),
        name: truncateText(perspective.name, size, length),
        size,
        textPath: textArc(middle, start, end, size),
        divider: [polar(radii.hub + 6, start), polar(radii.rim[1] + 2, start)],
    };
}

/**
 * Everything the wheel draws.
 *
 * @param {Object[]} perspectives as answered by `get_wheel`
 * @param {Object} options
 * @param {boolean} options.compact small screen: no names around the wheel
 * @param {boolean} [options.wall] to be read from afar: larger names, where they fit
 * @param {(indicator: Object) => string} options.getDetail second line of an indicator's label
 */
export function layoutWheel(perspectives, { compact, wall = false, getDetail }) {
    const angles = layoutAngles(perspectives);
    const flat = perspectives.flatMap(({ indicators }, index) =>
        indicators.map((indicator, position) => ({
            ...angles[index].segments[position],
            indicator,
            name: indicator.name,
            detail: getDetail(indicator),
            perspective: perspectives[index],
        }))
    );
    const { style, labels } = chooseLabels(flat, { compact, wall });
    const radii = STYLES[style];
    const [inner, outer] = radii.bars;
    return {
        style,
        radii,
        viewBox: viewBox(style, labels),
        perspectives: perspectives.map((perspective, index) =>
            layoutPerspective(radii, perspective, angles[index])
        ),
        segments: flat.map((item, index) => ({
            ...layoutSegment(radii, item, labels[index]),
            perspective: item.perspective,
        })),
        thresholds: BANDS.filter(({ from }) => from > 0).map(({ from }) =>
            round(inner + ((outer - inner) * from) / MAX_SCORE)
        ),
    };
}
