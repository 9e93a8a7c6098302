'use strict';

// Starts the Node-RED whose script is the first argument, for connector up. What it must not tell its children comes as the first line
// of standard input; the end of standard input ends it, so it also goes when the tool that started it was killed.
const http = require('node:http');
const { refusal } = require('./node_modules/@customerio-connector/node-red/caller.js');
const { platform } = require('./node_modules/@customerio-connector/node-red/platform.js');

// Beside this file, settings.js takes what it needs from here.
const run = module.exports;
const [script] = process.argv.splice(2, 1);
let line = '';

process.stdin
    .setEncoding('utf8')
    .on('data', start)
    .on('end', () => platform.endThis());

function start(text) {
    line += text;
    if (!line.includes('\n')) {
        return;
    }

    process.stdin.off('data', start).resume();
    Object.assign(run, JSON.parse(line));
    guardFirstServer();
    process.argv[1] = script;
    require(script);
}

/** Node-RED answers preflights of every origin before any middleware, and upgrades without any: so its server itself looks first. */
function guardFirstServer() {
    const { createServer } = http;
    http.createServer = (...settings) => {
        http.createServer = createServer;
        const server = createServer(...settings);
        const emit = server.emit;
        server.emit = (event, ...args) => {
            const reason = ['request', 'upgrade', 'connect', 'checkContinue', 'checkExpectation'].includes(event) ? refusal(args[0]) : undefined;
            return reason === undefined ? emit.call(server, event, ...args) : refuse(args[1], reason);
        };
        return server;
    };
}

/** Answers 403 on a response, or on the bare socket of an upgrade. */
function refuse(answer, reason) {
    if (answer instanceof http.ServerResponse) {
        answer.writeHead(403, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' }).end(`${reason}\n`);
    } else {
        answer.on('error', () => {}).end(`HTTP/1.1 403 Forbidden\r\nContent-Length: ${reason.length + 1}\r\nConnection: close\r\n\r\n${reason}\n`);
    }

    return true;
}
