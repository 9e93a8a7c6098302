'use strict';

const { Failure } = require('./failure');

/**
 * What a node's form says for one message: the arguments of its action, with every problem at once.
 * An input that was left empty, or whose message property is missing, is not sent, so that the action's default holds.
 */
async function readInputs(RED, node, action, config, msg) {
    const input = {};
    const problems = [];
    for (const field of action.fields) {
        try {
            const value = await readField(RED, node, field, config, msg);
            if (value !== undefined && (value !== null || field.types.includes('null'))) {
                input[field.key] = value;
            } else if (field.required) {
                throw new Error(missing(field, config));
            }
        } catch (error) {
            problems.push(...(error.problems ?? [{ path: `/${field.key}`, label: field.title, message: error.message }]));
        }
    }

    if (problems.length > 0) {
        throw new Failure('input', problems.map(p => `${p.label} ${p.message}`).join(' '), {
            problems: problems.map(({ path, message }) => ({ path, message })),
            short: `${problems[0].label} ${problems[0].message}`,
        });
    }

    return input;
}

async function readField(RED, node, field, config, msg) {
    const text = config[`p_${field.key}`];
    const type = config[`p_${field.key}_t`] || field.valueTypes[0];
    if (type === 'rows') {
        const rows = config[`p_${field.key}_r`] || [];
        return field.editor === 'list' ? readList(RED, node, field, rows, msg) : readObject(RED, node, field, rows, msg);
    }

    if (type === 'events') {
        return config[`p_${field.key}`] || [];
    }

    if (type === 'cred') {
        return node.credentials?.[`s_${field.key}`] || undefined;
    }

    if (text === '' || text === undefined || text === null) {
        return undefined;
    }

    const value = await evaluate(RED, node, text, type, msg);
    return type === 'env' ? fromText(value, field) : value;
}

async function readObject(RED, node, field, rows, msg) {
    const entries = await readRows(
        RED,
        node,
        field,
        rows.filter(row => row.k !== ''),
        row => row.k,
        msg,
    );
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

async function readList(RED, node, field, rows, msg) {
    const entries = await readRows(RED, node, field, rows, (_, index) => String(index), msg);
    return entries.length === 0 ? undefined : entries.map(([, value]) => value);
}

async function readRows(RED, node, field, rows, nameOf, msg) {
    const entries = [];
    const problems = [];
    for (const [index, row] of rows.entries()) {
        const name = nameOf(row, index);
        try {
            const value = await evaluate(RED, node, row.v, row.t, msg);
            if (value !== undefined) {
                entries.push([name, Buffer.isBuffer(value) ? { base64: value.toString('base64') } : value]);
            }
        } catch (error) {
            problems.push({
                path: `/${field.key}/${name.replace(/~/g, '~0').replace(/\//g, '~1')}`,
                label: `${field.title}, ${name}:`,
                message: error.message,
            });
        }
    }

    if (problems.length > 0) {
        throw Object.assign(new Error(), { problems });
    }

    return entries;
}

async function evaluate(RED, node, text, type, msg) {
    switch (type) {
        case 'str':
        case 'choice':
            return text;
        case 'null':
            return null;
        case 'num':
            return toNumber(text);
        case 'date':
            return toUnixSeconds(text);
        case 'json':
            return parseJson(text);
        case 'msg':
        case 'flow':
        case 'global':
        case 'env':
        case 'jsonata':
            try {
                return await new Promise((resolve, reject) =>
                    RED.util.evaluateNodeProperty(text, type, node, msg, (error, value) => (error ? reject(error) : resolve(value))),
                );
            } catch (error) {
                throw new Error(`could not be read from ${type === 'jsonata' ? 'the expression' : `${type}.${text}`}: ${error.message ?? error}.`);
            }
        case 'bool':
            return /^true$/i.test(text);
        default:
            throw new Error(`has a value type that this version does not know: ${type}.`);
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

// Environment variables are always texts, whatever the input wants.
function fromText(value, field) {
    if (typeof value !== 'string') {
        return value;
    }

    if (value === '') {
        return undefined;
    }

    if (field.editor === 'number') {
        return toNumber(value);
    }

    if (field.editor === 'checkbox' && /^(true|false)$/i.test(value)) {
        return /^true$/i.test(value);
    }

    return ['code', 'keyValue', 'list'].includes(field.editor) && /^\s*[[{]/.test(value) ? parseJson(value) : value;
}

function missing(field, config) {
    const text = config[`p_${field.key}`];
    const type = config[`p_${field.key}_t`] || field.valueTypes[0];
    return ['msg', 'flow', 'global'].includes(type) && text ? `is required, and ${type}.${text} is empty.` : 'is required.';
}

module.exports = { readInputs };
