'use strict';

// A host's side of the runner, as the nodes of Node-RED use it: calls come in as lines, and their ends go out as lines.
// usage: node flow.js FOLDER-OF-THE-NODES, with CUSTOMERIO_RUNNER
const path = require('node:path');
const readline = require('node:readline');

const folder = path.resolve(process.argv[2]);
const { McpClient } = require(path.join(folder, 'mcp-client.js'));
const { findRunner, explainExit } = require(path.join(folder, 'runner.js'));

const say = line => process.stdout.write(JSON.stringify(line) + '\n');
const client = new McpClient({ command: findRunner, explain: explainExit, log: line => process.stderr.write(line + '\n') });
let runner;

function tellRunner() {
    if (client.child?.pid !== runner) {
        runner = client.child?.pid;
        say({ runner: runner ?? null });
    }
}

function failureOf(result) {
    const text = (result.content ?? []).map(part => part.text ?? '').join('\n');
    try {
        return JSON.parse(text);
    } catch {
        return { kind: 'unavailable', message: text };
    }
}

async function run({ n, tool, input, resend, meta }) {
    try {
        const answer = client.call(tool, input, { resend, meta });
        tellRunner();
        const result = await answer;
        const failure = result.isError ? failureOf(result) : null;
        say({ n, kind: failure?.kind ?? null, message: failure?.message });
    } catch (error) {
        say({ n, kind: error.code ?? 'defect', message: error.message });
    }
}

setInterval(tellRunner, 50);
readline
    .createInterface({ input: process.stdin })
    .on('line', line => run(JSON.parse(line)))
    .on('close', async () => {
        await client.close();
        process.exit(0);
    });
