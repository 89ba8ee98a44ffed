/** Answers of `crm.scorecard.get_wheel` for the tests. */

export const MEASURED = {
    line_id: 1,
    indicator_id: 11,
    code: "orders",
    name: "Orders",
    description: "Confirmed orders",
    unit: "orders",
    decimals: 0,
    direction: "higher",
    weight: 60,
    has_value: true,
    value: 1200,
    has_target: true,
    target: 1500,
    red_flag: 800,
    has_score: true,
    score: 5.1,
    band: "fair",
    has_trend: true,
    previous_value: 1000,
    trend: 0.2,
    history: [
        { date_from: "2026-11-09", label: "W46", value: 1000 },
        { date_from: "2026-11-16", label: "W47", value: 1200 },
    ],
    error: "",
    has_compare: false,
    has_compare_score: false,
    has_comment: false,
};
export const MISSING = {
    line_id: 2,
    indicator_id: 12,
    code: "complaints",
    name: "Complaints",
    description: "",
    unit: "",
    decimals: 0,
    direction: "lower",
    weight: 40,
    has_value: false,
    has_target: false,
    has_score: false,
    band: "none",
    has_trend: false,
    history: [],
    error: "",
    has_compare: false,
    has_compare_score: false,
    has_comment: false,
};

export function makeWheel(indicators, scorecard = {}) {
    const scored = indicators.some((indicator) => indicator.has_score);
    const score = scored
        ? { has_score: true, score: 5.1, band: "fair", has_compare_score: false }
        : { has_score: false, band: "none", has_compare_score: false };
    return {
        scorecard: {
            id: 5,
            name: "Harbour Street",
            unit_name: "Harbour Street",
            granularity: "week",
            date: "2026-11-18",
            period_label: "Week 47, 2026",
            date_from: "2026-11-16",
            date_to: "2026-11-22",
            ...scorecard,
        },
        ...score,
        compare: "",
        perspectives: [
            {
                id: 1,
                code: "customers",
                name: "Customers",
                weight: 25,
                ...score,
                objectives: [],
                indicators,
            },
        ],
    };
}
