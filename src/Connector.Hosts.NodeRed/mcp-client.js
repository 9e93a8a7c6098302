'use strict';

const { types } = require('util');
const { Failure } = require('./failure');
const { platform } = require('./platform');

const PROTOCOL = '2025-06-18';
const ALLOWED = new Set([
    'PATH',
    'HOME',
    'USERPROFILE',
    'SYSTEMROOT',
    'WINDIR',
    'TZ',
    'TMPDIR',
    'TEMP',
    'TMP',
    'LANG',
    'LC_ALL',
    'CUSTOMERIO_CONNECTOR_HOME',
    'CUSTOMERIO_MCP_FILES',
    'HTTP_PROXY',
    'HTTPS_PROXY',
    'ALL_PROXY',
    'NO_PROXY',
    'SSL_CERT_FILE',
    'SSL_CERT_DIR',
]);

/**
 * The part of an environment that the runner may see: what it needs to start, and no key of any other program.
 * Databases are handed over, since a job's form or a sync file may name one as env:NAME.
 */
function allowedEnvironment(all) {
    return Object.fromEntries(
        Object.entries(all).filter(
            ([name, value]) => ALLOWED.has(name.toUpperCase()) || /^DOTNET_/i.test(name) || /^(sqlite|postgres|postgresql):/.test(value),
        ),
    );
}

/**
 * A client for one MCP server that is a child process speaking JSON-RPC, one message a line.
 *
 * The process is started by the first call. When it dies it is started again, and calls that were in flight are sent once more under
 * their own ids, unless their caller said that doing them twice would be wrong: those fail as `uncertain`.
 */
class McpClient {
    /**
     * @param {object} options
     * @param {() => {file: string, args: string[]}} options.command Says what to start; may throw a Failure.
     * @param {object} [options.env] The environment to choose from. Default: this process's.
     * @param {(line: string) => void} [options.log] Receives what the process writes to stderr.
     * @param {number} [options.startTimeoutMs] Longest wait for the handshake. Default 30 s.
     * @param {number} [options.callTimeoutMs] Longest silence about one call. Default 150 s.
     * @param {number} [options.maxSends] How often one call is sent before its runner's deaths are blamed on it. Default 3.
     * @param {(exit: {code: number, stderr: string}) => Failure | undefined} [options.explain] Says why a process did not start.
     */
    constructor(options) {
        this.options = { env: process.env, log: () => {}, startTimeoutMs: 30_000, callTimeoutMs: 150_000, maxSends: 3, explain: () => undefined, ...options };
        this.calls = new Map();
        this.lastId = 0;
        this.deaths = 0;
        this.child = null;
        this.ready = false;
        this.closing = null;
        this.restart = null;
    }

    /** Calls a tool and gives its result; a result with isError is the caller's to read. */
    call(name, args, { meta = {}, resend = false, timeoutMs = this.options.callTimeoutMs, progress } = {}) {
        if (this.closing) {
            return Promise.reject(new Failure('cancelled', 'The runner is being stopped; the call was not sent.'));
        }

        return new Promise((resolve, reject) => {
            const id = ++this.lastId;
            const line = message({ id, method: 'tools/call', params: { name, arguments: args, _meta: { ...meta, progressToken: id } } });
            const call = { id, line, resend, timeoutMs, progress, resolve, reject, sent: false, sends: 0, timer: null };
            this.calls.set(id, call);
            if (this.ready) {
                this.#send(call);
            } else {
                this.#start();
            }
        });
    }

    /** Waits for the calls in flight, at most graceMs, then ends the process. Afterwards the client is of no more use. */
    close(graceMs = 15_000) {
        this.closing ??= this.#close(graceMs);
        return this.closing;
    }

    #start() {
        if (this.child || this.restart) {
            return;
        }

        let command;
        try {
            command = this.options.command();
        } catch (error) {
            // Callers put their call in the map first, and expect a promise to fail rather than a throw.
            setImmediate(() => this.#failAll(error));
            return;
        }

        const child = platform.start(command.file, command.args, allowedEnvironment(this.options.env));
        this.child = child;
        this.ready = false;
        let stderr = '';
        let ended = false;
        let late = false;
        const timer = setTimeout(() => {
            late = true;
            platform.end(child, true);
        }, this.options.startTimeoutMs);
        const end = (code, signal, error) => {
            if (ended) {
                return;
            }

            ended = true;
            clearTimeout(timer);
            this.#died({ code, signal, stderr, error, late, file: command.file });
        };
        // "close" comes after the last byte of stdout: answers that were written before a crash still count.
        child.on('close', end);
        child.on('error', error => end(undefined, undefined, error));
        child.stdin.on('error', () => {});
        lines(child.stdout, line => this.#receive(child, line));
        lines(child.stderr, line => {
            if (!this.ready && stderr.length < 4000) {
                stderr += line + '\n';
            }

            this.options.log(line);
        });
        const handshake = { protocolVersion: PROTOCOL, capabilities: {}, clientInfo: { name: 'node-red', version: '1' } };
        this.handshake = () => {
            clearTimeout(timer);
            child.stdin.write(message({ method: 'notifications/initialized' }));
            this.ready = true;
            for (const call of this.calls.values()) {
                this.#send(call);
            }
        };
        child.stdin.write(message({ id: 0, method: 'initialize', params: handshake }));
    }

    #send(call) {
        call.sent = true;
        call.sends++;
        this.#watch(call);
        this.child.stdin.write(call.line);
    }

    #watch(call) {
        clearTimeout(call.timer);
        call.timer = setTimeout(() => {
            this.#cancel(call, 'no answer in time');
            this.#settle(call.id, c =>
                c.reject(
                    new Failure(call.resend ? 'unavailable' : 'uncertain', `The runner gave no answer for ${Math.round(call.timeoutMs / 1000)} seconds.`, {
                        short: 'no answer from the runner',
                    }),
                ),
            );
        }, call.timeoutMs);
    }

    #receive(child, line) {
        let m;
        try {
            m = JSON.parse(line);
        } catch {
            this.options.log(`not JSON: ${line.slice(0, 200)}`);
            return;
        }

        if (child !== this.child) {
            return;
        }

        if (m.id === 0 && !m.method) {
            if (m.error) {
                this.options.log(`initialize was refused: ${m.error.message}`);
                platform.end(child, true);
            } else if (!this.ready) {
                this.handshake();
            }
        } else if (m.method === 'notifications/progress') {
            const call = this.calls.get(m.params?.progressToken);
            if (call?.sent) {
                call.progress?.(m.params);
                this.#watch(call);
            }
        } else if (m.method && m.id !== undefined) {
            const answer = m.method === 'ping' ? { result: {} } : { error: { code: -32601, message: 'This client has no such method.' } };
            child.stdin.write(message({ id: m.id, ...answer }));
        } else if (!m.method) {
            this.deaths = 0;
            this.#settle(m.id, call => {
                if (m.error) {
                    call.reject(new Failure(m.error.code === -32602 ? 'input' : 'unavailable', m.error.message || 'The runner refused the call.'));
                } else {
                    call.resolve(m.result);
                }
            });
        }
    }

    #died({ code, signal, stderr, error, late, file }) {
        const wasReady = this.ready;
        this.child = null;
        this.ready = false;
        if (!wasReady) {
            const silent = late
                ? `it gave no answer within ${this.options.startTimeoutMs / 1000} seconds`
                : signal
                  ? `it was ended by ${signal}`
                  : `it ended with code ${code}`;
            const reason = error ? `${file}: ${error.message}` : stderr.trim().split('\n')[0] || silent;
            this.#failAll(
                this.options.explain({ code, stderr, error }) ??
                    new Failure('unavailable', `The runner did not start: ${reason}`, { short: 'the runner did not start' }),
            );
            return;
        }

        this.deaths++;
        for (const call of [...this.calls.values()].filter(c => c.sent)) {
            clearTimeout(call.timer);
            if (!call.resend) {
                this.#settle(call.id, c =>
                    c.reject(
                        new Failure(
                            'uncertain',
                            'The runner died during this call, so it may or may not have reached Customer.io. Look there before you send it again.',
                            { short: 'runner died; may or may not be sent' },
                        ),
                    ),
                );
            } else if (call.sends >= this.options.maxSends) {
                this.#settle(call.id, c =>
                    c.reject(
                        new Failure('unavailable', `The runner died ${call.sends} times during this call.`, {
                            short: 'runner died again and again',
                            attempts: call.sends,
                        }),
                    ),
                );
            } else {
                call.sent = false;
            }
        }

        if (this.calls.size > 0) {
            const delay = this.deaths < 2 ? 0 : Math.min(100 * 2 ** (this.deaths - 2), 5000);
            this.restart = setTimeout(() => {
                this.restart = null;
                if (this.calls.size > 0) {
                    this.#start();
                }
            }, delay);
        }
    }

    #cancel(call, reason) {
        if (call.sent && this.ready) {
            this.child.stdin.write(message({ method: 'notifications/cancelled', params: { requestId: call.id, reason } }));
        }
    }

    #settle(id, how) {
        const call = this.calls.get(id);
        if (!call) {
            return;
        }

        clearTimeout(call.timer);
        this.calls.delete(id);
        how(call);
        if (this.calls.size === 0) {
            this.drained?.();
        }
    }

    #failAll(error) {
        for (const id of [...this.calls.keys()]) {
            this.#settle(id, call => call.reject(error));
        }
    }

    async #close(graceMs) {
        if (this.calls.size > 0) {
            await within(
                graceMs,
                new Promise(resolve => {
                    this.drained = resolve;
                }),
            );
        }

        for (const call of [...this.calls.values()]) {
            this.#cancel(call, 'Node-RED stops');
            const doubtful = call.sent && !call.resend;
            this.#settle(call.id, c =>
                c.reject(
                    new Failure(
                        doubtful ? 'uncertain' : 'cancelled',
                        doubtful
                            ? 'Node-RED stopped before the answer came; the call may or may not have reached Customer.io.'
                            : 'Node-RED stopped before the answer came.',
                    ),
                ),
            );
        }

        clearTimeout(this.restart);
        this.restart = null;
        const child = this.child;
        if (!child) {
            return;
        }

        const gone = new Promise(resolve => child.once('close', resolve));
        child.stdin.end();
        for (const force of [false, true]) {
            if (await within(2000, gone)) {
                return;
            }

            platform.end(child, force);
        }

        await gone;
    }
}

function message(m) {
    return JSON.stringify({ jsonrpc: '2.0', ...m }, exact) + '\n';
}

// JSON would write null for a number or a date that is none, and JavaScript rounds long integers: a wrong value would reach Customer.io unseen.
function exact(key, value) {
    // A date has become a text by now, or null; those of function nodes come from another context.
    if (value === null && types.isDate(this[key])) {
        throw new TypeError(`"${key}" is a date that there is not, as JavaScript makes of a text that is none`);
    }

    if (typeof value === 'number' && !Number.isFinite(value)) {
        throw new TypeError(`"${key}" is ${value}, which is not a number that JSON can hold`);
    }

    if (typeof value === 'bigint' || (Number.isInteger(value) && !Number.isSafeInteger(value))) {
        throw new TypeError(`"${key}" has more digits than a JavaScript number can hold: ${value}. Send it as a string`);
    }

    return value;
}

function lines(stream, each) {
    let rest = [];
    stream.setEncoding('utf8');
    stream.on('data', chunk => {
        const parts = chunk.split('\n');
        rest.push(parts[0]);
        if (parts.length > 1) {
            const first = rest.join('');
            rest = [parts.pop()];
            for (const line of [first, ...parts.slice(1)]) {
                if (line.trim() !== '') {
                    each(line);
                }
            }
        }
    });
}

async function within(ms, promise) {
    let timer;
    const late = new Promise(resolve => {
        timer = setTimeout(() => resolve(false), ms);
    });
    try {
        return await Promise.race([promise.then(() => true), late]);
    } finally {
        clearTimeout(timer);
    }
}

module.exports = { McpClient, allowedEnvironment };
