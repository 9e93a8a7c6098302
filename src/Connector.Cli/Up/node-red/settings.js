'use strict';

const { createHash, timingSafeEqual } = require('node:crypto');
const { port, token, credentialSecret } = require('./start');

const hash = text => createHash('sha256').update(String(text)).digest();

module.exports = {
    uiHost: '127.0.0.1',
    uiPort: port,
    lang: 'en-US',
    flowFile: 'flows.json',
    flowFilePretty: true,
    credentialSecret,
    adminAuth: {
        // Made for this run; the editor's printed address carries it.
        tokens: async given => (timingSafeEqual(hash(given), hash(token)) ? { username: 'connector', permissions: '*' } : null),
    },
    paletteCategories: ['People', 'Events', 'Messages', 'Segments', 'Objects', 'Data and jobs'].map(area => `Customer.io ${area}`),
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: {
        tours: false,
        page: { title: 'Customer.io Connector' },
        login: {
            message: 'This editor opens with the address that connector up printed when it started, beside Editor.',
            button: { type: 'button', label: 'Try again', url: '.' },
        },
    },
    externalModules: { palette: { allowInstall: false } },
    logging: { console: { level: 'info', metrics: false, audit: false } },
};
