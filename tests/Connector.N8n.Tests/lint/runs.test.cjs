'use strict';

// What the node asks of the hub, and what becomes of each item, against a hub that is written down here.
const assert = require('node:assert/strict');
const path = require('node:path');
const { test } = require('node:test');

const folder = path.join(process.env.N8N_PACKAGE, 'dist', 'nodes', 'CustomerIoConnector');
const { CustomerIoConnector } = require(path.join(folder, 'CustomerIoConnector.node.js'));

const OK = { status: 'succeeded', data: {}, request: { count: 1 }, warnings: [] };
const answer = (statusCode, body) => ({ statusCode, body });
const failure = (kind, message, problems = []) => ({ error: { kind, message, status: null, problems, retryAfter: null, attempts: 1 } });
const track = (id, more = {}) => ({ resource: 'event', operation: 'track', id, eventName: 'Bought', ...more });
const settle = () => new Promise(resolve => setImmediate(resolve));

/** Runs the node as n8n does: a parameter that an item does not have throws, unless there is a fallback. */
async function run(items, hub, { onError = 'continueRegularOutput', isTool = false, execution = '41', runIndex = 0, context = {}, binary } = {}) {
    const calls = [];
    const node = {
        getInputData: () => items.map(json => (binary === undefined ? { json } : { json, binary })),
        getNodeParameter(name, index, fallback) {
            const value = items[index][name];
            if (value instanceof Error) {
                throw value;
            }

            if (value === undefined && fallback === undefined) {
                throw new Error(`Could not get parameter "${name}"`);
            }

            return value === undefined ? fallback : value;
        },
        getTimezone: () => 'Europe/Vienna',
        continueOnFail: () => onError !== 'stopWorkflow',
        isToolExecution: () => isTool,
        getNode: () => ({ id: 'node-1', name: 'Customer.io', type: 'customerIoConnector', onError }),
        getInstanceId: () => 'instance',
        getWorkflow: () => ({ id: 'workflow', name: 'W' }),
        getExecutionId: () => execution,
        getContext: () => context,
        evaluateExpression: () => runIndex,
        getCredentials: async () => ({ url: 'http://hub.example:8028/' }),
        helpers: {
            async httpRequestWithAuthentication(credential, request) {
                const { pathname } = new URL(request.url);
                calls.push({ ...request, body: JSON.parse(request.body), path: pathname, key: request.headers['Idempotency-Key'] });
                return await hub(calls.at(-1));
            },
        },
    };
    const [output] = await new CustomerIoConnector().execute.call(node);
    return { output, calls };
}

test('one item is one call of its action, and the whole result', async () => {
    const item = track('7', { additionalFields: { eventDataJson: '{"price":5}' }, requestOptions: { timeout: 500 } });
    const { output, calls } = await run([item], () => answer(200, OK));
    assert.deepEqual([calls[0].method, calls[0].url, calls.length], ['POST', 'http://hub.example:8028/actions/track', 1]);
    assert.deepEqual(calls[0].body, { id: '7', eventName: 'Bought', eventData: { price: 5 }, timeout: 500 });
    assert.deepEqual(output, [{ json: OK, pairedItem: { item: 0 } }]);
});

test('what reads gives its data, or the whole result where that is wanted', async () => {
    const read = { resource: 'person', operation: 'get-person', id: '7' };
    const hub = () => answer(200, { ...OK, data: { customer: { id: '7' } } });
    assert.deepEqual((await run([read], hub)).output[0].json, { customer: { id: '7' } });
    assert.equal((await run([{ ...read, requestOptions: { output: 'result' } }], hub)).output[0].json.status, 'succeeded');
    assert.deepEqual((await run([read], () => answer(200, { ...OK, data: [1] }))).output[0].json, { data: [1] });
});

test('an item may go on as it was, with the result beside', async () => {
    const hub = call => answer(200, { ...OK, data: call.path === '/actions/batch' ? { failed: [] } : {} });
    for (const count of [1, 2]) {
        const items = Array.from({ length: count }, (_, i) => track(String(i), { plan: `p${i}`, requestOptions: { output: 'input' } }));
        const { output } = await run(items, hub);
        assert.deepEqual(output.map(o => [o.json.plan, o.json.customerio.status]), items.map(i => [i.plan, 'succeeded']));
        assert.equal('customerio' in items[0], false, 'the input stays as it was');
    }
});

test('several items go together, and each has its own outcome in its place', async () => {
    const refused = [{ index: 1, reason: 'invalid', field: '/input/eventName', message: 'is too long.', retryable: false }];
    const partial = { ...OK, status: 'partial', data: { succeeded: 2, failed: refused } };
    const { output, calls } = await run([track('1'), track('2'), track('3')], () => answer(200, partial));
    assert.deepEqual([calls.length, calls[0].path], [1, '/actions/batch']);
    const { eventId, ...input } = calls[0].body.operations[1].input;
    assert.deepEqual([calls[0].body.operations[1].action, input], ['track', { id: '2', eventName: 'Bought' }]);
    assert.match(eventId, /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
    assert.deepEqual(output.map(o => [o.pairedItem.item, o.json.status ?? o.json.error.kind]), [[0, 'succeeded'], [1, 'rejected'], [2, 'succeeded']]);
    assert.deepEqual(output[1].json.message, '/eventName: is too long.');
    assert.deepEqual(output[1].json.error.problems, [{ path: '/eventName', message: 'is too long.' }]);
    assert.deepEqual(output[0].json.data, {});
});

test('a batch of which nothing was accepted says of each item what was wrong with it', async () => {
    const problems = [{ path: '/operations/0/input/id', message: 'is required.' }, { path: '/operations/1', message: 'is too large.' }];
    const { output } = await run([track(''), track('2')], () => answer(400, failure('input', 'Two.', problems)));
    assert.deepEqual(output.map(o => o.json.message), ['/id: is required.', 'The item is too large.']);
});

test('a batch that ended early names what was not accepted', async () => {
    const problems = [{ path: '/operations/2', message: 'The keys were refused.' }];
    const { output } = await run([track('1'), track('2'), track('3')], () => answer(502, failure('connection', 'The keys were refused.', problems)));
    assert.deepEqual(output.map(o => o.json.status ?? o.json.error.kind), ['succeeded', 'succeeded', 'connection']);
});

test('of a batch that failed otherwise nothing was accepted, whichever items its problems name', async () => {
    for (const [status, kind] of [[400, 'input'], [503, 'unavailable'], [422, 'rejected'], [504, 'uncertain']]) {
        const problems = [{ path: '/operations/1', message: 'was not sent.' }];
        const { output } = await run([track('1'), track('2')], () => answer(status, failure(kind, 'No.', problems)));
        assert.deepEqual(output.map(o => [o.json.error?.kind, o.json.message]), [[kind, 'No.'], [kind, 'The item was not sent.']]);
    }
});

test('a batch that failed as a whole failed for each', async () => {
    const { output } = await run([track('1'), track('2')], () => answer(503, failure('unavailable', 'Customer.io cannot be reached.')));
    assert.deepEqual(output.map(o => o.json.error.kind), ['unavailable', 'unavailable']);
});

test('thousands of items go in batches that fit a body, one after the other', async () => {
    let atOnce = 0;
    const sizes = [];
    const long = i => ({ additionalFields: { eventDataJson: { text: 'x'.repeat(i < 100 ? 20_000 : 10) } } });
    const items = Array.from({ length: 2500 }, (_, i) => track(String(i), long(i)));
    const { output } = await run(items, async call => {
        assert.equal(++atOnce, 1);
        await settle();
        atOnce--;
        sizes.push(call.body.operations.length);
        assert.ok(JSON.stringify(call.body).length < 1 << 20);
        return answer(200, { ...OK, data: { succeeded: call.body.operations.length, failed: [] } });
    });
    assert.deepEqual(output.map(o => o.pairedItem.item), items.map((_, i) => i));
    assert.ok(sizes.length > 3 && Math.max(...sizes) <= 1000, sizes.join());
});

test('items with other request options go in another batch, and batching can be switched off', async () => {
    const hub = call => answer(200, { ...OK, data: { failed: [] } });
    const mixed = [track('1'), track('2'), track('3', { requestOptions: { region: 'eu' } }), track('4', { requestOptions: { region: 'eu' } })];
    const { calls } = await run(mixed, hub);
    assert.deepEqual(calls.map(c => [c.path, c.body.operations.length, c.body.region]), [['/actions/batch', 2, undefined], ['/actions/batch', 2, 'eu']]);
    const off = await run([1, 2].map(i => track(String(i), { requestOptions: { batching: false } })), hub);
    assert.deepEqual(off.calls.map(c => c.path), ['/actions/track', '/actions/track']);
});

test('a key that may not run batch sends each item on its own', async () => {
    const forbidden = failure('input', 'The key n8n may not run batch. GET /actions lists what it may run.');
    const { output, calls } = await run([track('1'), track('2')], call => (call.path === '/actions/batch' ? answer(403, forbidden) : answer(200, OK)));
    assert.deepEqual(calls.map(c => c.path), ['/actions/batch', '/actions/track', '/actions/track']);
    assert.deepEqual(output.map(o => o.json.status), ['succeeded', 'succeeded']);
});

test('what goes one by one is bounded, and keeps the order of one person', async () => {
    let atOnce = 0;
    let most = 0;
    const seen = [];
    const email = i => ({ resource: 'message', operation: 'send-email', id: `p${i % 4}`, to: `${i}@example.com`, requestOptions: { concurrency: 3 } });
    const { output } = await run(Array.from({ length: 40 }, (_, i) => email(i)), async call => {
        most = Math.max(most, ++atOnce);
        await settle();
        atOnce--;
        seen.push(call.body);
        return answer(200, OK);
    });
    assert.deepEqual([most, output.length], [3, 40]);
    for (const id of ['p0', 'p1', 'p2', 'p3']) {
        const numbers = seen.filter(b => b.id === id).map(b => parseInt(b.to, 10));
        assert.deepEqual(numbers, [...numbers].sort((a, b) => a - b));
    }
});

test('a key that names nothing is none, and what cannot name anything is refused', async () => {
    const hub = () => answer(200, { ...OK, data: { failed: [] } });
    const named = idempotencyKey => track('1', { requestOptions: { idempotencyKey } });
    const none = await run([named(' '), named(''), named(null), named(undefined)], hub);
    assert.deepEqual(none.calls.map(c => [c.path, c.body.operations.length]), [['/actions/batch', 4]]);
    const { output, calls } = await run([named({ a: 1 }), named(['a']), named(true)], hub);
    assert.deepEqual(calls, []);
    assert.deepEqual(
        output.map(o => o.json.message),
        ['a value of type object', 'a list', 'a value of type boolean'].map(what => `Idempotency Key must be a text or a number, not ${what}.`),
    );
    const rounded = await run([NaN, Infinity, 1e21, Number('9007199254740993')].map(named), hub);
    assert.deepEqual([rounded.calls, rounded.output.map(o => o.json.message.slice(0, 30))], [[], Array(4).fill('Idempotency Key is the number ')]);
});

test('items that share any person keep their order, whichever input names it', async () => {
    const requestOptions = { batching: false };
    const merge = (primary, secondary) => ({ resource: 'person', operation: 'merge-people', primary, secondary, requestOptions });
    const seen = [];
    const slowFirst = async call => {
        for (let turns = call.body.primary === 'b' ? 20 : 1; turns > 0; turns--) {
            await settle();
        }

        seen.push(call.body);
        return answer(200, OK);
    };
    await run([merge('b', 'a'), merge('c', 'b'), merge('d', 'c'), merge('y', 'x')], slowFirst);
    assert.deepEqual(seen.filter(b => b.primary !== 'y').map(b => b.primary), ['b', 'c', 'd']);
    assert.equal(seen[0].primary, 'y', 'who has nothing to do with them does not wait');
});

test('people of a list and an address are known again, and devices of a push are nobody', async () => {
    const order = async items => {
        const seen = [];
        await run(items, async call => {
            for (let turns = { 'add-relationships': 40, 'send-email': 20 }[call.path.slice(9)] ?? 1; turns > 0; turns--) {
                await settle();
            }

            seen.push(call.path);
            return answer(200, OK);
        });
        return seen.map(one => one.replace('/actions/', ''));
    };
    const people = { items: [{ id: 'Ada@example.com' }] };
    const relate = { resource: 'object', operation: 'add-relationships', additionalFields: { objectTypeId: '1', objectId: 'acme', people } };
    const mail = { resource: 'message', operation: 'send-email', id: '7', to: 'ada@example.com' };
    assert.deepEqual(await order([relate, mail, { resource: 'person', operation: 'destroy', id: 'ADA@example.com' }]), [
        'add-relationships',
        'send-email',
        'destroy',
    ]);
    let most = 0;
    let atOnce = 0;
    const push = id => ({ resource: 'message', operation: 'send-push', id, additionalFields: { to: 'all' } });
    await run(['1', '2', '3'].map(push), async () => {
        most = Math.max(most, ++atOnce);
        await settle();
        atOnce--;
        return answer(200, OK);
    });
    assert.equal(most, 3);
});

test('an item that goes alone is not overtaken by a batch with its person', async () => {
    const items = [
        track('1', { eventName: 'A', requestOptions: { idempotencyKey: 'a' } }),
        track('1', { eventName: 'B' }),
        track('2', { eventName: 'C' }),
        track('3', { eventName: 'D' }),
        { resource: 'person', operation: 'destroy', id: '4' },
        track('4', { eventName: 'E' }),
    ];
    const { calls } = await run(items, () => answer(200, { ...OK, data: { failed: [] } }));
    const said = calls.map(c => c.body.operations?.map(o => o.input.eventName) ?? c.body.eventName ?? 'destroyed');
    assert.deepEqual(said[0], ['C', 'D']);
    assert.deepEqual(said.slice(1).filter(name => 'AB'.includes(name)), ['A', 'B']);
    assert.deepEqual(said.slice(1).filter(name => !'AB'.includes(name)), ['destroyed', 'E']);
});

test('input and result keeps binary data, and the input also of what failed', async () => {
    const binary = { file: { data: 'aGk=', mimeType: 'text/plain' } };
    const wrong = failure('input', 'Nobody is named.', [{ path: '/id', message: 'is required.' }]);
    const email = (id, more = {}) => ({ resource: 'message', operation: 'send-email', id, plan: 'pro', requestOptions: { output: 'input' }, ...more });
    const hub = call => (call.body.id === '2' ? answer(400, wrong) : answer(200, OK));
    const { output } = await run([email('1'), email('2'), email('3', { to: new Error('no') })], hub, { binary });
    assert.deepEqual(output.map(o => [o.json.plan, o.binary, o.json.customerio.message, o.error]), [
        ['pro', binary, undefined, undefined],
        ['pro', binary, 'Nobody is named.', undefined],
        ['pro', binary, 'no', undefined],
    ]);
    assert.equal(output[1].json.customerio.error.kind, 'input');
    // n8n knows what goes to the branch of errors by these two alone, and adds what came in.
    const branch = (await run([email('1'), email('2')], hub, { binary, onError: 'continueErrorOutput' })).output;
    assert.deepEqual(branch.map(o => [Object.keys(o.json).includes('plan'), o.binary]), [[true, binary], [false, binary]]);
    assert.deepEqual([Object.keys(branch[1].json), branch[1].error], [['message', 'error'], undefined]);
    assert.equal((await run([track('1')], () => answer(200, OK), { binary })).output[0].binary, undefined);
});

test('an operation that there is not says so', async () => {
    for (const item of [track('1', { operation: '__CUSTOM_API_CALL__' }), track('1', { resource: '__CUSTOM_API_CALL__', operation: '' })]) {
        const { output } = await run([item], () => assert.fail('nothing is sent'));
        assert.match(output[0].json.message, /^This node has no operation ".*"\. Choose one of its list; Raw Request sends any request to Customer\.io\.$/);
    }
});

test('an item that cannot be read fails alone', async () => {
    const items = [track('1'), track(new Error('[line 1] $json is no more')), track('3', { additionalFields: { eventDataJson: '{a' } })];
    const { output, calls } = await run(items, () => answer(200, OK));
    assert.equal(calls.length, 1);
    assert.deepEqual(output.map(o => o.json.error?.kind), [undefined, 'input', 'input']);
    assert.match(output[2].json.message, /^Event Data \(JSON\) is not JSON: /);
});

test('a failure that ends the execution is told in our words, and nothing is begun after it', async () => {
    const wrong = failure('input', 'Nobody is named.', [{ path: '/id', message: 'is required.' }]);
    const email = i => ({ resource: 'message', operation: 'send-email', id: 'p', to: `${i}@example.com` });
    const calls = [];
    await assert.rejects(
        run(
            [email(0), email(1), email(2)],
            call => {
                calls.push(call);
                return calls.length === 2 ? answer(400, wrong) : answer(200, OK);
            },
            { onError: 'stopWorkflow' },
        ),
        error => {
            assert.equal(error.constructor.name, 'NodeApiError');
            assert.deepEqual([error.message, error.description, error.httpCode, error.context.itemIndex], ['Nobody is named.', '/id: is required.', '400', 1]);
            return true;
        },
    );
    assert.equal(calls.length, 2);
    const unread = run([email(0), { ...email(1), to: new Error('no') }], () => assert.fail('nothing is sent'), { onError: 'stopWorkflow' });
    await assert.rejects(unread, error => error.constructor.name === 'NodeOperationError' && error.context.itemIndex === 1);
});

test('a hub that cannot be reached, and a server that is none, are told', async () => {
    const away = await run([track('1')], () => Promise.reject(new Error('connect ECONNREFUSED')));
    assert.equal(away.output[0].json.message, 'The hub at http://hub.example:8028/ could not be reached: connect ECONNREFUSED');
    for (const code of ['ECONNREFUSED', 'ENOTFOUND', 'EPROTO', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE']) {
        const { output } = await run([track('1')], () => Promise.reject(Object.assign(new Error('no'), { httpCode: code })));
        assert.equal(output[0].json.error.kind, 'unavailable', code);
    }

    for (const status of [200, 404]) {
        const other = await run([track('1')], () => answer(status, '<html>'));
        assert.equal(other.output[0].json.message, `The hub's address answered ${status}, and not as a hub does.`);
    }
});

test('what may have been done, although the answer was lost, is uncertain, and a read may be repeated', async () => {
    const read = { resource: 'person', operation: 'get-person', id: '7' };
    for (const code of ['ECONNRESET', 'ECONNABORTED', 'ETIMEDOUT', 'EPIPE', '']) {
        const lost = () => Promise.reject(Object.assign(new Error('socket hang up'), { cause: { code } }));
        const { output } = await run([{ resource: 'message', operation: 'send-email', id: '7' }], lost);
        assert.equal(output[0].json.error.kind, 'uncertain', code);
        assert.match(output[0].json.message, /^The hub at http:\/\/hub\.example:8028\/ was asked, and may have done it, but its answer was lost: /);
        assert.equal((await run([read], lost)).output[0].json.error.kind, 'unavailable', code);
        assert.deepEqual((await run([track('1'), track('2')], lost)).output.map(o => o.json.error.kind), ['uncertain', 'uncertain']);
    }

    const { output } = await run([read], () => answer(504, failure('uncertain', 'No answer.')));
    assert.equal(output[0].json.error.kind, 'unavailable');
});

test('an attribute may have any name', async () => {
    const eventDataJson = '{"constructor":"Mc","prototype":{"__proto__":1},"__proto__":2}';
    const { calls } = await run([track('1', { additionalFields: { eventDataJson } })], request => {
        assert.equal(request.headers['Content-Type'], 'application/json');
        return answer(200, OK);
    });
    assert.equal(JSON.stringify(calls[0].body.eventData), eventDataJson);
});

test('who gets an address or another name by data is known by it', async () => {
    const requestOptions = { batching: false };
    const identify = (id, customerDataJson) => ({ resource: 'person', operation: 'identify', id, additionalFields: { customerDataJson }, requestOptions });
    const seen = [];
    const known = [identify('1', { email: 'Ada@example.com' }), identify('ada@example.com', { cio_id: 'a1' }), identify('cio_a1', {})];
    const items = [...known, identify('2', { email: null })];
    await run(items, async call => {
        for (let turns = 40 - 10 * seen.length - (call.body.id === '2' ? 39 : 0); turns > 0; turns--) {
            await settle();
        }

        seen.push(call.body.id);
        return answer(200, OK);
    });
    assert.deepEqual(seen, ['2', '1', 'ada@example.com', 'cio_a1']);
});

test('an event of a batch has the same name in whatever company it comes', async () => {
    const hub = call => answer(200, { ...OK, data: { failed: [] } });
    const context = {};
    const names = async (items, how) => (await run(items, hub, { context, ...how })).calls[0].body.operations.map(o => o.input.eventId);
    const all = await names([track('1'), track('2'), track('3')]);
    assert.equal(new Set(all).size, 3);
    const withoutSecond = await names([track('1'), track(new Error('no')), track('3')], { execution: '42' });
    assert.deepEqual(withoutSecond, [all[0], all[2]], 'as when an execution is retried after its workflow was mended');
    const own = { advancedOptions: { eventId: '01HB4HBDKTFWYZCK01DMRSWRFD' } };
    assert.equal((await names([track('1', own), track('2')]))[0], '01HB4HBDKTFWYZCK01DMRSWRFD');
    const people = await run(['1', '2'].map(id => ({ resource: 'person', operation: 'destroy', id })), hub);
    assert.deepEqual(people.calls[0].body.operations[0].input, { id: '1' }, 'what is no event has no id of one');
});

test('an invocation has a name that n8n gives again when it tries again', async () => {
    const hub = () => answer(200, { ...OK, data: { failed: [] } });
    const context = {};
    const keys = async (items, how) => (await run(items, hub, { context, ...how })).calls.map(c => c.key);
    const [one] = await keys([track('1')]);
    assert.match(one, /^[ -~]{1,255}$/);
    assert.deepEqual(await keys([track('1')]), [one]);
    assert.deepEqual(await keys([track('1')], { execution: '42' }), [one], 'an execution that is retried has another number, and the same context');
    assert.notDeepEqual(await keys([track('1')], { runIndex: 1 }), [one]);
    assert.notDeepEqual(await keys([track('1')], { context: {} }), [one], 'another execution may have the same number, after a database was restored');
    assert.equal((await keys([track('1'), track('2')])).length, 1);
    const alone = { requestOptions: { batching: false } };
    assert.equal(new Set(await keys([track('1', alone), track('1', alone)])).size, 2, 'the items of one execution are two');
    const [first, second] = [await keys([track('1')], { isTool: true }), await keys([track('1')], { isTool: true })];
    assert.notDeepEqual(first, second, 'an agent that repeats a call means it');
});

test('an item may be named after what happened, in place of the execution', async () => {
    const hub = call => answer(200, { ...OK, data: { failed: [] } });
    const named = (id, idempotencyKey) => track(id, { requestOptions: { idempotencyKey } });
    const keys = async (items, how) => (await run(items, hub, how)).calls.map(c => c.key);
    assert.deepEqual(await keys([named('1', 'order 1')]), await keys([named('1', 'order 1')], { execution: '42' }));
    assert.notDeepEqual(await keys([named('1', 'order 1')]), await keys([named('1', 'order 2')]));
    const { calls } = await run([named('1', 'a'), named('2', 'b'), track('3'), track('4')], hub);
    assert.deepEqual(calls.map(c => c.path).sort(), ['/actions/batch', '/actions/track', '/actions/track'], 'it is the same in whatever company');
    assert.equal(new Set([...(await keys([named('1', 'a'), named('1', 'a')])), ...(await keys([named('1', ' a ')], { runIndex: 3 }))]).size, 1, 'one event');
    assert.deepEqual(await keys([named('1', 7)]), await keys([named('1', '7')]));
    for (const key of ['Bestellung ä', 'x'.repeat(400)]) {
        assert.match((await keys([named('1', key)]))[0], /^[0-9a-f]{64}$/);
    }
});
