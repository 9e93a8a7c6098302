#!/usr/bin/env node
'use strict';

// A stand-in for the runner: does what the call's arguments ask for. Its first argument is a file that gets one line for each thing seen.
const fs = require('node:fs');
const readline = require('node:readline');

const log = process.argv[2];
const note = what => log && fs.appendFileSync(log, `${JSON.stringify({ pid: process.pid, ...what })}\n`);
const say = message => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const result = (id, data, extra = {}) =>
    say({ id, result: { content: [], structuredContent: { status: 'succeeded', data, request: {}, warnings: [] }, ...extra } });
let initialized = false;

const tools = {
    'list-options': id =>
        say({
            id,
            result: {
                content: [],
                structuredContent: {
                    options: [
                        { value: '6', label: 'Everybody' },
                        { value: '7', label: 'Paying people' },
                    ],
                },
            },
        }),
    echo: (id, params) => result(id, { arguments: params.arguments, meta: params._meta }),
    env: id => result(id, process.env),
    sleep: (id, params) => setTimeout(() => result(id, { slept: params.arguments.ms }), params.arguments.ms),
    never: () => {},
    die: () => process.kill(process.pid, 'SIGKILL'),
    answerAndDie: id => {
        result(id, {});
        process.stdout.write('', () => process.exit(3));
    },
    fail: (id, params) => say({ id, result: { isError: true, content: [{ type: 'text', text: JSON.stringify({ error: params.arguments }) }] } }),
    refuse: id => say({ id, error: { code: -32602, message: 'There is no such tool.' } }),
    progress: (id, params) => {
        let left = params.arguments.times;
        const timer = setInterval(() => {
            if (left-- > 0) {
                say({ method: 'notifications/progress', params: { progressToken: params._meta.progressToken, progress: 1 } });
            } else {
                clearInterval(timer);
                result(id, {});
            }
        }, params.arguments.ms);
    },
    garbage: id => {
        process.stdout.write('this is not JSON\n');
        console.error('a word on stderr');
        result(id, {});
    },
    // Answers the first process of a test lacks, so that a restart can be seen.
    dieOnce: (id, params) => {
        if (fs.existsSync(params.arguments.file)) {
            result(id, { meta: params._meta });
        } else {
            fs.writeFileSync(params.arguments.file, '');
            process.kill(process.pid, 'SIGKILL');
        }
    },
};

note({ start: true });
readline
    .createInterface({ input: process.stdin })
    .on('line', line => {
        const { id, method, params } = JSON.parse(line);
        if (method === 'initialize') {
            say({ id, result: { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'fake', version: '1' } } });
        } else if (method === 'notifications/initialized') {
            initialized = true;
        } else if (method === 'tools/call') {
            note({ call: params.name, arguments: params.arguments, meta: params._meta, initialized });
            (tools[params.arguments?.do] ?? tools[params.name] ?? tools.echo)(id, params);
        } else {
            note({ method, params });
        }
    })
    .on('close', () => {
        note({ end: true });
        process.exit(0);
    });
