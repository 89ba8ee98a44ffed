import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { renderToFragment } from "@web/core/utils/render";
import { Interaction } from "@web/public/interaction";

const WAIT = 400;
const SHORTEST = 2;

/** While a question is being typed: what others asked before. */
export class ExperienceSuggestions extends Interaction {
    static selector = ".o_crm_experience_form:has([data-suggest])";
    dynamicContent = {
        "[data-suggest]": { "t-on-input": this.debounced(this.suggest, WAIT) },
    };

    setup() {
        this.inputEl = this.el.querySelector("[data-suggest]");
        this.boxEl = this.el.querySelector(".o_crm_experience_suggestions");
        this.query = "";
    }

    /** What was typed before this was loaded, or came with the link. */
    start() {
        this.suggest();
    }

    async suggest() {
        const query = this.inputEl.value.trim();
        if (query === this.query) {
            return;
        }
        this.query = query;
        const answers =
            query.length < SHORTEST
                ? []
                : await this.waitFor(rpc("/my/experience/answers/suggest", { query }));
        if (query !== this.query) {
            return; // typed on in the meantime
        }
        const found = answers.length
            ? [renderToFragment("crm_experience.PortalSuggestions", { answers })]
            : [];
        this.boxEl.replaceChildren(...found);
    }
}

registry.category("public.interactions").add("crm_experience.suggestions", ExperienceSuggestions);
