// Starts a bundle as a desktop agent does, without a single setting, and asks for its tools: node bundle.mjs FOLDER, in which it is unpacked.
import { getMcpConfigForManifest } from '@anthropic-ai/mcpb';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const folder = path.resolve(process.argv[2]);
const manifest = JSON.parse(fs.readFileSync(path.join(folder, 'manifest.json'), 'utf8'));
const { command, args, env } = await getMcpConfigForManifest({ manifest, extensionPath: folder, systemDirs: {}, userConfig: {}, pathSeparator: path.sep });
const open = Object.entries(env).filter(([, value]) => value.includes('${'));
if (open.length > 0) {
    throw new Error(`Without settings these variables keep their placeholder: ${open.map(([name]) => name).join(', ')}`);
}

const server = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
const requests = [
    ['initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'release', version: '1' } }],
    ['tools/list', {}],
    ['tools/call', { name: 'identify', arguments: { id: 'ada' } }],
];
server.stdin.end(requests.map(([method, params], id) => JSON.stringify({ jsonrpc: '2.0', id, method, params }) + '\n').join(''));
let output = '';
server.stdout.setEncoding('utf8').on('data', text => (output += text));
await new Promise(resolve => server.on('close', resolve));
const answers = Object.fromEntries(output.trim().split('\n').map(line => JSON.parse(line)).map(answer => [answer.id, answer.result]));
const [tools, refusal] = [answers[1].tools.length, answers[2].content[0].text];
if (tools < 50 || !refusal.startsWith('The Site ID and the API key are not set.')) {
    throw new Error(`${tools} tools; identify without keys: ${refusal}`);
}

console.log(`The bundle starts without settings, offers ${tools} tools and asks for the keys.`);
