'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const folder = process.env.CUSTOMERIO_PACKAGE;
const { explainExit, findRunner } = require(path.join(folder, 'runner.js'));
const { Failure } = require(path.join(folder, 'failure.js'));

function place(t, ...files) {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), 'customerio-runner-'));
    t.after(() => fs.rmSync(root, { recursive: true }));
    for (const file of files) {
        fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
        fs.writeFileSync(path.join(root, file), '');
    }
    return root;
}

test('the runner of the package is started with the dotnet of the PATH', t => {
    const root = place(t, 'runner/customerio-mcp.dll', 'bin/dotnet');
    assert.deepEqual(findRunner({ PATH: `/nowhere${path.delimiter}${root}/bin` }, root), {
        file: `${root}/bin/dotnet`,
        args: [`${root}/runner/customerio-mcp.dll`, '--schema', 'full'],
    });
});

test('DOTNET_ROOT wins over the PATH', t => {
    const root = place(t, 'runner/customerio-mcp.dll', 'bin/dotnet', 'own/dotnet');
    assert.equal(findRunner({ PATH: `${root}/bin`, DOTNET_ROOT: `${root}/own` }, root).file, `${root}/own/dotnet`);
});

test('CUSTOMERIO_RUNNER wins over the package', t => {
    const root = place(t, 'runner/customerio-mcp.dll', 'customerio-mcp', 'other.dll', 'bin/dotnet');
    assert.deepEqual(findRunner({ CUSTOMERIO_RUNNER: `${root}/customerio-mcp` }, root), {
        file: `${root}/customerio-mcp`,
        args: ['--schema', 'full'],
    });
    assert.deepEqual(findRunner({ CUSTOMERIO_RUNNER: `${root}/other.dll`, PATH: `${root}/bin` }, root).args, [`${root}/other.dll`, '--schema', 'full']);
    assert.deepEqual(findRunner({ CUSTOMERIO_RUNNER: `${root}/other.dll mcp`, PATH: `${root}/bin` }, root).args, [
        `${root}/other.dll`,
        'mcp',
        '--schema',
        'full',
    ]);
});

test('what is missing is named, with what to do', t => {
    const root = place(t, 'runner/customerio-mcp.dll');
    assert.throws(() => findRunner({ PATH: '/nowhere' }, root), { code: 'unavailable', message: /\.NET 10 runtime/, short: 'install the .NET 10 runtime' });
    assert.throws(() => findRunner({ PATH: '/nowhere' }, path.join(root, 'empty')), { code: 'unavailable', message: /CUSTOMERIO_RUNNER/ });
    assert.throws(() => findRunner({ CUSTOMERIO_RUNNER: '/no/such/file' }, root), { message: /does not exist: \/no\/such\/file/ });
});

test('an older .NET is told like a missing one, and other deaths are not', () => {
    assert.equal(explainExit({ stderr: 'You must install or update .NET to run this application.' }).short, 'install the .NET 10 runtime');
    assert.equal(explainExit({ stderr: 'Unhandled exception' }), undefined);
});

test('a failure shows its words, keeps its details for Catch nodes, and names no files', () => {
    const failure = new Failure('rejected', 'Customer.io refused it.', { status: 400, problems: undefined, attempts: 1 });
    assert.equal(String(failure), 'Customer.io refused it.');
    assert.deepEqual(JSON.parse(JSON.stringify(failure.cause)), { kind: 'rejected', message: 'Customer.io refused it.', status: 400, attempts: 1 });
    assert.equal(failure.code, 'rejected');
    assert.equal(failure.status, 400);
    assert.equal(failure.stack, undefined);
});
