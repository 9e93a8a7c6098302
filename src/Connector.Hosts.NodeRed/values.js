'use strict';

const { Failure } = require('./failure');
const { customerIoShape: shape } = require('./resources/shape');

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
    const type = typeOf(field, config);
    if (type === 'rows') {
        const rows = config[`p_${field.key}_r`] || [];
        return field.editor === 'list' ? readList(RED, node, field, rows, msg) : readObject(RED, node, field, rows, msg);
    }

    if (type === 'conditions') {
        return readConditions(RED, node, field, text, config[`p_${field.key}_r`] || [], msg);
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

function typeOf(field, config) {
    return config[`p_${field.key}_t`] || field.untyped || field.valueTypes[0];
}

/** Rows of attribute, operator and value, and how they are joined. */
async function readConditions(RED, node, field, join, rows, msg) {
    const wanted = rows.filter(row => row.op === 'segment' || row.k !== '');
    const withValue = wanted.map((row, index) => ({ ...row, index })).filter(row => row.op !== 'exists');
    const values = new Map(await readRows(RED, node, field, withValue, row => String(row.index), msg));
    return shape.conditions(
        field.conditions,
        join,
        wanted.map((row, index) => ({ k: row.k, op: row.op, value: values.get(String(index)) })),
    );
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
        case 'null':
        case 'num':
        case 'date':
        case 'json':
        case 'bool':
            return shape.read(text, type);
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
        default:
            throw new Error(`has a value type that this version does not know: ${type}.`);
    }
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
        return shape.read(value, 'num');
    }

    if (field.editor === 'checkbox' && /^(true|false)$/i.test(value)) {
        return /^true$/i.test(value);
    }

    return ['code', 'keyValue', 'list'].includes(field.editor) && /^\s*[[{]/.test(value) ? shape.read(value, 'json') : value;
}

function missing(field, config) {
    const text = config[`p_${field.key}`];
    const type = typeOf(field, config);
    return ['msg', 'flow', 'global'].includes(type) && text ? `is required, and ${type}.${text} is empty.` : 'is required.';
}

module.exports = { readInputs };
