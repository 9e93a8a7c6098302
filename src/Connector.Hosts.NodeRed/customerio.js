'use strict';

const { randomUUID } = require('node:crypto');
const path = require('node:path');
const { statusBadge } = require('./badge');
const { isForeignPage } = require('./caller');
const { Failure } = require('./failure');
const { McpClient } = require('./mcp-client');
const { explainExit, findRunner } = require('./runner');
const { triggerNodes } = require('./trigger');
const { readInputs } = require('./values');
const { customerIoModel: manifest } = require('./resources/model');

/** A whole table takes as long as it takes: what stops it is its own failure, or the flow. */
const JOB_TIMEOUT_MS = 24 * 3600_000;

/** A value that is the name of an environment variable. */
const ENVIRONMENT = /^\$\{([^}]+)\}$/;

/** What Node-RED's editor shows in place of a secret that it keeps. */
const KEPT = '__PWRD__';

/** The message that each node had last, as it came, for trying the node out. */
const lastMessages = new Map();

/** Registers the connection and one node type for each action, job and trigger of the manifest. */
module.exports = function (RED) {
    // Node-RED gives up on a node that is still closing after this time, so calls are given a little less.
    const graceMs = Math.min(RED.settings.nodeCloseTimeout || 15_000, 15_000) - 1_000;
    const secrets = manifest.connection.fields.filter(field => field.secret);
    const runner = sharedRunner(RED, graceMs);

    function ConnectionNode(config) {
        RED.nodes.createNode(this, config);
        const node = this;
        const connection = keysOf(config, node.credentials);
        const totalTimeoutMs = Number(connection.totalTimeout) || 120_000;
        runner.acquire();

        /** Calls a tool with this connection's keys; a failure of the tool is thrown. */
        node.call = async (tool, input, options = {}) => {
            refuseUnset(connection);
            return runner.call(tool, input, {
                // The runner ends a request itself; only a runner that has stopped working is this late.
                timeoutMs: totalTimeoutMs + 30_000,
                ...options,
                meta: { ...options.meta, 'customerio/connection': connection },
            });
        };
        /** Whether a field of the connection is filled in, without telling with what. */
        node.has = key => key in connection;
        node.on('close', done => runner.release().then(() => done(), done));
    }

    RED.nodes.registerType(manifest.connection.type, ConnectionNode, {
        credentials: Object.fromEntries(secrets.map(field => [field.key, { type: 'password' }])),
    });

    for (const action of manifest.actions) {
        const passwords = action.fields.filter(field => field.editor === 'password');
        RED.nodes.registerType(
            action.type,
            actionNode(RED, action, graceMs),
            passwords.length === 0
                ? {}
                : {
                      credentials: Object.fromEntries(passwords.map(field => [`s_${field.key}`, { type: 'password' }])),
                  },
        );
    }

    for (const job of manifest.jobs) {
        RED.nodes.registerType(job.type, actionNode(RED, job, graceMs, runJob));
    }

    const triggerNode = triggerNodes(RED, runner);
    for (const trigger of manifest.triggers) {
        RED.nodes.registerType(trigger.type, triggerNode(trigger));
    }

    adminEndpoints(RED, runner);
};

/** A connection's values as the runner takes them; what is empty is left out. */
function keysOf(config, credentials) {
    const given = { name: config.name };
    for (const field of manifest.connection.fields) {
        given[field.key] = field.secret ? credentials?.[field.key] : config[field.key];
    }

    return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== null && value !== ''));
}

/** Node-RED leaves the name of a missing variable standing, and Customer.io would be sent the name for a key. */
function refuseUnset(connection) {
    const unset = manifest.connection.fields.find(field => ENVIRONMENT.test(connection[field.key]));
    if (unset) {
        throw new Failure('connection', `${unset.title} of the connection is ${connection[unset.key]}, and there is no such environment variable.`);
    }
}

function actionNode(RED, action, graceMs, run = runAction) {
    return function ActionNode(config) {
        RED.nodes.createNode(this, config);
        const node = this;
        const badge = statusBadge(node);
        let running = 0;
        let idle = () => {};

        try {
            findRunner();
        } catch (failure) {
            badge.show({ fill: 'red', shape: 'ring', text: failure.short });
        }

        node.on('input', async (msg, send, done) => {
            const started = Date.now();
            const { req, res, ...plain } = msg;
            lastMessages.set(node.id, plain);
            running++;
            badge.show(busy(running));
            let result;
            let failure;
            try {
                result = await run(RED, node, action, config, msg, badge);
            } catch (error) {
                failure = error instanceof Failure ? error : new Failure('input', `${action.title} could not be sent: ${error.message ?? error}.`);
            }

            running--;
            if (failure) {
                badge.show({ fill: 'red', shape: 'ring', text: failure.short });
                done(failure);
            } else {
                badge.show(running > 0 ? busy(running) : finished(result.status, summary(result.data, action) ?? `${Date.now() - started} ms`));
                goOn(RED, config, msg, result);
                send(msg);
                done();
            }

            if (running === 0) {
                idle();
            }
        });

        node.on('close', async (removed, done) => {
            if (removed) {
                lastMessages.delete(node.id);
            }

            if (running > 0) {
                await Promise.race([
                    new Promise(resolve => {
                        idle = resolve;
                    }),
                    new Promise(resolve => setTimeout(resolve, graceMs).unref()),
                ]);
            }

            badge.stop();
            done();
        });
    };
}

/** Puts a result into its message. Nodes of earlier versions do not say where to, and mean the payload. */
function goOn(RED, config, msg, { data, ...rest }) {
    msg.customerio = rest;
    RED.util.setMessageProperty(msg, config.output || 'payload', data, true);
}

function busy(calls) {
    return { fill: 'blue', shape: 'dot', text: calls > 1 ? `running ${calls}` : 'running' };
}

function finished(status, words) {
    return status === 'partial' ? { fill: 'yellow', shape: 'dot', text: `partly accepted, ${words}` } : { fill: 'green', shape: 'dot', text: `ok, ${words}` };
}

/** What a job did, for the badge; undefined for an action. */
function summary(data, action) {
    return manifest.jobs.includes(action) ? `${data.written ?? data.succeeded} of ${data.read ?? data.rows}, ${data.failed} failed` : undefined;
}

function connectionOf(RED, action, config) {
    const connection = RED.nodes.getNode(config.connection);
    if (!connection) {
        throw new Failure('connection', `${action.title} has no connection. Open the node, choose or add one, and deploy.`, { short: 'no connection' });
    }

    return connection;
}

/** Runs a job and shows under the node how far it is. */
async function runJob(RED, node, job, config, msg, badge) {
    const connection = connectionOf(RED, job, config);
    const input = await readInputs(RED, node, job, config, msg);
    const data = await connection.call(job.id, input, {
        resend: job.resend,
        timeoutMs: JOB_TIMEOUT_MS,
        progress: ({ progress, total, message }) =>
            badge.show({
                fill: 'blue',
                shape: 'dot',
                text: total > progress ? `${Math.floor((100 * progress) / total)} %, ${message}` : message,
            }),
    });
    return { status: data.failed > 0 ? 'partial' : 'succeeded', data };
}

async function runAction(RED, node, action, config, msg) {
    const connection = connectionOf(RED, action, config);
    const input = await readInputs(RED, node, action, config, msg);

    // One id for one message at one node: _msgid would not do, since all messages that one Function node makes share it.
    return connection.call(action.id, input, { resend: action.resend, meta: { 'customerio/invocationId': randomUUID() } });
}

/** One runner for all connections: started by the first call, ended when the last connection closes. */
function sharedRunner(RED, graceMs) {
    let users = 0;
    let client = null;
    // What triggers received is this Node-RED's own: of two that share a user, one must not take the other's events for its own repeats.
    const home = process.env.CUSTOMERIO_CONNECTOR_HOME || path.join(RED.settings.userDir || process.cwd(), 'customerio-connector');
    // Whoever may edit flows may write files with Node-RED's own nodes, too; a folder can be set all the same.
    const env = { ...process.env, CUSTOMERIO_CONNECTOR_HOME: home, CUSTOMERIO_MCP_FILES: process.env.CUSTOMERIO_MCP_FILES || '*' };
    return {
        acquire() {
            users++;
        },
        async call(tool, input, options) {
            client ??= new McpClient({ command: findRunner, env, explain: explainExit, log: line => RED.log.info(`[customerio] ${line}`) });
            return read(await client.call(tool, input, options));
        },
        async release() {
            users--;
            if (users === 0 && client) {
                const last = client;
                await last.close(graceMs);
                client = client === last ? null : client;
            }
        },
    };
}

function read(result) {
    if (!result.isError) {
        return result.structuredContent;
    }

    const text = (result.content || []).map(part => part.text || '').join('\n');
    let error;
    try {
        error = JSON.parse(text);
    } catch {
        error = { kind: 'unavailable', message: text || 'The runner gave no reason.' };
    }

    const { kind, message, status, problems, retryAfter, attempts } = error;
    throw new Failure(kind, message, { status, problems: problems?.length > 0 ? problems : undefined, retryAfter, attempts });
}

function adminEndpoints(RED, runner) {
    const answer = (permission, work) => [
        RED.auth.needsPermission(permission),
        async (request, response) => {
            // Node-RED lets every page call its admin API unless it is told whom to ask for a login.
            if (isForeignPage(request)) {
                response.status(403).json({ message: 'Only the editor itself may ask this.' });
                return;
            }

            try {
                response.json(await work(request));
            } catch (error) {
                response.status(error === notDeployed ? 404 : 502).json({ code: error.code, message: error.message, problems: error.problems });
            }
        },
    ];
    const notDeployed = new Failure('connection', 'Node-RED does not know this connection yet. Press Deploy first.');
    const deployed = id => {
        const connection = RED.nodes.getNode(id);
        if (typeof connection?.call !== 'function') {
            throw notDeployed;
        }

        return connection;
    };

    // Whoever may deploy a flow can have any connection call any address; nobody else may send typed values out.
    RED.httpAdmin.post(
        '/customerio/check',
        ...answer('flows.write', ({ body = {} }) =>
            body.values ? checkTyped(RED, runner, body) : deployed(body.connection).call('check-connection', {}, { resend: true }),
        ),
    );
    RED.httpAdmin.post(
        '/customerio/try',
        ...answer('flows.write', ({ body }) => tryNode(RED, body, deployed(body.config.connection))),
    );
    RED.httpAdmin.get(
        '/customerio/options/:kind',
        ...answer('customerio.read', ({ params, query }) => deployed(query.connection).call('list-options', { kind: params.kind }, { resend: true })),
    );
}

/** Tests the keys that stand in a dialog: typed ones as they are, unchanged ones as Node-RED keeps them. */
async function checkTyped(RED, runner, { connection: id, values }) {
    const stored = RED.nodes.getNode(id)?.credentials ?? {};
    const meant = (key, value) => {
        const [, name] = ENVIRONMENT.exec(value) ?? [];
        return value === KEPT ? stored[key] : name ? RED.util.evaluateNodeProperty(name, 'env') || value : value;
    };
    const typed = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, meant(key, String(value))]));
    const connection = keysOf(typed, typed);
    refuseUnset(connection);
    runner.acquire();
    try {
        return await runner.call('check-connection', {}, { resend: true, timeoutMs: 60_000, meta: { 'customerio/connection': connection } });
    } finally {
        await runner.release();
    }
}

/** Runs a node as its dialog has it, with the message that it had last: what it would send, or, for real, what came back and what would go on. */
async function tryNode(RED, { type, node: id, config, credentials = {}, real }, connection) {
    const action = [...manifest.actions, ...manifest.jobs].find(one => one.type === type);
    const deployed = RED.nodes.getNode(id);
    const typed = Object.fromEntries(Object.entries(credentials).map(([key, value]) => [key, value === KEPT ? deployed?.credentials?.[key] : value]));
    const node = Object.create(deployed ?? connection, { credentials: { value: typed } });
    const last = lastMessages.get(id);
    const msg = RED.util.cloneMessage(last ?? {});
    const input = await readInputs(RED, node, action, config, msg);
    const shown = { hadMessage: last !== undefined };
    if (manifest.jobs.includes(action)) {
        // Neither goes with a dry run, which writes nothing.
        const { errors, resume, ...rest } = input;
        return { ...shown, answer: await connection.call(action.id, { ...rest, dryRun: true }, { timeoutMs: JOB_TIMEOUT_MS }) };
    }

    if (real !== true) {
        return { ...shown, ...(await connection.call('dry-run', { action: action.id, input }, { resend: true })) };
    }

    const result = await connection.call(action.id, input, { resend: action.resend, meta: { 'customerio/invocationId': randomUUID() } });
    goOn(RED, config, msg, result);
    return { ...shown, answer: result, message: msg };
}
