/* How a fixed value of an input is read and what is wrong with it: for the server, which sends it, and for the form, which says so under the field. */
(root => {
    'use strict';

    const TIME = 'must be Unix seconds, Unix milliseconds or ISO 8601 with Z or an offset, such as 2026-01-31T09:30:00Z.';
    const NO_LIKELY_TIME =
        'looks like a date, a year or the number of a day in a spreadsheet: Unix seconds have nine digits or more since 1973. ' +
        'Write it as ISO 8601, such as 2026-01-31T09:30:00Z.';
    const NAMES = [
        ['string', 'a text'],
        ['integer', 'a whole number'],
        ['number', 'a number'],
        ['boolean', 'true or false'],
        ['object', 'an object'],
        ['array', 'a list'],
        ['null', 'null'],
    ];

    /** The value that a fixed text of a type stands for; what it cannot be read as is thrown. */
    function read(text, type) {
        switch (type) {
            case 'null':
                return null;
            case 'num':
                return toNumber(text);
            case 'date':
                return toUnixSeconds(text);
            case 'json':
                return parseJson(text);
            case 'bool':
                return /^true$/i.test(text);
            default:
                return text;
        }
    }

    function parseJson(text) {
        let value;
        try {
            value = JSON.parse(text);
        } catch (error) {
            throw new Error(`is not valid JSON: ${error.message}.`);
        }

        // JSON.parse rounds long integers without a word. Texts are skipped whole, so that only numbers are looked at.
        for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*/g)) {
            if (token[0] !== '"' && Number.isInteger(Number(token)) && !Number.isSafeInteger(Number(token))) {
                throw new Error(tooLong(token));
            }
        }

        return value;
    }

    function tooLong(text) {
        return `has more digits than a JavaScript number can hold: ${text}. Send it as a string.`;
    }

    function toNumber(text) {
        const number = String(text).trim() === '' ? NaN : Number(text);
        if (!Number.isFinite(number)) {
            throw new Error(`must be a number, and is "${text}".`);
        }

        if (Number.isInteger(number) && !Number.isSafeInteger(number)) {
            throw new Error(tooLong(text));
        }

        return number;
    }

    function toUnixSeconds(text) {
        const written = String(text ?? '').trim();
        const time = written === '' ? Date.now() : readIso(written);
        if (Number.isNaN(time)) {
            throw new Error(`is not a date: "${text}". Write it like 2026-01-31 or 2026-01-31T09:30:00Z, or leave it empty for now.`);
        }

        return Math.floor(time / 1000);
    }

    // Date.parse guesses: 01/02/2026 as January or February, a time without an offset by the server's zone, 30 February as 2 March.
    function readIso(text) {
        const match = /^([0-9]{4}-[0-9]{2}-[0-9]{2})(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2}))?$/.exec(text);
        const day = match ? Date.parse(match[1]) : NaN;
        return Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== match[1] ? NaN : Date.parse(text);
    }

    /** What the runner would say of a value under a shape, or null; what only it can know is left to it. */
    function problem(shape, value) {
        const types = typesOf(shape);
        const words = text => (shape['x-expected'] ? `must be ${shape['x-expected']}.` : text);
        if (typeof value === 'number' && (value < shape.minimum || value > shape.maximum)) {
            return words(`must be ${range(shape.minimum, shape.maximum)}.`);
        }

        if (types.length > 0 && !types.some(type => isOf(type, value))) {
            return words(`must be ${namesOf(shape).join(' or ')}.`);
        }

        if (shape.anyOf && !shape.anyOf.some(one => problem(one, value) === null)) {
            const meant = shape.anyOf.filter(one => typesOf(one).some(type => isOf(type, value)));
            return meant.length === 1 ? problem(meant[0], value) : words(`must be ${[...new Set(shape.anyOf.flatMap(namesOf))].join(' or ')}.`);
        }

        if (shape.enum && !shape.enum.includes(value)) {
            return words(`must be one of: ${shape.enum.join(', ')}.`);
        }

        if (shape['x-time'] && value !== '' && ['string', 'number'].includes(typeof value)) {
            return timeProblem(value);
        }

        return typeof value === 'string'
            ? textProblem(shape, value, words)
            : Array.isArray(value)
              ? listProblem(shape, value, words)
              : value && typeof value === 'object'
                ? objectProblem(shape, value, words)
                : null;
    }

    function objectProblem(shape, value, words) {
        if (Object.keys(value).length < shape.minProperties) {
            return words('must not be empty.');
        }

        const missing = (shape.required ?? []).find(name => !(name in value));
        if (missing !== undefined) {
            return `"${missing}" is required.`;
        }

        for (const [name, member] of shape.members ? Object.entries(value) : []) {
            const found = problem(shape.members, member);
            if (found) {
                return `"${name}" ${found}`;
            }
        }

        return null;
    }

    function typesOf(shape) {
        return [].concat(shape.type ?? []);
    }

    function namesOf(shape) {
        return NAMES.filter(([type]) => typesOf(shape).includes(type)).map(([, name]) => name);
    }

    function textProblem(shape, value, words) {
        const length = [...value].length;
        if (length < shape.minLength) {
            return words(shape.minLength === 1 ? 'must not be empty.' : `must have at least ${shape.minLength} characters.`);
        }

        if (length > shape.maxLength) {
            return words(`must have at most ${shape.maxLength} characters.`);
        }

        if (shape.pattern && !new RegExp(shape.pattern).test(value)) {
            return words(`does not have the expected form${shape.example === undefined ? '' : `, such as ${shape.example}`}.`);
        }

        const bytes = shape['x-maxBytes'] === undefined ? 0 : new TextEncoder().encode(value).length;
        return bytes > shape['x-maxBytes'] ? `is ${bytes} bytes long; at most ${shape['x-maxBytes']} are allowed.` : null;
    }

    function listProblem(shape, value, words) {
        if (value.length < shape.minItems) {
            return words(shape.minItems === 1 ? 'must not be empty.' : `must have at least ${shape.minItems} items.`);
        }

        if (value.length > shape.maxItems) {
            return words(`must have at most ${shape.maxItems} items.`);
        }

        for (const [index, item] of shape.items ? value.entries() : []) {
            const found = problem(shape.items, item);
            if (found) {
                return `item ${index + 1} ${found}`;
            }
        }

        return null;
    }

    function timeProblem(value) {
        const number = typeof value === 'number' || /^-?[0-9]{1,18}(\.[0-9]{1,9})?$/.test(value) ? Number(value) : NaN;
        if (!Number.isNaN(number)) {
            if ((number > 0 && number < 1e8) || isDateInDigits(number)) {
                return NO_LIKELY_TIME;
            }

            return Number.isInteger(number) && number >= 0 && !String(value).includes('.') ? null : TIME;
        }

        const iso = /^([0-9]{4}-[0-9]{2}-[0-9]{2})(T[0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:?[0-9]{2})$/.exec(value);
        if (iso) {
            return isDay(iso[1]) && !Number.isNaN(Date.parse(`${iso[1]}${iso[2]}Z`)) ? null : TIME;
        }

        return TIME;
    }

    function isDay(text) {
        const day = Date.parse(text);
        return !Number.isNaN(day) && new Date(day).toISOString().slice(0, 10) === text;
    }

    function isDateInDigits(number) {
        const digits = String(number);
        return (
            /^(19|20)[0-9]{10}([0-9]{2})?$/.test(digits) &&
            isDay(`${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}`) &&
            Number(digits.slice(8, 10)) < 24 &&
            Number(digits.slice(10, 12)) < 60 &&
            Number(digits.slice(12) || 0) < 60
        );
    }

    function isOf(type, value) {
        switch (type) {
            case 'integer':
                return Number.isInteger(value);
            case 'array':
                return Array.isArray(value);
            case 'null':
                return value === null;
            case 'object':
                return typeof value === 'object' && value !== null && !Array.isArray(value);
            default:
                return typeof value === type;
        }
    }

    function range(least, most) {
        return least === undefined ? `at most ${most}` : most === undefined ? `at least ${least}` : `from ${least} to ${most}`;
    }

    /** A filter of Customer.io: rows of attributes and segments, all or any of which must hold. */
    function conditions(kind, join, rows) {
        const all = rows.map(({ k, op, value }) =>
            op === 'segment' ? { segment: { id: value } } : { [kind]: op === 'exists' ? { field: k, operator: op } : { field: k, operator: op, value } },
        );
        return all.length === 0 ? undefined : all.length === 1 ? all[0] : { [join === 'or' ? 'or' : 'and']: all };
    }

    root.customerIoShape = { read, problem, conditions };
})(typeof module === 'object' ? module.exports : window);
