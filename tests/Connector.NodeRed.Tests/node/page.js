// Runs a package's customerio.html as the editor does, with stand-ins for jQuery and Node-RED, and prints the forms, help texts and types as JSON.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

const loaded = new Map();

/** What the page registers and shows, of a package in a folder. */
function load(folder) {
    if (loaded.has(folder)) {
        return loaded.get(folder);
    }

    const html = fs.readFileSync(path.join(folder, 'customerio.html'), 'utf8');
    const page = { forms: {}, help: {}, types: {} };
    const place = selector => /^script\[data-(template|help)-name="(.+)"\]$/.exec(selector);
    const $ = selector => {
        if (!place(selector)) {
            return { val: () => undefined, length: 0 };
        }

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
        utils: { validateTypedProperty: () => true },
        nodes: {
            registerType: (type, its) => {
                page.types[type] = its;
            },
        },
    };
    const window = { $, RED, TextEncoder };
    const context = vm.createContext(Object.assign(window, { window }));
    for (const [, file] of html.matchAll(/<script src="resources\/[^"]+\/([^"/]+)"/g)) {
        vm.runInContext(fs.readFileSync(path.join(folder, 'resources', file), 'utf8'), context, { filename: file });
    }

    for (const [, script] of html.matchAll(/<script type="text\/javascript">([\s\S]*?)<\/script>/g)) {
        vm.runInContext(script, context, { filename: 'customerio.html' });
    }

    loaded.set(folder, page);
    return page;
}

module.exports = { load };

if (require.main === module) {
    const missing = value => (value === undefined ? 'MISSING' : typeof value === 'function' ? 'function' : value);
    process.stdout.write(JSON.stringify(load(process.argv[2]), (_, value) => missing(value)));
}
