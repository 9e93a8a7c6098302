'use strict';

// A Node-RED that talks to nobody but the test.
module.exports = {
    uiHost: '127.0.0.1',
    uiPort: Number(process.env.TEST_PORT),
    flowFile: 'flows.json',
    credentialSecret: process.env.TEST_CREDENTIAL_SECRET,
    telemetry: { enabled: false, updateNotification: false },
    // The lighter of its two editors of code.
    editorTheme: { tours: false, codeEditor: { lib: 'ace' }, theme: process.env.TEST_THEME },
    externalModules: { palette: { allowInstall: false }, modules: { allowInstall: false } },
    logging: { console: { level: 'info', metrics: false, audit: false } },
    adminAuth: process.env.TEST_ADMIN_PASSWORD
        ? {
              type: 'credentials',
              users: name => Promise.resolve(name === 'admin' ? { username: name, permissions: '*' } : null),
              authenticate: (name, password) =>
                  Promise.resolve(name === 'admin' && password === process.env.TEST_ADMIN_PASSWORD ? { username: name, permissions: '*' } : null),
          }
        : undefined,
};
