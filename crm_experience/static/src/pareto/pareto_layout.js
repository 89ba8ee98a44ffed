export const WIDTH = 960;
export const HEIGHT = 300;
const TOP = 24;
const MOST = 12;
// of a character of a label
const LETTER = 7;

function shorten(text, width) {
    const most = Math.floor(width / LETTER);
    const letters = [...text];
    return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : text;
}

/**
 * Places of bars and of the line of their running share, in a drawing of WIDTH × HEIGHT.
 *
 * The scale is that of the total, as in every Pareto chart: so the line starts on the first bar
 * and ends in the corner. The first dozen is drawn, the table has all of them.
 *
 * @param {{id: number, name: string, value: number, share: number, cumulative: number,
 *     is_vital: boolean}[]} bars from the biggest to the smallest
 */
export function layOut(bars) {
    const shown = bars.slice(0, MOST);
    const step = WIDTH / Math.max(shown.length, 1);
    const bottom = HEIGHT;
    const height = bottom - TOP;
    const items = shown.map((bar, index) => ({
        bar,
        x: index * step + step * 0.12,
        width: step * 0.76,
        y: bottom - bar.share * height,
        height: bar.share * height,
        middle: (index + 0.5) * step,
        line: bottom - bar.cumulative * height,
        label: shorten(bar.name.split(" / ").at(-1), step),
    }));
    return {
        items,
        path: items.map(({ middle, line }) => `${middle},${line}`).join(" "),
        threshold: bottom - 0.8 * height,
    };
}
