'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { runInNewContext } = require('node:vm');
const { McpClient, allowedEnvironment } = require(path.join(process.env.CUSTOMERIO_PACKAGE, 'mcp-client.js'));

const fake = path.join(__dirname, 'fake-runner.js');

/** A client of the stand-in, its log, and a promise that both are gone when the test is over. */
function start(t, options = {}) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'customerio-mcp-'));
    const log = path.join(folder, 'log');
    fs.writeFileSync(log, '');
    const stderr = [];
    const client = new McpClient({ command: () => ({ file: process.execPath, args: [fake, log] }), log: line => stderr.push(line), ...options });
    t.after(async () => {
        await client.close(0);
        fs.rmSync(folder, { recursive: true });
    });
    const seen = () => fs.readFileSync(log, 'utf8').split('\n').filter(Boolean).map(JSON.parse);
    return { client, seen, stderr, folder, once: path.join(folder, 'once') };
}

const isAlive = pid => {
    try {
        process.kill(pid, 0);
        return true;
    } catch {
        return false;
    }
};

test('the process starts with the first call, after the handshake', async t => {
    const { client, seen } = start(t);
    assert.deepEqual(seen(), []);
    const { structuredContent } = await client.call('echo', { a: 1 }, { meta: { 'customerio/invocationId': 'x' } });
    assert.deepEqual(structuredContent.data.arguments, { a: 1 });
    assert.equal(structuredContent.data.meta['customerio/invocationId'], 'x');
    assert.equal(seen().find(s => s.call).initialized, true);
});

test('64 calls in flight get their own answers from one process', async t => {
    const { client, seen } = start(t);
    const answers = await Promise.all(Array.from({ length: 64 }, (_, i) => client.call('echo', { i, text: 'ä€😀'.repeat(i * 50) })));
    answers.forEach((answer, i) => assert.equal(answer.structuredContent.data.arguments.i, i));
    assert.equal(answers[63].structuredContent.data.arguments.text, 'ä€😀'.repeat(63 * 50));
    assert.equal(seen().filter(s => s.start).length, 1);
});

test('a call that can be repeated is sent again to a new process under the same invocation id', async t => {
    const { client, seen, once } = start(t);
    const answer = await client.call('dieOnce', { file: once }, { resend: true, meta: { 'customerio/invocationId': 'same' } });
    assert.equal(answer.structuredContent.data.meta['customerio/invocationId'], 'same');
    assert.deepEqual(
        seen()
            .filter(s => s.call)
            .map(s => s.meta['customerio/invocationId']),
        ['same', 'same'],
    );
    assert.equal(seen().filter(s => s.start).length, 2);
});

test('a call that must not be doubled fails as uncertain, and those beside it are sent again', async t => {
    const { client, seen, once } = start(t);
    const send = client.call('never', {});
    const write = client.call('echo', { do: 'sleep', ms: 300 }, { resend: true });
    const dies = client.call('dieOnce', { file: once }, { resend: true });
    await assert.rejects(send, { code: 'uncertain' });
    await Promise.all([write, dies]);
    assert.equal(seen().filter(s => s.call === 'never').length, 1);
});

test('an answer that was written before the process died counts', async t => {
    const { client, seen } = start(t);
    await client.call('answerAndDie', {});
    await client.call('echo', {}, { resend: true });
    assert.equal(seen().filter(s => s.call === 'answerAndDie').length, 1);
});

test('a call that kills every process is given up after three', async t => {
    const { client, seen } = start(t);
    await assert.rejects(client.call('die', {}, { resend: true }), { code: 'unavailable', attempts: 3 });
    assert.equal(seen().filter(s => s.start).length, 3);
    await client.call('echo', {});
});

test('close waits for the calls in flight and leaves no process', async t => {
    const { client, seen } = start(t);
    const slow = client.call('sleep', { ms: 300 });
    await client.call('echo', {});
    await client.close(5000);
    assert.equal((await slow).structuredContent.data.slept, 300);
    assert.equal(isAlive(seen()[0].pid), false);
    assert.ok(
        seen().some(s => s.end),
        'it ended by itself, at the end of its input',
    );
    await assert.rejects(client.call('echo', {}), { code: 'cancelled' });
});

test('close does not wait longer than it was told, and says so to callers', async t => {
    const { client, seen } = start(t);
    const read = assert.rejects(client.call('never', { a: 1 }, { resend: true }), { code: 'cancelled' });
    const send = assert.rejects(client.call('never', { a: 2 }), { code: 'uncertain' });
    await client.call('echo', {});
    await client.close(100);
    await Promise.all([read, send]);
    assert.equal(seen().filter(s => s.method === 'notifications/cancelled').length, 2);
    assert.equal(isAlive(seen()[0].pid), false);
});

test('a runner that dies while it is drained is started once more for the calls it owes', async t => {
    const { client, once, seen } = start(t);
    const call = client.call('dieOnce', { file: once }, { resend: true });
    await client.close(5000);
    assert.ok((await call).structuredContent);
    assert.ok(
        seen()
            .filter(s => s.start)
            .every(s => !isAlive(s.pid)),
    );
});

test('silence about a call ends it, and progress is not silence', async t => {
    const { client, seen } = start(t);
    await client.call('echo', {});
    await Promise.all([
        assert.rejects(client.call('never', {}, { resend: true, timeoutMs: 150 }), { code: 'unavailable' }),
        assert.rejects(client.call('never', {}, { timeoutMs: 150 }), { code: 'uncertain' }),
        client.call('progress', { times: 6, ms: 60 }, { timeoutMs: 200 }),
    ]);
    await client.call('echo', {});
    assert.equal(seen().filter(s => s.method === 'notifications/cancelled').length, 2);
});

test('a program that is not there, or is no runner, is a failure in words', async t => {
    const none = start(t, { command: () => ({ file: '/no/such/program', args: [] }) });
    await assert.rejects(none.client.call('echo', {}), { code: 'unavailable', message: /did not start/ });
    const wrong = start(t, { command: () => ({ file: process.execPath, args: ['-e', 'console.error("out of order"); process.exit(7)'] }) });
    await assert.rejects(wrong.client.call('echo', {}), { code: 'unavailable', message: /out of order/ });
    const mute = start(t, { startTimeoutMs: 100, command: () => ({ file: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'] }) });
    await assert.rejects(mute.client.call('echo', {}), { code: 'unavailable', message: 'The runner did not start: it gave no answer within 0.1 seconds' });
    const killed = start(t, { command: () => ({ file: process.execPath, args: ['-e', 'process.kill(process.pid, "SIGKILL")'] }) });
    await assert.rejects(killed.client.call('echo', {}), { code: 'unavailable', message: 'The runner did not start: it was ended by SIGKILL' });
    const silent = start(t, { command: () => ({ file: process.execPath, args: ['-e', 'process.exit(3)'] }) });
    await assert.rejects(silent.client.call('echo', {}), { code: 'unavailable', message: 'The runner did not start: it ended with code 3' });
    const missing = start(t, {
        command: () => ({ file: process.execPath, args: ['-e', 'console.error("You must install .NET"); process.exit(150)'] }),
        explain: ({ stderr }) => (/install/.test(stderr) ? Object.assign(new Error('x'), { code: 'explained' }) : undefined),
    });
    await assert.rejects(missing.client.call('echo', {}), { code: 'explained' });
});

test('lines that are not JSON are skipped, and stderr goes to the log', async t => {
    const { client, stderr } = start(t);
    await client.call('garbage', {});
    await client.call('echo', {});
    assert.ok(stderr.includes('a word on stderr'));
});

test('a value that JSON would change unseen is refused before it is sent', async t => {
    const { client, seen } = start(t);
    await assert.rejects(client.call('echo', { n: NaN }), /NaN/);
    for (const at of [new Date('soon'), runInNewContext("new Date('soon')"), [{ deep: new Date(NaN) }]]) {
        await assert.rejects(client.call('echo', { at }), /is a date that there is not/);
    }

    await client.call('echo', { none: null, at: new Date(0) });
    for (const n of [1n, 2 ** 53, -(2 ** 60), [{ deep: 9007199254740993 }]]) {
        await assert.rejects(client.call('echo', { n }), /more digits than a JavaScript number can hold: .*Send it as a string/);
    }

    await client.call('echo', {});
    assert.equal(seen().filter(s => s.call).length, 2);
});

test('an error of the protocol is a failure', async t => {
    const { client } = start(t);
    await assert.rejects(client.call('refuse', {}), { code: 'input', message: 'There is no such tool.' });
});

test('the process sees the allow-listed environment and nothing else', async t => {
    const env = {
        ...process.env,
        DOTNET_gcServer: '0',
        HTTPS_PROXY: 'http://127.0.0.1:1',
        CUSTOMERIO_API_KEY: 'secret',
        DATABASE_PASSWORD: 'secret',
        NODE_OPTIONS: '--no-warnings',
    };
    const { client } = start(t, { env });
    const { structuredContent } = await client.call('env', {});
    const names = Object.keys(structuredContent.data);
    assert.ok(names.includes('PATH') && names.includes('DOTNET_gcServer') && names.includes('HTTPS_PROXY'));
    assert.deepEqual(
        names.filter(n => /CUSTOMERIO|DATABASE|NODE/.test(n)),
        [],
    );
    assert.ok(!JSON.stringify(structuredContent.data).includes('secret'));
    assert.deepEqual(allowedEnvironment({ Path: 'p', home: 'h', AWS_KEY: 'k' }), { Path: 'p', home: 'h' });
    const databases = { CRM: 'postgres://me:secret@h/db', LOCAL: 'sqlite:people.db', OLD: 'postgresql://h/db' };
    assert.deepEqual(allowedEnvironment({ ...databases, CACHE: 'redis://h', NOTE: 'not postgres://h/db' }), databases);
});
