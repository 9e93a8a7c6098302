'use strict';

// What is typed into the forms becomes the input of an action. The sources are compiled by whoever starts this, and lie in N8N_PACKAGE.
const assert = require('node:assert/strict');
const path = require('node:path');
const { test } = require('node:test');
const { DateTime } = require('luxon');

const folder = path.join(process.env.N8N_PACKAGE, 'dist', 'nodes', 'CustomerIoConnector');
const { fields } = require(path.join(folder, 'fields.js'));
const { readInputs } = require(path.join(folder, 'values.js'));

const ZONE = 'Europe/Vienna';
const read = (given, ...names) => readInputs(names.map(name => fields[name]), given, ZONE);

test('an empty field is none, 0 and false are values', () => {
    assert.deepEqual(read({ id: '', eventName: undefined, language: null }, 'id', 'eventName', 'language'), {});
    assert.deepEqual(read({ unsubscribed: false, limit: 0 }, 'unsubscribed', 'limit'), { unsubscribed: false, limit: 0 });
});

test('a number of an expression is the text that a text field wants', () => assert.deepEqual(read({ id: 7 }, 'id'), { id: '7' }));

test('a whole number that JavaScript rounds is refused, wherever it stands', () => {
    const digits = '9007199254740993';
    const isRefused = (given, ...names) => assert.throws(() => read(given, ...names), /has more digits than a JavaScript number can hold: 9007199254740992\. Send/);
    isRefused({ id: Number(digits) }, 'id');
    isRefused({ limit: Number(digits) }, 'limit');
    isRefused({ customerData: { rows: [{ name: 'n', type: 'number', numberValue: digits }] } }, 'customerData');
    isRefused({ customerData: { rows: [{ name: 'n', type: 'json', jsonValue: `{"a":[${digits}]}` }] } }, 'customerData');
    isRefused({ customerDataMode: 'json', customerDataJson: `{"a":{"b":-1,"c":${digits}}}` }, 'customerData', 'customerDataJson');
    isRefused({ customerDataMode: 'json', customerDataJson: { a: Number(digits) } }, 'customerData', 'customerDataJson');
    const whole = { customerDataMode: 'json', customerDataJson: `{"text":"${digits}","safe":9007199254740991,"part":0.1}` };
    assert.deepEqual(read(whole, 'customerData', 'customerDataJson').customerData, { text: digits, safe: 9007199254740991, part: 0.1 });
});

test('rows have the type that they name, and two items share nothing', () => {
    const rows = [
        { name: 'plan', type: 'string', stringValue: '007' },
        { name: 'seats', type: 'number', numberValue: 3 },
        { name: 'typed', type: 'number', numberValue: '4.5' },
        { name: 'vip', type: 'boolean', booleanValue: false },
        { name: 'since', type: 'date', dateValue: '2026-01-31T00:00:00' },
        { name: 'summer', type: 'date', dateValue: '2026-07-31T00:00:00' },
        { name: 'utc', type: 'date', dateValue: '2026-01-31T00:00:00Z' },
        { name: 'tags', type: 'json', jsonValue: '["a"]' },
        { name: 'none', type: 'json', jsonValue: '{}' },
        { name: 'gone', type: 'null' },
        { name: 'blank', type: 'string', stringValue: '' },
        { name: '', type: 'string', stringValue: 'a row without a name' },
    ];
    const one = read({ customerData: { rows } }, 'customerData', 'customerDataJson');
    assert.deepEqual(one.customerData, {
        plan: '007',
        seats: 3,
        typed: 4.5,
        vip: false,
        since: 1769814000,
        summer: 1785448800,
        utc: 1769817600,
        tags: ['a'],
        none: {},
        gone: null,
        blank: '',
    });
    assert.deepEqual(read({ customerData: { rows: rows.slice(0, 1) } }, 'customerData').customerData, { plan: '007' });
});

test('a row whose expression gave nothing is left out, and what is not of its type is refused', () => {
    const rows = ['string', 'number', 'boolean', 'date', 'json'].flatMap(type => [
        { name: `${type} 1`, type, [`${type}Value`]: undefined },
        { name: `${type} 2`, type, [`${type}Value`]: null },
        ...(type === 'string' ? [] : [{ name: `${type} 3`, type, [`${type}Value`]: '' }]),
    ]);
    assert.deepEqual(read({ customerData: { rows } }, 'customerData'), {});
    const texts = [
        { name: 'number', type: 'string', stringValue: 7 },
        { name: 'boolean', type: 'string', stringValue: true },
        { name: 'switch', type: 'boolean', booleanValue: 'false' },
    ];
    assert.deepEqual(read({ customerData: { rows: texts } }, 'customerData').customerData, { number: '7', boolean: 'true', switch: false });
    const seven = { rows: [{ name: 'seats', type: 'number', numberValue: 'seven' }] };
    assert.throws(() => read({ customerData: seven }, 'customerData'), /"seven" is not a number, which the row seats wants\./);
});

test('a value that is nearly of its type is refused, and not guessed', () => {
    const row = (type, value) => read({ customerData: { rows: [{ name: 'x', type, [`${type}Value`]: value }] } }, 'customerData').customerData;
    const [long, cut] = ['x'.repeat(500), `"${'x'.repeat(100)}…"`];
    for (const [value, quoted] of [[' ', '" "'], ['1e400', '"1e400"'], ['0x10', '"0x10"'], [true, 'true'], [[1], '[1]'], [long, cut]]) {
        assert.throws(() => row('number', value), { message: `${quoted} is not a number, which the row x wants.` });
    }

    assert.deepEqual(['-1.5', ' 2 ', '1e3', 0].map(value => row('number', value).x), [-1.5, 2, 1000, 0]);
    for (const value of ['yes', '1', 1, ' ']) {
        assert.throws(() => row('boolean', value), /is neither true nor false, which the row x wants\.$/);
    }

    assert.deepEqual(['TRUE', 'False', ' true ', false].map(value => row('boolean', value).x), [true, false, true, false]);
    for (const value of ['20260131', 20260131, '2026', '1.5', 46053.4, 1, 202601310930, '20260131093000', 8640000000000001]) {
        assert.throws(() => row('date', value), /looks like a date, a year or the number of a day in a spreadsheet: /);
    }

    for (const value of ['31.01.2026', '2026-02-30', [], {}, true]) {
        assert.throws(() => row('date', value), /is not a date\. Write it like /);
    }

    assert.deepEqual([0, -86400, '0'].map(value => row('date', value).x), [0, -86400, 0]);

    assert.deepEqual(['1769817600', 1769817600, 1769817600000, '1769817600000', '2026-01-31T00:00:00Z'].map(v => row('date', v).x), Array(5).fill(1769817600));
});

test('JSON beside rows is an object like them, and no row is lost by its name', () => {
    const customerData = { rows: [{ name: 'a', type: 'string', stringValue: 'row' }] };
    for (const customerDataJson of ['"abc"', '[1,2]', '7', 'null', [1]]) {
        assert.throws(() => read({ customerData, customerDataJson }, 'customerData', 'customerDataJson'), /^Error: Customer Data \(JSON\) must be an object, /);
    }

    const proto = { rows: [{ name: '__proto__', type: 'string', stringValue: 'x' }] };
    assert.equal(JSON.stringify(read({ customerData: proto }, 'customerData').customerData), '{"__proto__":"x"}');
});

test('a number or a date that is none is refused, wherever it stands, since JSON would make it nothing', () => {
    const isRefused = (given, how, ...names) => assert.throws(() => read(given, ...names), how);
    const row = (type, value) => ({ customerData: { rows: [{ name: 'x', type, [`${type}Value`]: value }] } });
    for (const value of [NaN, Infinity, -Infinity]) {
        const how = new RegExp(` holds ${value}, which is what JavaScript makes of a calculation without a result\\. Look at its expression\\.$`);
        ['string', 'number', 'boolean', 'date', 'json'].forEach(type => isRefused(row(type, value), how, 'customerData'));
        isRefused({ id: value }, how, 'id');
        isRefused({ limit: value }, how, 'limit');
        isRefused({ timestamp: value }, how, 'timestamp');
        isRefused({ ids: ['1', [value]] }, how, 'ids');
        isRefused({ customerDataJson: { a: [{ b: value }] } }, how, 'customerDataJson');
    }

    isRefused({ customerDataJson: '{"a":1e400}' }, /holds Infinity/, 'customerDataJson');
    for (const value of [new Date('x'), 'Invalid DateTime', DateTime.fromISO('x')]) {
        ['string', 'date', 'json'].forEach(type => isRefused(row(type, value), /holds a date that there is not/, 'customerData'));
        isRefused({ timestamp: value }, /holds a date that there is not/, 'timestamp');
        isRefused({ customerDataJson: { a: [value] } }, /holds a date that there is not/, 'customerDataJson');
    }

    const since = new Date(1769817600000);
    assert.deepEqual(read(row('date', since), 'customerData').customerData, { x: 1769817600 });
    assert.deepEqual(read({ customerDataJson: { none: null, since } }, 'customerDataJson').customerDataJson, { none: null, since });
});

test('a row is not lost to another one, or by its name or type', () => {
    const rows = (...all) => () => read({ customerData: { rows: all } }, 'customerData').customerData;
    const text = (name, stringValue) => ({ name, type: 'string', stringValue });
    const other = { name: 'plan', type: 'number', numberValue: 1 };
    assert.throws(rows(text('plan', 'a'), other), /^Error: Two rows have the name plan, and one value would be lost\./);
    assert.deepEqual(rows(text('plan', 'a'), text('plan', undefined), text('Plan', 'b'))(), { plan: 'a', Plan: 'b' });
    assert.throws(rows(text({ a: 1 }, 'a')), /^Error: The name of a row must be a text, and not \{"a":1\}\./);
    assert.throws(rows({ name: 'plan', type: 'text', textValue: 'a' }), /^Error: The row plan cannot have the type "text"\. Choose one of the list\./);
    assert.deepEqual(rows(text(7, 'a'), text(null, 'b'))(), { 7: 'a' });
});

test('a choice that was not made is not sent', () => {
    assert.deepEqual([fields.method.default, fields.method.options[0].value, read({ method: '' }, 'method')], ['', '', {}]);
});

test('rows and JSON of one input are one object, and rows win', () => {
    const given = { customerData: { rows: [{ name: 'a', type: 'string', stringValue: 'row' }] }, customerDataJson: '{"a":"json","b":2}' };
    assert.deepEqual(read(given, 'customerData', 'customerDataJson'), { customerData: { a: 'row', b: 2 } });
    assert.deepEqual(read({ customerDataJson: { b: 2 } }, 'customerData', 'customerDataJson'), { customerData: { b: 2 } }, 'an expression gives an object');
    assert.deepEqual(read({ customerDataJson: '{}' }, 'customerData', 'customerDataJson'), {});
});

test('what is no JSON, or no date, says so', () => {
    assert.throws(() => read({ customerDataJson: '{a' }, 'customerData', 'customerDataJson'), /^Error: Customer Data \(JSON\) is not JSON: /);
    const rows = [{ name: 'since', type: 'date', dateValue: 'yesterday' }];
    assert.throws(() => read({ customerData: { rows } }, 'customerData'), /"yesterday" is not a date\. Write it like 2026-01-31T09:30:00Z\./);
});

test('a time without an offset is in the time zone of the workflow, others are left to the hub', () => {
    assert.deepEqual(read({ timestamp: '2026-07-31T09:30:00' }, 'timestamp'), { timestamp: '2026-07-31T09:30:00.000+02:00' });
    for (const timestamp of ['2026-07-31T09:30:00Z', 1785488400, '1785488400', 'soon']) {
        assert.deepEqual(read({ timestamp }, 'timestamp'), { timestamp });
    }
});

test('a locator gives what was chosen or typed', () => {
    assert.deepEqual(read({ segment: { __rl: true, mode: 'list', value: '7', cachedResultName: 'VIP (7)' } }, 'segment'), { segment: '7' });
    assert.deepEqual(read({ segment: { __rl: true, mode: 'id', value: 7 } }, 'segment'), { segment: '7' });
    assert.deepEqual(read({ segment: { __rl: true, mode: 'list', value: '' } }, 'segment'), {});
});

test('a list takes rows, an expression that gives a list, and a single value', () => {
    assert.deepEqual(read({ ids: ['1', 2, ''] }, 'ids'), { ids: ['1', '2'] });
    assert.deepEqual(read({ ids: [['1', '2'], '3'] }, 'ids'), { ids: ['1', '2', '3'] });
    assert.deepEqual(read({ ids: '1' }, 'ids'), { ids: ['1'] });
    assert.deepEqual(read({ ids: [] }, 'ids'), {});
});

test('a list of objects has an entry for each', () => {
    const attributes = { rows: [{ name: 'role', type: 'string', stringValue: 'boss' }] };
    const items = [
        { objectTypeId: { __rl: true, mode: 'list', value: '1' }, objectId: 'acme', attributes },
        { objectTypeId: { __rl: true, mode: 'id', value: '2' }, objectId: '' },
    ];
    const relationships = [{ objectTypeId: '1', objectId: 'acme', attributes: { role: 'boss' } }, { objectTypeId: '2' }];
    assert.deepEqual(read({ relationships: { items } }, 'relationships@identify', 'relationshipsJson'), { relationships });
    assert.deepEqual(read({ relationships: { items }, relationshipsJson: '[{"objectId":"b"}]' }, 'relationships@identify', 'relationshipsJson'), {
        relationships: [{ objectId: 'b' }, ...relationships],
    });
});

test('conditions become a filter of Customer.io', () => {
    const filter = (given, more) => read({ filter: given, ...more }, 'filterMatch', 'filter', 'filterJson').filter;
    const plan = { field: 'plan', operator: 'eq', type: 'string', stringValue: 'pro' };
    const equals = { attribute: { field: 'plan', operator: 'eq', value: 'pro' } };
    assert.deepEqual(filter({ attribute: [plan] }), equals);
    assert.deepEqual(filter({ attribute: [{ ...plan, operator: 'notEq' }] }), { not: equals });
    assert.deepEqual(filter({ attribute: [{ field: 'plan', operator: 'notExists' }] }), { not: { attribute: { field: 'plan', operator: 'exists' } } });
    assert.deepEqual(filter({ attribute: [{ field: 'age', operator: 'eq', type: 'number', numberValue: 7 }] }), {
        attribute: { field: 'age', operator: 'eq', value: 7 },
    });
    const segment = [{ membership: 'notIn', segment: { __rl: true, mode: 'list', value: '7' } }];
    assert.deepEqual(filter({ attribute: [plan], segment }), { and: [equals, { not: { segment: { id: '7' } } }] });
    assert.deepEqual(filter({ attribute: [plan], segment }, { filterMatch: 'or' }), { or: [equals, { not: { segment: { id: '7' } } }] });
    assert.equal(filter({}), undefined);
});

test('what was filled in before the form was switched to the other way is not sent', () => {
    const given = { filter: { attribute: [{ field: 'a', operator: 'exists' }] }, filterJson: '{"segment":{"id":7}}' };
    const names = ['filterMatch', 'filter', 'filterJson'];
    assert.deepEqual(read({ ...given, filterMode: 'json' }, ...names), { filter: { segment: { id: 7 } } });
    assert.deepEqual(read({ ...given, filterMode: 'fields' }, ...names), { filter: { attribute: { field: 'a', operator: 'exists' } } });
});

test('an input that is called like a parameter of n8n itself keeps its name', () =>
    assert.deepEqual(read({ operationInput: 'start' }, 'operationInput'), { operation: 'start' }));
