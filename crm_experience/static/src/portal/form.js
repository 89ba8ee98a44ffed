import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { sprintf } from "@web/core/utils/strings";
import { Interaction } from "@web/public/interaction";

/**
 * A form of the customer's page: says before it is sent that a file is too large, and is sent once
 * however often the button is tapped. The server checks all of it again.
 */
export class ExperienceForm extends Interaction {
    static selector = ".o_crm_experience_form";
    dynamicContent = {
        _root: { "t-on-submit": this.onSubmit },
        _window: { "t-on-pageshow": this.onPageShow },
        "input[type=file]": { "t-on-change": this.onFilesChange },
    };

    onFilesChange(ev) {
        const input = ev.currentTarget;
        const { mostFiles, mostBytes } = input.dataset;
        const files = [...input.files];
        const large = files.find((file) => file.size > Number(mostBytes));
        let sentence = "";
        if (files.length > Number(mostFiles)) {
            sentence = sprintf(_t("At most %s files."), mostFiles);
        } else if (large) {
            sentence = sprintf(_t("“%s” is too large."), large.name);
        }
        input.setCustomValidity(sentence);
        input.reportValidity();
    }

    onSubmit(ev) {
        if (this.isSent) {
            ev.preventDefault();
            return;
        }
        this.isSent = true;
        for (const button of this.el.querySelectorAll("button[type=submit]")) {
            button.classList.add("disabled");
        }
    }

    setup() {
        this.isSent = false;
    }

    /** Back in the history shows the page as it was left: it can be sent again. */
    onPageShow() {
        this.isSent = false;
        for (const button of this.el.querySelectorAll("button[type=submit]")) {
            button.classList.remove("disabled");
        }
    }
}

registry.category("public.interactions").add("crm_experience.form", ExperienceForm);
