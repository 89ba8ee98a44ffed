import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

// About a hundred metres: enough to find a store, too little to find a door.
const DIGITS = 3;

/** Asks where the customer is, only once they tapped for it, and sends it in a form. */
export class ExperiencePosition extends Interaction {
    static selector = ".o_crm_experience_position";
    dynamicContent = {
        button: {
            "t-on-click.prevent": this.onClick,
            "t-att-class": () => ({ "d-none": !navigator.geolocation }),
            "t-att-disabled": () => this.isAsking,
        },
        "[role=alert]": { "t-att-class": () => ({ "d-none": !this.isRefused }) },
    };

    setup() {
        this.isAsking = false;
        this.isRefused = false;
    }

    async onClick() {
        this.isAsking = true;
        this.isRefused = false;
        this.updateContent();
        try {
            const { coords } = await this.waitFor(
                new Promise((resolve, reject) =>
                    navigator.geolocation.getCurrentPosition(resolve, reject, {
                        timeout: 15000,
                        maximumAge: 60000,
                    })
                )
            );
            this.el.elements.latitude.value = coords.latitude.toFixed(DIGITS);
            this.el.elements.longitude.value = coords.longitude.toFixed(DIGITS);
            this.el.submit();
        } catch {
            this.isAsking = false;
            this.isRefused = true;
        }
    }
}

registry.category("public.interactions").add("crm_experience.position", ExperiencePosition);
