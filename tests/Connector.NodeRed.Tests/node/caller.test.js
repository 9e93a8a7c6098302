'use strict';

const assert = require('node:assert/strict');
const path = require('node:path');
const { test } = require('node:test');
const { refusal, isForeignPage } = require(path.join(process.env.CUSTOMERIO_PACKAGE, 'caller.js'));
const cases = require('../../caller-cases.json');

// As Node.js hands it over: names in lower case with the first Host only, and the raw list.
function request({ host = [], origin = [], site, mode, dest }) {
    const raw = [
        ...host.map(v => ['Host', v]),
        ...origin.map(v => ['Origin', v]),
        ['Sec-Fetch-Site', site],
        ['Sec-Fetch-Mode', mode],
        ['Sec-Fetch-Dest', dest],
    ].filter(([, v]) => v !== undefined);
    return { rawHeaders: raw.flat(), headers: Object.fromEntries(raw.map(([name, value]) => [name.toLowerCase(), value]).reverse()) };
}

for (const one of cases) {
    test(`${one.what} is ${one.allowed ? 'allowed' : 'refused'}`, () => assert.equal(refusal(request(one), one) === undefined, one.allowed));
}

for (const [what, headers, foreign] of [
    ['no page', { host: ['red.example'] }, false],
    ['its own page', { host: ['red.example:1880'], origin: ['http://red.example:1880'] }, false],
    ['its own page behind TLS', { host: ['red.example'], origin: ['https://red.example'] }, false],
    ['its own page behind a proxy that changes Host', { host: ['127.0.0.1:1880'], origin: ['https://red.example'], site: 'same-origin' }, false],
    ['a page of another site', { host: ['127.0.0.1:1880'], origin: ['https://evil.example'] }, true],
    ['a page of another site, told by the browser', { host: ['127.0.0.1:1880'], origin: ['https://evil.example'], site: 'cross-site' }, true],
    ['what a page of another site loads', { host: ['127.0.0.1:1880'], site: 'cross-site' }, true],
    ['a page of no origin', { host: ['127.0.0.1:1880'], origin: ['null'] }, true],
]) {
    test(`of a server whose names are not known, ${what} is ${foreign ? 'foreign' : 'its own'}`, () => assert.equal(isForeignPage(request(headers)), foreign));
}
