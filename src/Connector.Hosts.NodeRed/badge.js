'use strict';

const STATUS_PAUSE_MS = 100;

/** Shows the newest status under a node, at most ten times a second, so that a busy flow does not flood the editor. */
function statusBadge(node) {
    let timer = null;
    let next = null;
    const pause = () => {
        timer = setTimeout(() => {
            timer = null;
            if (next) {
                node.status(next);
                next = null;
                pause();
            }
        }, STATUS_PAUSE_MS);
        timer.unref();
    };
    return {
        show(status) {
            status = status.text === undefined ? status : { ...status, text: shorten(status.text) };
            if (timer) {
                next = status;
            } else {
                node.status(status);
                pause();
            }
        },
        stop() {
            clearTimeout(timer);
            timer = null;
            next = null;
        },
    };
}

/** What a badge must not be steered by: control characters, and marks that turn the direction of writing. */
const UNFIT = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** The first line of a text, as far as a badge can show it. */
function shorten(text) {
    const line = text.split('\n')[0].replace(UNFIT, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
    return line.length <= 60 ? line : `${line.slice(0, 59)}…`;
}

module.exports = { statusBadge };
