import { ContactNoteDialog } from "@crm_experience/quick_log/contact_note_dialog";

import { useEnv } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";

/** Long enough to see that it was the wrong button. */
const DELAY = 10000;

/**
 * Says that a contact was logged, and lets it be taken back or given a note.
 *
 * The notification outlives the dialog or the form that it came from.
 *
 * @returns {(item: Object, options: {canNote: boolean, onChanged: () => void}) => void}
 */
export function useContactNotification() {
    // Straight from the environment: what comes through `useService` stops with the component.
    const { orm, notification, dialog } = useEnv().services;

    return (item, { canNote, onChanged }) => {
        const buttons = [
            {
                name: _t("Undo"),
                icon: "fa-undo",
                onClick: async () => {
                    close();
                    await orm.call("crm.touchpoint", "undo_contact", [item.id]);
                    notification.add(_t("Taken back."), { type: "info" });
                    onChanged();
                },
            },
        ];
        if (canNote) {
            buttons.push({
                name: _t("Add a Note"),
                icon: "fa-pencil",
                onClick: () => {
                    close();
                    dialog.add(ContactNoteDialog, { item, onSaved: onChanged });
                },
            });
        }
        const words = [item.channel.name, item.stage?.name].filter(Boolean).join(" · ");
        const close = notification.add(_t("Logged: %(contact)s", { contact: words }), {
            type: "success",
            autocloseDelay: DELAY,
            buttons,
        });
    };
}
