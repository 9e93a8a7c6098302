'use strict';

/**
 * Why a call failed. Catch nodes get `code` and `cause` of an error and nothing else of it, so the details stand in both places.
 */
class Failure extends Error {
    /**
     * @param {string} kind Who has to act: input, connection, rejected, rateLimited, unavailable, uncertain, cancelled or defect.
     * @param {string} message What happened, then what to do.
     * @param {{status?: number, problems?: {path: string, message: string}[], retryAfter?: number, attempts?: number, short?: string}} details
     */
    constructor(kind, message, details = {}) {
        super(message);
        const { short, ...rest } = details;
        this.name = 'CustomerIoError';
        this.code = kind;
        const known = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined && value !== null));
        Object.assign(this, known);
        this.cause = { kind, message, ...known };
        // Words for the badge under the node; not part of what Catch nodes see.
        Object.defineProperty(this, 'short', { value: short || message, enumerable: false });
        // A stack names files of this machine and says nothing about Customer.io.
        delete this.stack;
    }

    /** Node-RED shows an error by its text, which should begin with what happened and not with a class name. */
    toString() {
        return this.message;
    }
}

module.exports = { Failure };
