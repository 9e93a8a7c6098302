'use strict';

const assert = require('node:assert/strict');
const path = require('node:path');
const { test } = require('node:test');
const folder = process.env.CUSTOMERIO_PACKAGE;
const { readInputs } = require(path.join(folder, 'values.js'));

// Node-RED's own function is used in the tests with a real Node-RED; this one knows enough for messages and expressions.
const RED = {
    util: {
        evaluateNodeProperty(text, type, node, msg, done) {
            const value = type === 'env' ? (node.env[text] ?? '') : text.split('.').reduce((o, key) => o?.[key], type === 'msg' ? msg : node.context);
            text === 'broken' ? done(new Error('it broke')) : done(null, value);
        },
    },
};
const node = { env: { COUNT: '7', FLAG: 'TRUE', OBJECT: '{"a":1}', EMPTY: '' }, context: { kept: 'x' }, credentials: { s_secret: 's3cret' } };
const fields = [
    { key: 'id', title: 'ID', editor: 'text', required: true, types: ['string', 'integer'], valueTypes: ['str', 'msg'] },
    { key: 'count', title: 'Count', editor: 'number', types: ['integer'], valueTypes: ['num'] },
    { key: 'flag', title: 'Flag', editor: 'checkbox', types: ['boolean'], valueTypes: ['bool'] },
    { key: 'kind', title: 'Kind', editor: 'choice', types: ['string'], valueTypes: ['choice'] },
    { key: 'secret', title: 'Secret', editor: 'password', types: ['string'], valueTypes: ['cred'] },
    { key: 'body', title: 'Body', editor: 'code', types: ['object', 'string'], valueTypes: ['json', 'str'] },
    { key: 'data', title: 'Data', editor: 'keyValue', types: ['object'], valueTypes: ['rows'] },
    { key: 'items', title: 'Items', editor: 'list', types: ['array'], valueTypes: ['rows'] },
    { key: 'at', title: 'At', editor: 'time', types: ['string', 'number'], valueTypes: ['str', 'num'] },
];
const read = (config, msg = {}) => readInputs(RED, node, { fields }, { p_id: '1', p_secret_t: 'str', ...config }, msg);
const problems = async (config, msg) => {
    try {
        await read(config, msg);
    } catch (error) {
        assert.equal(error.code, 'input');
        return error.problems;
    }
    return [];
};

test('what is left empty is not sent', async () => {
    assert.deepEqual(await read({ p_count: '', p_flag: '', p_kind: '', p_body: '', p_data: '', p_data_r: [], p_items_r: [], p_at: '' }), { id: '1' });
});

test('each editor gives its own type', async () => {
    assert.deepEqual(
        await read(
            {
                p_count: '5',
                p_flag: 'false',
                p_kind: 'eu',
                p_secret_t: 'cred',
                p_body: '{"a":[1]}',
                p_at: '1700000000',
                p_at_t: 'num',
                p_data_r: [
                    { k: 's', t: 'str', v: '007' },
                    { k: 'empty', t: 'str', v: '' },
                    { k: 'n', t: 'num', v: '1.5' },
                    { k: 'b', t: 'bool', v: 'true' },
                    { k: 'j', t: 'json', v: '[1,{"x":null}]' },
                    { k: 'nil', t: 'null', v: '' },
                    { k: 'd', t: 'date', v: '2026-01-31T00:00:00Z' },
                    { k: 'm', t: 'msg', v: 'payload.x' },
                    { k: 'gone', t: 'msg', v: 'nothing' },
                    { k: '', t: 'str', v: '' },
                    { k: '__proto__', t: 'num', v: '1' },
                ],
                p_items_r: [
                    { t: 'str', v: 'a' },
                    { t: 'num', v: '2' },
                ],
            },
            { payload: { x: { deep: true } } },
        ),
        {
            id: '1',
            count: 5,
            flag: false,
            kind: 'eu',
            secret: 's3cret',
            body: { a: [1] },
            at: 1700000000,
            data: { s: '007', empty: '', n: 1.5, b: true, j: [1, { x: null }], nil: null, d: 1769817600, m: { deep: true }, ['__proto__']: 1 },
            items: ['a', 2],
        },
    );
});

test('an empty date is now, in Unix seconds', async () => {
    const { data } = await read({ p_data_r: [{ k: 'now', t: 'date', v: '' }] });
    assert.ok(Math.abs(data.now - Date.now() / 1000) < 2 && Number.isInteger(data.now));
});

test('a whole object or list may come from the message, and the message stays as it is', async () => {
    const msg = { payload: { a: 1, list: [1] } };
    assert.deepEqual(await read({ p_data_t: 'msg', p_data: 'payload', p_items_t: 'msg', p_items: 'payload.list' }, msg), {
        id: '1',
        data: { a: 1, list: [1] },
        items: [1],
    });
    assert.deepEqual(msg, { payload: { a: 1, list: [1] } });
});

test('environment variables become what the input wants', async () => {
    assert.deepEqual(
        await read({
            p_count: 'COUNT',
            p_count_t: 'env',
            p_flag: 'FLAG',
            p_flag_t: 'env',
            p_data: 'OBJECT',
            p_data_t: 'env',
            p_kind: 'EMPTY',
            p_kind_t: 'env',
        }),
        { id: '1', count: 7, flag: true, data: { a: 1 } },
    );
});

test('a missing message property counts as empty, and says so where the input is required', async () => {
    assert.deepEqual(await problems({ p_id: 'payload.id', p_id_t: 'msg' }, { payload: {} }), [
        { path: '/id', message: 'is required, and msg.payload.id is empty.' },
    ]);
    assert.deepEqual(await problems({ p_id: '' }), [{ path: '/id', message: 'is required.' }]);
    assert.deepEqual(await read({ p_kind: 'gone', p_kind_t: 'msg' }), { id: '1' });
});

test('all problems are told at once, each with its path', async () => {
    const found = await problems({
        p_count: '12x',
        p_body: '{',
        p_kind: 'broken',
        p_kind_t: 'msg',
        p_data_r: [
            { k: 'a/b', t: 'num', v: '' },
            { k: 'c', t: 'date', v: 'soon' },
            { k: 'big', t: 'num', v: '12345678901234567890' },
        ],
    });
    assert.deepEqual(
        found.map(p => p.path),
        ['/count', '/kind', '/body', '/data/a~1b', '/data/c', '/data/big'],
    );
    assert.match(found[1].message, /msg\.broken: it broke/);
});

test('a buffer in a row goes out as base64', async () => {
    assert.deepEqual((await read({ p_data_r: [{ k: 'f', t: 'msg', v: 'payload' }] }, { payload: Buffer.from('hi') })).data, { f: { base64: 'aGk=' } });
});

test('a long integer inside JSON is refused, not rounded', async () => {
    for (const json of [
        '{"a":{"id":9007199254740993}}',
        '[-9007199254740993]',
        '12345678901234567890',
        '{"a":1e30}',
        '{"9007199254740993":90071992547409930}',
    ]) {
        const [problem] = await problems({ p_body: json });
        assert.match(problem.message, /more digits than a JavaScript number can hold: .*Send it as a string\./, json);
    }

    assert.deepEqual(await problems({ p_data_r: [{ k: 'j', t: 'json', v: '{"id":9007199254740993}' }] }), [
        { path: '/data/j', message: 'has more digits than a JavaScript number can hold: 9007199254740993. Send it as a string.' },
    ]);
    const kept = '{"a":"9007199254740993","b":9007199254740991,"c":0.12345678901234567,"d":"\\"9007199254740993","e":1e3}';
    assert.deepEqual(await read({ p_body: kept }), { id: '1', body: JSON.parse(kept) });
});

test('a date is ISO 8601 or refused, never guessed', async () => {
    for (const date of [
        '01/02/2026',
        '2026-1-5',
        '2026-02-30',
        '2026-01-31T09:30:00',
        '2026-01-31 09:30:00Z',
        'Jan 5 2026',
        '2026',
        '1769851800',
        '2026-01-31T25:00:00Z',
    ]) {
        const [problem] = await problems({ p_data_r: [{ k: 'd', t: 'date', v: date }] });
        assert.match(problem?.message ?? '', /is not a date: .* Write it like/, date);
    }

    for (const [date, seconds] of [
        ['2026-01-31', 1769817600],
        ['2026-01-31T09:30:00Z', 1769851800],
        [' 2026-01-31T11:30:00.5+02:00 ', 1769851800],
        ['1969-12-31T23:59Z', -60],
    ]) {
        assert.deepEqual((await read({ p_data_r: [{ k: 'd', t: 'date', v: date }] })).data, { d: seconds });
    }
});

test('rows of conditions become a filter of Customer.io', async () => {
    const { customerIoModel: model } = require(path.join(folder, 'resources/model.js'));
    const search = model.actions.find(action => action.id === 'search-people');
    const filter = async (join, rows, msg = {}) =>
        (await readInputs(RED, node, search, { p_filter_t: 'conditions', p_filter: join, p_filter_r: rows }, msg)).filter;
    const plan = { k: 'plan', op: 'eq', t: 'msg', v: 'plan' };
    const phone = { k: 'phone', op: 'exists', t: 'str', v: '' };
    assert.deepEqual(await filter('and', [plan], { plan: 'pro' }), { attribute: { field: 'plan', operator: 'eq', value: 'pro' } });
    assert.deepEqual(await filter('or', [phone, { k: '', op: 'segment', t: 'num', v: '7' }]), {
        or: [{ attribute: { field: 'phone', operator: 'exists' } }, { segment: { id: 7 } }],
    });
});

test('a flow of an earlier version means what it meant', async () => {
    const { customerIoModel: model } = require(path.join(folder, 'resources/model.js'));
    const email = model.actions.find(action => action.id === 'send-email');
    const search = model.actions.find(action => action.id === 'search-people');
    const former = { p_id: '1', p_id_t: 'str', p_to: 'a@example.com', p_to_t: 'str' };
    const wanted = { id: '1', to: 'a@example.com', body: '<p>Hi</p>', sendAt: '2026-01-31T09:30:00Z' };
    assert.deepEqual(
        await readInputs(RED, node, email, { ...former, p_body: '"<p>Hi</p>"', p_body_t: 'json', p_sendAt: wanted.sendAt, p_sendAt_t: 'str' }, {}),
        wanted,
    );
    assert.deepEqual(await readInputs(RED, node, email, { ...former, p_body: '"<p>Hi</p>"', p_sendAt: wanted.sendAt }, {}), wanted);
    assert.deepEqual(await readInputs(RED, node, search, { p_filter: '{"segment":{"id":7}}' }, {}), { filter: { segment: { id: 7 } } });
});
