'use strict';

const { randomUUID } = require('node:crypto');
const { shorten, statusBadge } = require('./badge');
const { Failure } = require('./failure');
const { readInputs } = require('./values');

const LONGEST_BODY = 1 << 20;
// Customer.io itself gives up after four seconds.
const BODY_TIMEOUT_MS = 3_000;
const HEADERS = ['content-type', 'x-cio-signature', 'x-cio-timestamp'];
const FIRST_RETRY_MS = 30_000;
const LONGEST_RETRY_MS = 600_000;
const RESTART_MS = 10_000;

/**
 * Makes the constructors of trigger nodes: each takes what Customer.io posts to its path on Node-RED's own HTTP server, lets the runner check
 * and keep it, and sends on what the runner gives back.
 */
function triggerNodes(RED, runner) {
    const paths = new Map();
    // The address that each node had registered last, to take back the one before when it changes.
    const registered = new Map();
    intercept(RED.server, request => paths.get(normal(request.url.split('?')[0])));

    return trigger => function TriggerNode(config) {
        RED.nodes.createNode(this, config);
        const node = this;
        const badge = statusBadge(node);
        const connection = RED.nodes.getNode(config.connection);
        let place = null;
        let address = null;
        let url = null;
        let settings;
        let retry = null;
        let closed = false;

        // The webhook is taken back while the connection closes too; the runner must outlive that.
        runner.acquire();

        const fail = (failure, msg) => {
            badge.show({ fill: 'red', shape: 'ring', text: shorten(failure.short || failure.message) });
            node.error(failure, msg);
        };

        node.take = async (request, response) => {
            const refuse = (status, reason) => {
                answer(response, status, reason);
                badge.show({ fill: 'yellow', shape: 'dot', text: shorten(`refused ${status}: ${reason}`) });
                node.send([null, { payload: { status, reason } }]);
            };
            const body = await readBody(request);
            if (body.gone) {
                return;
            }

            if (body.reason) {
                refuse(body.status, body.reason);
                return;
            }

            let receipt;
            try {
                const headers = Object.fromEntries(HEADERS.filter(name => request.headers[name] !== undefined).map(name => [name, String(request.headers[name])]));
                const input = { headers, bodyBase64: body.bytes.toString('base64'), method: request.method, settings };
                receipt = await connection.call('receive-event', input, { resend: true, meta: { 'customerio/invocationId': randomUUID() } });
            } catch (error) {
                // Customer.io sends it again: not one of the statuses after which it waits an hour.
                answer(response, 503, 'The event could not be taken just now.');
                fail(error instanceof Failure ? error : new Failure('unavailable', `The event could not be taken: ${error.message}`), {});
                return;
            }

            if (receipt.status >= 300) {
                refuse(receipt.status, receipt.reason);
                return;
            }

            if (receipt.event) {
                badge.show({ fill: 'green', shape: 'dot', text: shorten(receipt.name) });
                node.send([{ topic: receipt.name, payload: receipt.event, customerio: { eventId: receipt.eventId, verified: receipt.verified } }, null]);
            }

            answer(response, receipt.status);
        };

        /** Makes the reporting webhook, or brings it up to date; tries again later where that may help. */
        const register = async wait => {
            try {
                const { id, made } = await connection.call('register-webhook', { url, events: settings.events || [] }, { resend: true });
                if (made) {
                    registered.set(node.id, { url, call: connection.call });
                }

                if (!closed) {
                    badge.show(listening(connection, place, `webhook ${id}`));
                }
            } catch (error) {
                if (closed) {
                    return;
                }

                fail(new Failure(error.code || 'unavailable', `The webhook was not registered: ${error.message}`, { short: `not registered: ${error.short || error.message}` }));
                if (['unavailable', 'rateLimited'].includes(error.code)) {
                    retry = setTimeout(() => register(Math.min(2 * wait, LONGEST_RETRY_MS)), wait);
                    retry.unref();
                }
            }
        };

        const start = async () => {
            if (typeof connection?.call !== 'function') {
                throw new Failure('connection', `${trigger.title} has no connection. Open the node, choose or add one, and deploy.`, { short: 'no connection' });
            }

            if (RED.settings.httpNodeRoot === false) {
                throw new Failure('input', 'This Node-RED serves no HTTP to flows: httpNodeRoot is false in its settings.', { short: 'httpNodeRoot is false' });
            }

            settings = await readInputs(RED, node, trigger, config, {});
            const path = settings.path || trigger.fields.find(field => field.key === 'path').default;
            if (!path.startsWith('/') || path === '/') {
                throw new Failure('input', `The path must begin with a slash and go on, such as /customerio; it is ${path}.`, { short: `not a path: ${path}` });
            }

            place = normal((RED.settings.httpNodeRoot || '/').replace(/\/+$/, '') + path);

            const other = paths.get(place);
            if (other?.id) {
                throw new Failure('input', `Another ${trigger.title} node takes what comes to ${place}. Give each a path of its own.`, { short: `${place} is taken` });
            }

            if (closed) {
                return;
            }

            const base = (config.publicUrl || '').trim().replace(/\/+$/, '');
            address = base === '' ? null : base + place;
            url = connection.has('appApiKey') ? address : null;
            paths.set(place, node);
            if (!connection.has('webhookSigningKey')) {
                node.warn('The connection has no Webhook Signing Key: anybody who knows the address can start this flow.');
            }

            const before = registered.get(node.id);
            if (before && before.url !== url) {
                await takeBack(before);
            }

            if (url) {
                badge.show(listening(connection, place));
                await register(FIRST_RETRY_MS);
            } else {
                const where = address || `the public address of this Node-RED, followed by ${place}`;
                node.log(`To start this flow, add a reporting webhook in Customer.io with the address ${where}, and put its signing key into the connection.`);
                badge.show(listening(connection, place, `add ${address || 'its address'} in Customer.io`));
            }
        };

        const takeBack = async one => {
            registered.delete(node.id);
            try {
                await one.call('remove-webhook', { url: one.url }, { resend: true });
            } catch (error) {
                node.warn(`The webhook of ${one.url} could not be removed: ${error.message} Remove it in Customer.io.`);
            }
        };

        const starting = start().catch(fail);
        node.on('close', async (removed, done) => {
            closed = true;
            clearTimeout(retry);
            if (paths.get(place) === node) {
                paths.delete(place);
                if (!removed) {
                    // After a 404 between two deploys Customer.io would wait an hour.
                    const pause = { take: (request, response) => answer(response, 503, 'The flows are being restarted.') };
                    paths.set(place, pause);
                    setTimeout(() => paths.get(place) === pause && paths.delete(place), RESTART_MS).unref();
                }
            }

            await starting;
            if (removed && url) {
                await takeBack({ url, call: connection.call });
            }

            badge.stop();
            await runner.release();
            done();
        });
    };
}

/**
 * Takes the requests that a node is found for before Node-RED sees them: its admin side reads every JSON body and keeps only what it parsed,
 * while the signature is over the bytes.
 */
function intercept(server, find) {
    const others = server.listeners('request').slice();
    server.removeAllListeners('request');
    server.on('request', (request, response) => {
        const node = find(request);
        if (node) {
            node.take(request, response);
        } else {
            others.forEach(listener => listener.call(server, request, response));
        }
    });
}

function normal(place) {
    return place.length > 1 ? place.replace(/\/+$/, '') || '/' : place;
}

function listening(connection, place, more) {
    const safe = connection.has('webhookSigningKey');
    return { fill: safe ? 'green' : 'yellow', shape: 'ring', text: shorten([place, more, safe ? null : 'not verified'].filter(Boolean).join(', ')) };
}

function answer(response, status, reason) {
    if (response.headersSent || response.destroyed) {
        return;
    }

    const headers = { 'Content-Type': 'text/plain; charset=utf-8' };
    if (status === 405) {
        headers.Allow = 'POST';
    }

    if (status === 408) {
        // The rest of the body is not waited for.
        headers.Connection = 'close';
    }

    response.writeHead(status, headers).end(reason ? `${reason}\n` : '');
}

/** The bytes as they came, since the signature is over them; or why there are none. */
function readBody(request) {
    if (request.method !== 'POST') {
        return { bytes: Buffer.alloc(0) };
    }

    return new Promise(resolve => {
        const parts = [];
        let size = 0;
        const end = result => {
            clearTimeout(timer);
            request.removeAllListeners('data');
            resolve(result);
        };
        const timer = setTimeout(() => end({ status: 408, reason: `The body did not come within ${BODY_TIMEOUT_MS / 1000} s.` }), BODY_TIMEOUT_MS);
        request.on('data', part => {
            size += part.length;
            if (size > LONGEST_BODY) {
                end({ status: 413, reason: 'The body is longer than 1 MiB.' });
            } else {
                parts.push(part);
            }
        });
        request.on('end', () => end({ bytes: Buffer.concat(parts) }));
        request.on('error', () => end({ gone: true }));
        request.on('close', () => end({ gone: true }));
    });
}

module.exports = { triggerNodes };
