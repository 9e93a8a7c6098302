// Holds our tools against the official TypeScript client, as an agent's host uses it. Usage: node agent-client.mjs <command> <args…>, SINK is a sandbox;
// or node agent-client.mjs <address of a hub's /mcp>.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Ajv } from 'ajv';

const [command, ...args] = process.argv.slice(2);

function transport(options) {
    if (command.startsWith('http:')) {
        return new StreamableHTTPClientTransport(new URL(`${command}?${options.map(o => `${o.slice(2)}=true`).join('&')}`));
    }

    return new StdioClientTransport({
        command,
        args: [...args, ...options],
        env: {
            ...process.env,
            CUSTOMERIO_SITE_ID: 'site',
            CUSTOMERIO_API_KEY: 'agent-client-key',
            CUSTOMERIO_APP_API_KEY: 'agent-client-app-key',
            CUSTOMERIO_BASE_URL: process.env.SINK,
        },
    });
}

async function connect(...options) {
    const client = new Client({ name: 'agent-client', version: '1' });
    await client.connect(transport(options));
    return { client, tools: (await client.listTools()).tools };
}

const bytesOf = tools =>
    tools.reduce((sum, { name, description, inputSchema }) => sum + Buffer.byteLength(JSON.stringify({ name, description, inputSchema })), 0);

const { client, tools } = await connect();
const bytes = { default: bytesOf(tools) };
const unknownKeywords = [];
const valid = {};
for (const tool of tools) {
    try {
        valid[tool.name] = new Ajv({ strict: true }).compile(tool.inputSchema);
    } catch (e) {
        unknownKeywords.push(`${tool.name}: ${e.message}`);
    }
}

// What language models send: numbers, switches, objects and lists as JSON text, and inputs that the list does not show.
const calls = [];
for (const [tool, input] of [
    ['identify', { id: 'ada', customerData: '{"plan":"pro"}', unsubscribed: 'false', createdAt: '1700000000', timeout: '9000', idType: 'id' }],
    ['track', { id: 'ada', eventName: 'bought', eventData: '{"price":49}', timestamp: '1700000000' }],
    ['create-segment', { name: 'VIPs' }],
    ['add-to-segment', { segment: 'VIPs', ids: '["ada"]', createIfMissing: 'true' }],
    ['batch', { operations: '[{"type":"person","action":"event","identifiers":{"id":"ada"},"name":"again"}]' }],
    ['identify-object', { objectTypeId: '1', objectId: 'acme', relationships: ['{"id":"ada"}'] }],
    ['search-people', { filter: '{"and":[{"attribute":{"field":"plan","operator":"eq","value":"pro"}}]}', limit: '5', all: 'false' }],
    ['raw-request', { url: '/v1/segments', method: 'POST', api: 'app', data: '{"segment":{"name":"Raw"}}' }],
]) {
    const result = await client.callTool({ name: tool, arguments: input });
    calls.push({ tool, status: result.structuredContent?.status, text: result.content[0].text });
}

const failed = await client.callTool({ name: 'identify', arguments: { id: 'ada', customerData: 'plan=pro' } });
await client.close();

const reading = await connect('--read-only');
bytes['read-only'] = bytesOf(reading.tools);
const hidden = await reading.client.callTool({ name: 'destroy', arguments: { id: 'ada' } }).catch(e => e.message);
await reading.client.close();

const searching = await connect('--search');
bytes.search = bytesOf(searching.tools);
const list = await searching.client.callTool({ name: 'find-actions', arguments: { query: 'create or update a person', limit: '3' } });
const found = list.structuredContent.actions[0].action;
await searching.client.callTool({ name: 'describe-action', arguments: { action: found } });
const grace = JSON.stringify({ id: 'grace', customerData: JSON.stringify({ plan: 'team' }) });
const ran = await searching.client.callTool({ name: 'run-action', arguments: { action: found, input: grace } });
await searching.client.close();

console.log(
    JSON.stringify({
        bytes,
        count: tools.length,
        unknownKeywords,
        calls,
        refused: failed.content.slice(0, -1).map(c => c.text),
        object: JSON.parse(failed.content.at(-1).text),
        hidden,
        found,
        ran: ran.structuredContent?.status ?? ran.content[0].text,
    }),
);
