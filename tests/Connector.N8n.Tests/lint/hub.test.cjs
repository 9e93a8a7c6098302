'use strict';

// What stands between the node and a hub: the credential's test, the lists, the address of a trigger.
const assert = require('node:assert/strict');
const path = require('node:path');
const { test } = require('node:test');

const dist = path.join(process.env.N8N_PACKAGE, 'dist');
const node = name => require(path.join(dist, 'nodes', 'CustomerIoConnector', name));
const { CustomerIoConnectorApi } = require(path.join(dist, 'credentials', 'CustomerIoConnectorApi.credentials.js'));

const caller = (url, answer) => ({
    getCredentials: async () => ({ url }),
    getNode: () => ({ id: 'node-1', name: 'Customer.io', type: 'customerIoConnector' }),
    helpers: { httpRequestWithAuthentication: async (credential, request) => answer(request) },
});

test('a list of a server that is no hub is a sentence', async () => {
    for (const body of ['<html>', {}, { options: 'none' }]) {
        const list = node('lists.js').listSearch.segments.call(caller('http://other.example', () => ({ statusCode: 200, body })));
        await assert.rejects(list, error => error.message === "The hub's address answered 200, and not as a hub does.");
    }
});

test('blanks around the address are none of it', async () => {
    const asked = [];
    const hub = request => (asked.push(request.url), { statusCode: 200, body: { options: [{ value: '7', label: 'VIP' }] } });
    const found = await node('lists.js').loadOptions.segments.call(caller(' http://hub.example:8028/ ', hub));
    assert.deepEqual([asked, found], [['http://hub.example:8028/options/segments'], [{ name: 'VIP', value: '7' }]]);
});

test('the test of the credential passes where a hub says so, and nowhere else', () => {
    const { request, rules } = new CustomerIoConnectorApi().test;
    // As n8n goes through them.
    const bodies = rules.filter(({ type }) => type === 'responseSuccessBody').map(({ properties }) => properties);
    const verdict = body => bodies.find(({ key, value }) => body?.[key] === value)?.message;
    assert.equal(verdict({ passed: true }), undefined);
    assert.match(verdict({ passed: false }), /not all of its keys/);
    for (const body of ['<html>', '', {}, [], { status: 'ok' }, undefined]) {
        assert.match(verdict(body), /There is no hub at this address/);
    }

    assert.match(request.baseURL, /\.trim\(\)/);
});

test('two n8ns with the same path are two addresses', () => {
    const { pathOf } = node('receive.js');
    const [one, other, local] = ['https://a.example/webhook/7', 'https://b.example/webhook/7', 'http://127.0.0.1:5678/webhook/7'].map(pathOf);
    assert.deepEqual([one, other, local], ['/https/a.example/webhook/7', '/https/b.example/webhook/7', '/http/127.0.0.1~5678/webhook/7']);
    for (const address of ['http://[::1]:5678/webhook/a%20b', `https://a.example/${'x'.repeat(600)}`]) {
        assert.match(pathOf(address), /^\/[A-Za-z0-9/_.~-]{1,499}$/);
    }
});
