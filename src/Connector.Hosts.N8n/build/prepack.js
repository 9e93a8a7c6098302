'use strict';

// Makes dist: the sources as JavaScript, and beside them what is only copied. npm does it before it packs or publishes.
const fs = require('node:fs');
const path = require('node:path');
const { ModuleKind, ScriptTarget, transpileModule } = require('typescript');

const root = path.join(__dirname, '..');
const dist = path.join(root, 'dist');
const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, removeComments: true, newLine: 1 };

fs.rmSync(dist, { recursive: true, force: true });
for (const folder of ['credentials', 'icons', 'nodes']) {
    for (const entry of fs.readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })) {
        if (entry.isFile()) {
            build(path.relative(root, path.join(entry.parentPath ?? entry.path, entry.name)));
        }
    }
}

fs.copyFileSync(path.join(root, '..', '..', 'LICENSE'), path.join(root, 'LICENSE'));

function build(file) {
    const target = path.join(dist, file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    if (!file.endsWith('.ts')) {
        fs.copyFileSync(path.join(root, file), target);
        return;
    }

    // The types are checked by the tests: n8n's own are needed for that, and not for packing.
    const source = fs.readFileSync(path.join(root, file), 'utf8');
    fs.writeFileSync(target.replace(/\.ts$/, '.js'), transpileModule(source, { compilerOptions, fileName: file }).outputText);
}
