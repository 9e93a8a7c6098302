// Runs a package's customerio.html as the editor does, with stand-ins for jQuery and Node-RED, and prints the forms, help texts and types as JSON.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

const folder = process.argv[2];
const html = fs.readFileSync(path.join(folder, 'customerio.html'), 'utf8');
const page = { forms: {}, help: {}, types: {} };
const place = selector => /^script\[data-(template|help)-name="(.+)"\]$/.exec(selector);
const $ = selector => {
    const [, kind, type] = place(selector);
    if (!html.includes(`<script type="text/html" data-${kind}-name="${type}"></script>`)) {
        throw new Error(`The page has no ${selector}.`);
    }

    return {
        text: text => {
            page[kind === 'template' ? 'forms' : 'help'][type] = text;
        },
    };
};
const RED = {
    nodes: {
        registerType: (type, its) => {
            page.types[type] = its;
        },
    },
};
const window = { $, RED };
const context = vm.createContext(Object.assign(window, { window }));
for (const [, file] of html.matchAll(/<script src="resources\/[^"]+\/([^"/]+)"/g)) {
    vm.runInContext(fs.readFileSync(path.join(folder, 'resources', file), 'utf8'), context, { filename: file });
}

for (const [, script] of html.matchAll(/<script type="text\/javascript">([\s\S]*?)<\/script>/g)) {
    vm.runInContext(script, context, { filename: 'customerio.html' });
}

const missing = value => (value === undefined ? 'MISSING' : typeof value === 'function' ? 'function' : value);
process.stdout.write(JSON.stringify(page, (_, value) => missing(value)));
