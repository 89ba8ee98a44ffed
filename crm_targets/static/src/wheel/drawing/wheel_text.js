/**
 * Text for SVG, without a DOM: SVG neither wraps nor cuts text, and measuring it in the
 * page would need a second rendering. Widths are estimates, on the safe side.
 * Units: em for a single character, the unit of `size` for everything else.
 */

// Hangul, CJK, kana and full-width forms, pictographs
const WIDE =
    /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const NARROW = /[ijlItf.,:;'|!()[\]{} ]/;
const BROAD = /[mwMW@%&A-Z]/;
const ELLIPSIS = "…";

function charWidth(char) {
    if (WIDE.test(char)) {
        return 1;
    }
    if (NARROW.test(char)) {
        return 0.34;
    }
    return BROAD.test(char) ? 0.7 : 0.54;
}

/**
 * @param {string} text
 * @param {number} size font size
 * @returns {number} estimated width, in the unit of `size`
 */
export function textWidth(text, size) {
    return Array.from(text).reduce((width, char) => width + charWidth(char), 0) * size;
}

/**
 * @param {string} text
 * @param {number} size font size
 * @param {number} maxWidth in the unit of `size`
 * @returns {string} the text, or its beginning with an ellipsis; never wider than `maxWidth`
 *  ("" where not even the ellipsis fits)
 */
export function truncateText(text, size, maxWidth) {
    if (textWidth(text, size) <= maxWidth) {
        return text;
    }
    const chars = Array.from(text);
    while (chars.length && textWidth(chars.join("") + ELLIPSIS, size) > maxWidth) {
        chars.pop();
    }
    if (!chars.length) {
        return textWidth(ELLIPSIS, size) <= maxWidth ? ELLIPSIS : "";
    }
    return chars.join("").trimEnd() + ELLIPSIS;
}

/** Where a line may break: after a blank, and on both sides of a wide character. */
function splitTokens(text) {
    const tokens = [];
    for (const char of Array.from(text)) {
        const last = tokens.at(-1);
        if (last === undefined || WIDE.test(char) || WIDE.test(last.at(-1)) || last.endsWith(" ")) {
            tokens.push(char);
        } else {
            tokens[tokens.length - 1] += char;
        }
    }
    return tokens;
}

/**
 * @param {string} text
 * @param {number} size font size
 * @param {number} maxWidth in the unit of `size`
 * @param {number} maxLines
 * @returns {string[]} at most `maxLines` lines, the last one cut with an ellipsis if needed
 */
export function wrapText(text, size, maxWidth, maxLines) {
    const lines = [""];
    for (const token of splitTokens(text.trim().replace(/\s+/g, " "))) {
        const current = lines.at(-1);
        const fits = textWidth((current + token).trimEnd(), size) <= maxWidth;
        if (current && !fits && lines.length < maxLines) {
            lines.push(token);
        } else {
            lines[lines.length - 1] = current + token;
        }
    }
    return lines.map((line) => truncateText(line.trimEnd(), size, maxWidth));
}
