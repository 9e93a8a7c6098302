'use strict';

const net = require('node:net');

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const FOREIGN_HOST = 'This server does not go by that name: call it by the address that it printed.';
const FOREIGN_PAGE = 'A web page of another origin may not call this server.';

/**
 * Says why a request, or an upgrade, is refused: a foreign name leads here, or a page of another origin is behind it. The twin of CallerCheck.cs.
 * @param {import('node:http').IncomingMessage} request
 * @param {object} [server]
 * @param {string} [server.address] Where it listens; beyond loopback every IP address counts as its name. Default 127.0.0.1.
 * @param {string[]} [server.names] Further host names that it is reached by.
 * @param {string[]} [server.pages] Origins of other pages that may send it; * for all.
 * @returns {string | undefined}
 */
function refusal(request, { address = '127.0.0.1', names = [], pages = [] } = {}) {
    const hosts = all(request, 'host');
    const name = hosts.length === 1 ? nameOf(hosts[0]) : undefined;
    const known = [...LOOPBACK, net.isIPv6(address) ? `[${address}]` : address, ...names.map(bare)].map(lower);
    const loopback = net.isIPv6(address) ? address === '::1' : address.startsWith('127.');
    if (name === undefined || !(known.includes(name) || (!loopback && isAddress(name)))) {
        return FOREIGN_HOST;
    }

    const origins = all(request, 'origin').map(lower);
    if (origins.length > 0) {
        const own = [`http://${lower(hosts[0])}`, ...(LOOPBACK.includes(name) ? [] : [`https://${lower(hosts[0])}`])];
        return origins.length === 1 && (pages.includes('*') || [...own, ...pages.map(lower)].includes(origins[0])) ? undefined : FOREIGN_PAGE;
    }

    // A browser leaves Origin out of what a page only loads, but says how near the page is. A link that is followed is no page's doing.
    const { 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest } = request.headers;
    return site === undefined || ['same-origin', 'none'].includes(site) || (mode === 'navigate' && dest === 'document') ? undefined : FOREIGN_PAGE;
}

/** Whether a page of another origin is behind a request to a server whose names are not known here, such as one behind a proxy. */
function isForeignPage(request) {
    const site = request.headers['sec-fetch-site'];
    if (site !== undefined) {
        return !['same-origin', 'none'].includes(site);
    }

    const origins = all(request, 'origin').map(lower);
    const host = lower(request.headers.host ?? '');
    return origins.length > 0 && !(origins.length === 1 && [`http://${host}`, `https://${host}`].includes(origins[0]));
}

/** Each value that was sent: Node.js keeps only the first Host. */
function all(request, header) {
    return request.rawHeaders.filter((_, i) => i % 2 === 1 && request.rawHeaders[i - 1].toLowerCase() === header);
}

function nameOf(host) {
    const [, name, port] = /^(\[[^\]]*\]|[^:[]*)(.*)$/s.exec(host) ?? [];
    return name !== undefined && /^(:[0-9]{1,5})?$/.test(port) ? lower(bare(name)) : undefined;
}

function isAddress(name) {
    return name.startsWith('[') ? net.isIPv6(name.slice(1, -1)) : net.isIPv4(name);
}

function bare(name) {
    return name.replace(/\.$/, '');
}

function lower(text) {
    return text.toLowerCase();
}

module.exports = { refusal, isForeignPage };
