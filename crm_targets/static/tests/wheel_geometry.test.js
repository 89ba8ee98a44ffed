import { describe, expect, test } from "@odoo/hoot";

import {
    allocate,
    bandOf,
    columnLabels,
    layoutAngles,
    layoutWheel,
    placeMark,
    spokeLabels,
    spread,
} from "@crm_targets/wheel/drawing/wheel_geometry";
import { arcPath, polar, ringPath, textArc } from "@crm_targets/wheel/drawing/wheel_paths";
import { sparkline } from "@crm_targets/wheel/wheel_sparkline";
import { trendShape } from "@crm_targets/wheel/wheel_trend";
import { textWidth, truncateText, wrapText } from "@crm_targets/wheel/drawing/wheel_text";

describe.current.tags("headless");

const FULL = 2 * Math.PI;
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

function makePerspectives(counts, values = {}) {
    let id = 0;
    return counts.map((count, index) => ({
        id: index + 1,
        name: `Perspective ${index + 1}`,
        weight: 25,
        has_score: true,
        score: 5,
        band: "fair",
        indicators: Array.from({ length: count }, () => ({
            line_id: ++id,
            name: `Indicator ${id}`,
            weight: 10,
            has_score: true,
            score: 5,
            band: "fair",
            ...values,
        })),
    }));
}

const layout = (perspectives, compact = false) =>
    layoutWheel(perspectives, { compact, getDetail: () => "12 of 15" });

test("bands begin at their bounds; no score is a band of its own", () => {
    expect([0, 3.29, 3.3, 6.59, 6.6, 10].map(bandOf)).toEqual([
        "poor",
        "poor",
        "fair",
        "fair",
        "good",
        "good",
    ]);
    expect(bandOf(undefined)).toBe("none");
});

test("angles run clockwise from twelve o'clock", () => {
    expect(polar(10, 0)).toEqual([0, -10]);
    expect(polar(10, Math.PI / 2)).toEqual([10, -0]);
    expect(polar(10, Math.PI)).toEqual([0, 10]);
});

describe("shares", () => {
    test("follow the weights", () => {
        expect(allocate([50, 25, 25], 100, [1, 1, 1])).toEqual([50, 25, 25]);
    });

    test("never fall below the minimum, and still add up", () => {
        const shares = allocate([1000, 1, 1], 100, [10, 10, 10]);
        expect(shares).toEqual([80, 10, 10]);
        const cascade = allocate([60, 30, 1, 0], 100, [5, 31, 5, 5]);
        expect(cascade.slice(1)).toEqual([31, 5, 5]);
        expect(sum(cascade)).toBeCloseTo(100);
    });

    test("are equal without weights", () => {
        expect(allocate([0, 0], 10, [1, 1])).toEqual([5, 5]);
    });

    test("shrink together where the minimums need more than there is", () => {
        expect(allocate([1, 1], 10, [30, 10])).toEqual([7.5, 2.5]);
    });

    test("of nobody are none", () => {
        expect(allocate([], 10, [])).toEqual([]);
    });
});

describe("angles of the wheel", () => {
    for (const counts of [
        [1],
        [1, 1, 1],
        [3, 3, 3, 3],
        [15, 15, 15, 15],
        [40, 1, 0, 1],
        [200, 100],
    ]) {
        test(`close the circle without overlap: ${counts.join(", ")} indicators`, () => {
            const sectors = layoutAngles(makePerspectives(counts));
            let angle = 0;
            for (const sector of sectors) {
                expect(sector.start).toBeCloseTo(angle);
                angle = sector.end;
                let inner = sector.start;
                for (const { start, end } of sector.segments) {
                    expect(start).toBeCloseTo(inner);
                    expect(end).toBeGreaterThan(start);
                    inner = end;
                }
                if (sector.segments.length) {
                    expect(inner).toBeCloseTo(sector.end);
                }
            }
            expect(angle).toBeCloseTo(FULL);
        });
    }
});

describe("paths", () => {
    test("a full ring is two circles, as an arc cannot end where it starts", () => {
        expect(ringPath(10, 20, 0, FULL).match(/A/g)).toHaveLength(4);
    });

    test("a piece has no number that is none, however thin", () => {
        for (const span of [0.0001, 0.01, 1, 3.5, 6.2]) {
            expect(ringPath(100, 200, 1, 1 + span, 3)).not.toMatch(/NaN|Infinity/);
        }
    });

    test("more than half a turn takes the long way", () => {
        expect(ringPath(10, 20, 0, 4)).toMatch(/A20 20 0 1 1/);
        expect(ringPath(10, 20, 0, 1)).toMatch(/A20 20 0 0 1/);
    });

    test("text runs clockwise above and counter-clockwise below, so that it never stands on its head", () => {
        expect(textArc(100, -0.5, 0.5, 10)).toMatch(/ 0 1 /);
        expect(textArc(100, Math.PI - 0.5, Math.PI + 0.5, 10)).toMatch(/ 0 0 /);
    });
});

describe("labels", () => {
    test("blocks that overlap are moved apart, in order and within the limit", () => {
        const centres = spread(
            [
                { y: 0, height: 20 },
                { y: 1, height: 20 },
                { y: 95, height: 20 },
            ],
            100
        );
        expect(centres).toEqual([0, 20, 90]);
    });

    test("blocks that do not fit are refused", () => {
        expect(
            spread(
                [
                    { y: 0, height: 150 },
                    { y: 0, height: 60 },
                ],
                100
            )
        ).toBe(null);
    });

    test("of the right half stand right of the wheel, of the left half left of it", () => {
        const segments = [
            { start: 1, end: 2, name: "Right", detail: "" },
            { start: 4, end: 5, name: "Left", detail: "" },
        ];
        const [right, left] = columnLabels(segments, 2);
        expect(right).toMatchObject({ anchor: "start" });
        expect(right.x).toBeGreaterThan(400);
        expect(left).toMatchObject({ anchor: "end" });
        expect(left.x).toBeLessThan(-400);
    });

    test("along the spokes are never upside down and left out where too thin", () => {
        const labels = spokeLabels([
            { start: 1, end: 1.2, name: "Right" },
            { start: 4, end: 4.2, name: "Left" },
            { start: 5, end: 5.001, name: "Thin" },
        ]);
        for (const label of labels.slice(0, 2)) {
            const degrees = parseFloat(label.rotate.slice("rotate(".length));
            expect(Math.abs(degrees)).toBeLessThan(91);
        }
        expect(labels[2]).toBe(null);
    });

    test("change from columns to spokes with the number of indicators; none on a small screen", () => {
        expect(layout(makePerspectives([1, 1, 1])).style).toBe("columns");
        expect(layout(makePerspectives([3, 3, 3, 3])).style).toBe("columns");
        expect(layout(makePerspectives([15, 15, 15, 15])).style).toBe("spokes");
        const small = layout(makePerspectives([3, 3]), true);
        expect(small.style).toBe("none");
        expect(small.segments.every(({ label }) => label === null)).toBe(true);
    });

    test("the score leaves the rim before the mark does", () => {
        expect(placeMark(20, 100)).toMatchObject({ showScore: true, showGlyph: true });
        expect(placeMark(20, 30)).toMatchObject({ showScore: false, showGlyph: true, glyphY: 0 });
        expect(placeMark(20, 10)).toMatchObject({ showScore: false, showGlyph: false });
    });
});

describe("text", () => {
    test("a Chinese character is as wide as it is high", () => {
        expect(textWidth("客户", 10)).toBe(20);
        expect(textWidth("ab", 10)).toBeLessThan(20);
    });

    test("is cut with an ellipsis and never wider than asked", () => {
        expect(truncateText("Revenue", 10, 100)).toBe("Revenue");
        for (const text of [
            "Revenue per square metre of all stores",
            "神秘顾客对门店整洁度的评分",
        ]) {
            const cut = truncateText(text, 10, 60);
            expect(cut).toMatch(/…$/);
            expect(textWidth(cut, 10)).toBeLessThan(60.01);
        }
        expect(truncateText("Revenue", 10, 3)).toBe("");
    });

    test("breaks between words, and anywhere between Chinese characters", () => {
        expect(wrapText("Complaints resolved in time", 10, 100, 2)).toEqual([
            "Complaints resolved",
            "in time",
        ]);
        expect(wrapText("神秘顾客对门店整洁度", 10, 60, 2)).toEqual(["神秘顾客对门", "店整洁度"]);
        expect(wrapText("one two three four five six", 10, 50, 2).at(-1)).toMatch(/…$/);
    });
});

describe("segments", () => {
    test("the bar is as long as the score, missing data has none", () => {
        const outer = ({ barPath }) => Number(barPath.match(/A([\d.]+)/)[1]);
        const half = layout(makePerspectives([2, 2], { score: 5 }));
        const [from, to] = half.radii.bars;
        expect(outer(half.segments[0])).toBeCloseTo((from + to) / 2);
        expect(outer(layout(makePerspectives([2, 2], { score: 10 })).segments[0])).toBe(to);
        const missing = { has_score: false, score: undefined, band: "none" };
        expect(layout(makePerspectives([2, 2], missing)).segments[0].barPath).toBe("");
    });

    test("one indicator fills the whole ring", () => {
        const { segments } = layout(makePerspectives([1]));
        expect(segments).toHaveLength(1);
        expect(segments[0].trackPath).not.toMatch(/NaN/);
    });
});

describe("small line", () => {
    test("rises from left to right and keeps the target in view", () => {
        const { line, end, level } = sparkline([1, 2, 3], 100, 20, 4);
        expect(line).toMatch(/^M3 17L/);
        expect(end[0]).toBe(97);
        expect(level).toBe(3);
    });

    test("is level where nothing changes", () => {
        expect(sparkline([5, 5], 100, 20).end).toEqual([97, 10]);
    });

    test("needs two values", () => {
        expect(sparkline([5], 100, 20)).toBe(null);
        expect(sparkline([], 100, 20)).toBe(null);
    });
});

describe("comparison", () => {
    test("the mark stands where the other bar ended", () => {
        const compared = { has_compare_score: true, compare_score: 5 };
        const { radii, segments } = layout(makePerspectives([2, 2], compared));
        const [inner, outer] = radii.bars;
        expect(Number(segments[0].ghostPath.match(/A([\d.]+)/)[1])).toBeCloseTo(
            (inner + outer) / 2
        );
        expect(layout(makePerspectives([2, 2])).segments[0].ghostPath).toBe("");
    });

    test("a mark all the way round is a whole circle", () => {
        expect(arcPath(10, 0, FULL).match(/A/g)).toHaveLength(2);
        expect(arcPath(10, 0, 1, 3)).not.toMatch(/NaN/);
    });
});

describe("on a wall", () => {
    test("names are larger while they fit", () => {
        const wall = (counts) =>
            layoutWheel(makePerspectives(counts), { wall: true, getDetail: () => "12 of 15" });
        expect(wall([2, 2, 2]).style).toBe("wall");
        expect(wall([15, 15, 15, 15]).style).toBe("spokes");
    });
});

describe("trend", () => {
    test("a period without a goal leaves a gap in its line, not a zero", () => {
        const item = (value, target) => ({ value, has_target: target !== undefined, target });
        const { line, target, dots, low, high } = trendShape([
            item(1, 4),
            item(2),
            item(3, 4),
            item(3, 4),
        ]);
        expect(line.match(/M/g)).toHaveLength(1);
        expect(target.match(/M/g)).toHaveLength(2);
        expect(dots).toHaveLength(4);
        expect([low, high]).toEqual([1, 4]);
    });

    test("needs two values, and is level where nothing changes", () => {
        expect(trendShape([{ value: 1, has_target: false }])).toBe(null);
        const flat = { value: 5, has_target: false };
        expect(trendShape([flat, flat]).line).not.toMatch(/NaN/);
    });
});
