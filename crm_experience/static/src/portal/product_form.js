import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/** Whoever chooses a product that they bought need not say what it is. */
export class ExperienceProductForm extends Interaction {
    static selector = ".o_crm_experience_product_form";
    dynamicContent = {
        "select[name=line]": { "t-on-change": () => {} },
        ".o_crm_experience_product_name": {
            "t-att-class": () => ({ "d-none": this.isChosen }),
        },
        "input[name=name]": { "t-att-required": () => !this.isChosen },
    };

    get isChosen() {
        return Boolean(this.el.querySelector("select[name=line]")?.value);
    }
}

registry.category("public.interactions").add("crm_experience.product_form", ExperienceProductForm);
