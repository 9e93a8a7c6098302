'use strict';

// What stands between the node and a hub: the credential's test, the lists, the address of a trigger.
const assert = require('node:assert/strict');
const path = require('node:path');
const { test } = require('node:test');

const dist = path.join(process.env.N8N_PACKAGE, 'dist');
const node = name => require(path.join(dist, 'nodes', 'CustomerIoConnector', name));
const { CustomerIoConnectorApi, problemOf } = require(path.join(dist, 'credentials', 'CustomerIoConnectorApi.credentials.js'));

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

test('a credential that cannot work says so before anything is asked, and nothing that is secret', async () => {
    const url = 'http://hub.example:8028';
    const wrong = [
        ...['', ' ', undefined, 'hub.example:8028', '127.0.0.1:8028', 'ftp://hub.example'].map(one => [{ url: one }, /Hub Address .* is no address\. Write/]),
        ...['http://bob:pa55@hub.example', `${url}/?key=pa55`, `${url}#pa55`].map(one => [{ url: one }, /has a user, a \? or a # in it\. Write/]),
        [{ url, apiKey: 'pa55ü' }, /Hub Key .* has a character that no key has/],
        [{ url, apiKey: 'pa55\nx' }, /Hub Key .* has a character that no key has/],
        [{ url, connection: 'größe' }, /Connection .* is no name/],
    ];
    const { authenticate } = new CustomerIoConnectorApi();
    for (const [credential, how] of wrong) {
        assert.match(problemOf(credential), how);
        assert.doesNotMatch(problemOf(credential), /pa55/);
        await assert.rejects(authenticate(credential, {}), how);
        const asker = { ...caller('', () => assert.fail('nothing is asked')), getCredentials: async () => credential };
        await assert.rejects(node('lists.js').listSearch.segments.call(asker), how);
    }

    for (const one of [url, ` ${url}/ `, 'https://hub.example/customerio', 'http://[::1]:8028']) {
        assert.equal(problemOf({ url: one }), undefined);
    }

    const { headers } = await authenticate({ url, apiKey: ' key\n', connection: ' ' }, { headers: { a: 'b' } });
    assert.deepEqual(headers, { a: 'b', Authorization: 'Bearer key' });
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

test('a hub that gives no answer holds up no activation, and is handed a delivery twice under one name', async () => {
    const asked = [];
    const lost = request => {
        asked.push(request);
        throw Object.assign(new Error('no'), { httpCode: 'ECONNABORTED' });
    };
    const trigger = {
        ...caller('http://hub.example:8028', lost),
        getNodeParameter: () => [],
        getWorkflow: () => ({ id: 'w', name: 'W' }),
        getNodeWebhookUrl: () => 'https://n8n.example/webhook/7',
        getTimezone: () => 'Europe/Vienna',
        getRequestObject: () => ({ headers: {}, method: 'POST', rawBody: Buffer.from('{}') }),
        getResponseObject: () => ({ status: code => ({ type: () => ({ send: text => asked.push(`${code} ${text}`) }) }) }),
        logger: { error: () => undefined },
    };
    const { CustomerIoConnectorTrigger } = node('CustomerIoConnectorTrigger.node.js');
    const { webhookMethods, webhook } = new CustomerIoConnectorTrigger();
    await assert.rejects(webhookMethods.default.create.call(trigger), /was asked, and may have done it, but its answer was lost: it took too long\./);
    assert.deepEqual([asked.length, asked[0].timeout], [1, 8_000]);
    asked.length = 0;
    await webhook.call(trigger);
    assert.deepEqual([asked.length, asked[0].headers['Idempotency-Key'] === asked[1].headers['Idempotency-Key']], [3, true]);
    assert.equal(asked[2], '503 The event could not be taken just now.\n');
});
