import { _t } from "@web/core/l10n/translation";

/**
 * Open the records behind a figure, and say how many of them one may see.
 *
 * @param {Object} component with the services `orm`, `action` and `notification`
 * @param {{line_id: number, name: string}} indicator
 * @param {string|false} date a day of the period; today by default
 */
export async function openRecordsOf({ orm, action, notification }, indicator, date) {
    const result = await orm.call("crm.scorecard", "get_records_action", [
        indicator.line_id,
        ...(date ? [date] : []),
    ]);
    if (result.visible_count < result.total_count) {
        notification.add(
            _t("You may see %(visible)s of %(total)s records.", {
                visible: result.visible_count,
                total: result.total_count,
            }),
            { type: "info" }
        );
    } else if (!result.action) {
        notification.add(_t("There are no records behind “%s”.", indicator.name), {
            type: "info",
        });
    }
    if (result.action) {
        await action.doAction(result.action);
    }
}
