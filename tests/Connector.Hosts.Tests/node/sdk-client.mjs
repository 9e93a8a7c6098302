// Holds the runner against the official TypeScript client. Usage: node sdk-client.mjs <command> <args…>; the sink's URL is in SINK.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { Ajv } from 'ajv';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [command, ...args] = process.argv.slice(2);
const transport = new StdioClientTransport({
    command,
    args,
    env: {
        ...process.env,
        CUSTOMERIO_SITE_ID: 'site',
        CUSTOMERIO_API_KEY: 'sdk-client-key',
        CUSTOMERIO_APP_API_KEY: 'sdk-client-app-key',
        CUSTOMERIO_PIPELINES_API_KEY: 'sdk-client-pipelines-key',
        CUSTOMERIO_BASE_URL: process.env.SINK,
    },
});
const client = new Client({ name: 'sdk-client', version: '1' });
await client.connect(transport);

const ajv = new Ajv({ strict: false });
const { tools } = await client.listTools();
const calls = [];
const table = join(process.env.CUSTOMERIO_CONNECTOR_HOME, 'people.csv');
writeFileSync(table, 'id,plan\n1,pro\n');
const more = {
    'check-connection': [{}],
    'receive-event': [
        {
            headers: { 'content-type': 'application/json' },
            body: '{"event_id":"e1","object_type":"email","metric":"sent","timestamp":1700000000,"data":{"campaign_id":"oddly a text"}}',
        },
        { headers: { 'content-type': 'text/plain' }, body: 'no' },
    ],
    'list-received-events': [{ limit: 5 }],
    'run-import': [{ kind: 'people', from: table }],
    // A sync needs a database of its own: JobToolTests runs one.
    'run-sync': [],
    // It needs a workspace with a segment: JobToolTests polls one.
    'run-segment-poll': [],
};
for (const tool of tools) {
    const valid = { input: ajv.compile(tool.inputSchema), output: ajv.compile(tool.outputSchema) };
    const inputs = more[tool.name] ?? tool._meta?.['customerio/action']?.examples.map(e => e.input) ?? [];
    for (const input of inputs) {
        // The client itself throws when structuredContent does not fit outputSchema.
        const result = await client.callTool({ name: tool.name, arguments: input });
        calls.push({
            tool: tool.name,
            inputFits: valid.input(input),
            outputFits: valid.output(result.structuredContent),
            wrongOutputFits: valid.output({ status: 'fine' }),
            isError: result.isError ?? false,
        });
    }
}

const failed = await client.callTool({ name: 'identify', arguments: { id: 'refused' } });
const invalid = await client.callTool({ name: 'identify', arguments: {} });
const unknown = await client.callTool({ name: 'nothing', arguments: {} }).catch(e => ({ code: e.code, message: e.message }));
const abort = new AbortController();
const slow = client.callTool({ name: 'identify', arguments: { id: 'slow' } }, undefined, { signal: abort.signal }).catch(e => String(e));
setTimeout(() => abort.abort('enough'), 300);
const aborted = await slow;
await client.ping();
await client.close();
console.log(JSON.stringify({ server: client.getServerVersion(), tools: tools.map(t => t.name), calls, failed, invalid, unknown, aborted }));
