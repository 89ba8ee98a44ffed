import { registry } from "@web/core/registry";
import { CharField, charField } from "@web/views/fields/char/char_field";

/** The name of a Font Awesome icon, with the icon beside it. */
export class IconField extends CharField {
    static template = "crm_experience.IconField";
}

registry.category("fields").add("crm_experience_icon", { ...charField, component: IconField });
