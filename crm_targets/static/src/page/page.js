import { mount, whenReady } from "@odoo/owl";
import { localization } from "@web/core/l10n/localization";
import { appTranslateFn, translatedTerms, translationLoaded } from "@web/core/l10n/translation";
import { getTemplate } from "@web/core/templates";

/**
 * Start a page on which nobody is signed in, without a web client: translations and notation
 * come with the page.
 *
 * @param {string} addon whose terms the page came with
 * @param {typeof import("@odoo/owl").Component} Page
 * @param {Object} data `terms` and `localization`; the rest are the props of the page
 */
export async function startPage(addon, Page, { terms, localization: notation, ...props }) {
    Object.assign(localization, notation);
    translatedTerms[addon] = terms;
    translatedTerms[translationLoaded] = true;
    await whenReady();
    await mount(Page, document.body, {
        getTemplate,
        props,
        translateFn: appTranslateFn,
        translatableAttributes: ["aria-label", "title"],
    });
}
