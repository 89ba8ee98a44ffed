/** @odoo-module ignore */
/**
 * What was tapped in the mail is sent as soon as somebody moves, touches or types. A program that
 * scans mails may open the page and run this script, but it does none of that.
 *
 * The page stands on its own, without the modules of the web client.
 */
document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector("form[data-send-on-touch]");
    if (!form) {
        return;
    }
    const signs = ["pointerdown", "pointermove", "touchstart", "keydown", "wheel"];
    let isSent = false;
    const send = (event) => {
        // a choice that is clicked sends itself; and events that a script made up are no person
        const isOwn = event.target instanceof Element && event.target.closest("button, a, textarea");
        if (isSent || !event.isTrusted || isOwn) {
            return;
        }
        isSent = true;
        form.submit();
    };
    signs.forEach((sign) => document.addEventListener(sign, send, { passive: true }));
    document.addEventListener("submit", () => {
        isSent = true;
    });
});
