'use strict';

const { randomUUID } = require('node:crypto');
const { statusBadge } = require('./badge');
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

    return manifest =>
        function TriggerNode(config) {
            RED.nodes.createNode(this, config);
            const trigger = new Trigger(RED, this, manifest, config, paths, registered);

            // The webhook is taken back while the connection closes too; the runner must outlive that.
            runner.acquire();
            const starting = trigger.start().catch(failure => trigger.fail(failure));
            this.on('close', async (removed, done) => {
                trigger.stop(removed);
                await starting;
                await trigger.end(removed);
                await runner.release();
                done();
            });
        };
}

/** What one trigger node does from its deployment to the next. */
class Trigger {
    #RED;
    #node;
    #manifest;
    #config;
    #paths;
    #registered;
    #badge;
    #connection;
    #settings;
    #place = null;
    #url = null;
    #retry = null;
    #closed = false;

    constructor(RED, node, manifest, config, paths, registered) {
        this.#RED = RED;
        this.#node = node;
        this.#manifest = manifest;
        this.#config = config;
        this.#paths = paths;
        this.#registered = registered;
        this.#badge = statusBadge(node);
        this.#connection = RED.nodes.getNode(config.connection);
    }

    fail(failure, msg) {
        this.#badge.show({ fill: 'red', shape: 'ring', text: failure.short || failure.message });
        this.#node.error(failure, msg);
    }

    /** Reads the settings, takes the path, and registers the webhook or says how to. */
    async start() {
        this.#check();
        this.#settings = await readInputs(this.#RED, this.#node, this.#manifest, this.#config, {});
        this.#place = this.#findPlace();
        if (this.#closed) {
            return;
        }

        const base = (this.#config.publicUrl || '').trim().replace(/\/+$/, '');
        const address = base === '' ? null : base + this.#place;
        this.#url = this.#connection.has('appApiKey') ? address : null;
        this.#paths.set(this.#place, this);
        if (!this.#connection.has('webhookSigningKey')) {
            this.#node.warn('The connection has no Webhook Signing Key: anybody who knows the address can start this flow.');
        }

        const before = this.#registered.get(this.#node.id);
        if (before && before.url !== this.#url) {
            await this.#takeBack(before);
        }

        if (this.#url) {
            this.#badge.show(this.#listening());
            await this.#register(FIRST_RETRY_MS);
        } else {
            const where = address || `the public address of this Node-RED, followed by ${this.#place}`;
            this.#node.log(
                `To start this flow, add a reporting webhook in Customer.io with the address ${where}, and put its signing key into the connection.`,
            );
            this.#badge.show(this.#listening(`add ${address || 'its address'} in Customer.io`));
        }
    }

    /** Leaves the path; `removed` when the node does not come back. */
    stop(removed) {
        this.#closed = true;
        clearTimeout(this.#retry);
        if (this.#paths.get(this.#place) !== this) {
            return;
        }

        this.#paths.delete(this.#place);
        if (!removed) {
            // After a 404 between two deploys Customer.io would wait an hour.
            const [paths, place] = [this.#paths, this.#place];
            const pause = { take: (request, response) => answer(response, 503, 'The flows are being restarted.') };
            paths.set(place, pause);
            setTimeout(() => paths.get(place) === pause && paths.delete(place), RESTART_MS).unref();
        }
    }

    /** Takes the webhook back where the node is removed. */
    async end(removed) {
        if (removed && this.#url) {
            await this.#takeBack({ url: this.#url, call: this.#connection.call });
        }

        this.#badge.stop();
    }

    /** Answers one delivery, and sends on the event that it brought. */
    async take(request, response) {
        const body = await readBody(request);
        if (body.gone) {
            return;
        }

        if (body.reason) {
            this.#refuse(response, body.status, body.reason);
            return;
        }

        let receipt;
        try {
            receipt = await this.#receive(request, body.bytes);
        } catch (error) {
            // Customer.io sends it again: not one of the statuses after which it waits an hour.
            answer(response, 503, 'The event could not be taken just now.');
            this.fail(error instanceof Failure ? error : new Failure('unavailable', `The event could not be taken: ${error.message}`), {});
            return;
        }

        if (receipt.status >= 300) {
            this.#refuse(response, receipt.status, receipt.reason);
            return;
        }

        if (receipt.event) {
            this.#badge.show({ fill: 'green', shape: 'dot', text: receipt.name });
            this.#node.send([{ topic: receipt.name, payload: receipt.event, customerio: { eventId: receipt.eventId, verified: receipt.verified } }, null]);
        }

        answer(response, receipt.status);
    }

    #receive(request, bytes) {
        const headers = Object.fromEntries(HEADERS.filter(name => request.headers[name] !== undefined).map(name => [name, String(request.headers[name])]));
        const input = { headers, bodyBase64: bytes.toString('base64'), method: request.method, settings: this.#settings };
        return this.#connection.call('receive-event', input, { resend: true, meta: { 'customerio/invocationId': randomUUID() } });
    }

    #refuse(response, status, reason) {
        answer(response, status, reason);
        this.#badge.show({ fill: 'yellow', shape: 'dot', text: `refused ${status}: ${reason}` });
        this.#node.send([null, { payload: { status, reason } }]);
    }

    #check() {
        if (typeof this.#connection?.call !== 'function') {
            throw new Failure('connection', `${this.#manifest.title} has no connection. Open the node, choose or add one, and deploy.`, {
                short: 'no connection',
            });
        }

        if (this.#RED.settings.httpNodeRoot === false || !this.#RED.server) {
            throw new Failure('input', 'This Node-RED serves no HTTP to flows: its settings say httpNodeRoot: false, or it has no server.', {
                short: 'no HTTP for flows',
            });
        }
    }

    #findPlace() {
        const path = this.#settings.path || this.#manifest.fields.find(field => field.key === 'path').default;
        if (!path.startsWith('/') || path === '/') {
            throw new Failure('input', `The path must begin with a slash and go on, such as /customerio; it is ${path}.`, { short: `not a path: ${path}` });
        }

        const place = normal((this.#RED.settings.httpNodeRoot || '/').replace(/\/+$/, '') + path);
        if (this.#paths.get(place) instanceof Trigger) {
            throw new Failure('input', `Another ${this.#manifest.title} node takes what comes to ${place}. Give each a path of its own.`, {
                short: `${place} is taken`,
            });
        }

        return place;
    }

    /** Makes the reporting webhook, or brings it up to date; tries again later where that may help. */
    async #register(wait) {
        try {
            const { id, managed } = await this.#connection.call('register-webhook', { url: this.#url, events: this.#settings.events || [] }, { resend: true });
            if (managed) {
                this.#registered.set(this.#node.id, { url: this.#url, call: this.#connection.call });
            }

            if (!this.#closed) {
                this.#badge.show(this.#listening(`webhook ${id}`));
            }
        } catch (error) {
            if (this.#closed) {
                return;
            }

            this.fail(
                new Failure(error.code || 'unavailable', `The webhook was not registered: ${error.message}`, {
                    short: `not registered: ${error.short || error.message}`,
                }),
            );
            if (['unavailable', 'rateLimited'].includes(error.code)) {
                this.#retry = setTimeout(() => this.#register(Math.min(2 * wait, LONGEST_RETRY_MS)), wait);
                this.#retry.unref();
            }
        }
    }

    async #takeBack(one) {
        this.#registered.delete(this.#node.id);
        try {
            await one.call('remove-webhook', { url: one.url }, { resend: true });
        } catch (error) {
            this.#node.warn(`The webhook of ${one.url} could not be removed: ${error.message} Remove it in Customer.io.`);
        }
    }

    #listening(more) {
        const safe = this.#connection.has('webhookSigningKey');
        return { fill: safe ? 'green' : 'yellow', shape: 'ring', text: [this.#place, more, safe ? null : 'not verified'].filter(Boolean).join(', ') };
    }
}

/**
 * Takes the requests that a node is found for before Node-RED sees them: its admin side reads every JSON body and keeps only what it parsed,
 * while the signature is over the bytes.
 */
function intercept(server, find) {
    // Some hosts embed Node-RED without a server.
    if (!server) {
        return;
    }

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
