/**
 * Rows of the heat map from the answer of `crm.scorecard.get_heat_map`: pure functions.
 */

/**
 * @param {Object} row a scorecard
 * @param {{kind: string, id: number|undefined}} column
 * @returns {Object|undefined} what stands there: a cell, a perspective, or the scorecard itself
 */
export function cellOf(row, { kind, id }) {
    if (kind === "indicator") {
        return row.cells.find((cell) => cell.indicator_id === id);
    }
    return kind === "perspective" ? row.perspectives.find((item) => item.id === id) : row;
}

/**
 * @param {Object[]} rows
 * @param {{kind: string, id: number|undefined, ascending: boolean}} order
 * @returns {Object[]} a sorted copy; what has no score comes last, whichever way it is sorted
 */
export function sortRows(rows, order) {
    const direction = order.ascending ? 1 : -1;
    if (order.kind === "name") {
        return [...rows].sort((a, b) => direction * a.name.localeCompare(b.name));
    }
    const scoreOf = (row) => {
        const cell = cellOf(row, order);
        return cell?.has_score ? cell.score : undefined;
    };
    return [...rows].sort((a, b) => {
        const [first, second] = [scoreOf(a), scoreOf(b)];
        if (first === undefined || second === undefined) {
            return (first === undefined) - (second === undefined);
        }
        return direction * (first - second);
    });
}

/**
 * @param {Object[]} perspectives
 * @returns {{kind: string, id: number|undefined, name: string}[]} the total, then every perspective
 *  followed by its indicators
 */
export function columnsOf(perspectives) {
    return perspectives.flatMap((perspective) => [
        { ...perspective, kind: "perspective" },
        ...perspective.indicators.map((indicator) => ({
            ...indicator,
            kind: "indicator",
            id: indicator.indicator_id,
        })),
    ]);
}
