import { expect, test } from "@odoo/hoot";

import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { contains, defineModels, fields, models, mountView } from "@web/../tests/web_test_helpers";

class Channel extends models.Model {
    _name = "touchpoint.channel";

    icon = fields.Char();

    _records = [{ id: 1, icon: "fa-phone" }, { id: 2 }];
}

defineMailModels();
defineModels([Channel]);

test.tags("desktop");
test("shows the icon that is named, also while it is typed", async () => {
    await mountView({
        type: "list",
        resModel: "touchpoint.channel",
        arch: `<list editable="bottom"><field name="icon" widget="crm_experience_icon"/></list>`,
    });
    expect(".o_data_row:first i.fa").toHaveClass("fa-phone");
    expect(".o_data_row:first").toHaveText("fa-phone");
    await contains(".o_data_row:first .o_data_cell").click();
    await contains(".o_field_widget[name=icon] input").edit("fa-globe", { confirm: "tab" });
    expect(".o_data_row:first i.fa").toHaveClass("fa-globe");
});
