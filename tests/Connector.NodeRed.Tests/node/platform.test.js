'use strict';

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const path = require('node:path');
const { test } = require('node:test');
const { Platform, platform } = require(path.join(process.env.CUSTOMERIO_PACKAGE, 'platform.js'));

const windows = new Platform('win32');
const others = ['linux', 'darwin', 'freebsd'].map(name => new Platform(name));

test('this system is the one that is asked', () => {
    assert.equal(platform.isWindows, process.platform === 'win32');
    assert.equal(platform.paths.sep, path.sep);
});

test('a program of Windows is looked for by its whole name, on the path of either spelling', () => {
    assert.deepEqual(windows.placesOf('dotnet', { Path: 'C:\\dotnet;;C:\\Program Files\\dotnet' }, 'D:\\own'), [
        'D:\\own\\dotnet.exe',
        'C:\\dotnet\\dotnet.exe',
        'C:\\Program Files\\dotnet\\dotnet.exe',
    ]);
    assert.deepEqual(windows.placesOf('dotnet', { PATH: 'C:\\a' }), ['C:\\a\\dotnet.exe']);
    assert.deepEqual(windows.placesOf('dotnet', {}), []);
});

test('a program of other systems is looked for by its name', () => {
    for (const other of others) {
        assert.deepEqual(other.placesOf('dotnet', { PATH: '/usr/bin::/opt/a;b' }, '/own'), ['/own/dotnet', '/usr/bin/dotnet', '/opt/a;b/dotnet']);
    }
});

test('a program has a process group of its own but for Windows, and shows no window there', () => {
    const started = [];
    for (const one of [windows, ...others]) {
        one.start('runner', ['a b'], { A: '1' }, (...how) => started.push(how));
    }

    const options = detached => ({ env: { A: '1' }, stdio: ['pipe', 'pipe', 'pipe'], detached, windowsHide: true });
    assert.deepEqual(started, [false, true, true, true].map(detached => ['runner', ['a b'], options(detached)]));
});

test('a program is asked first, and ended then', () => {
    const sent = [];
    const child = { kill: signal => sent.push(signal) };
    for (const one of [windows, ...others]) {
        one.end(child, false);
        one.end(child, true);
    }

    assert.deepEqual(new Set(sent.map((signal, i) => `${i % 2} ${signal}`)), new Set(['0 SIGTERM', '1 SIGKILL']));
});

test('a program ends itself as whoever started it would', { skip: process.platform === 'win32' && 'Windows sends no signals' }, async () => {
    const own = path.join(process.env.CUSTOMERIO_PACKAGE, 'platform.js');
    const child = spawn(process.execPath, ['-e', `setInterval(() => {}, 1000); require(${JSON.stringify(own)}).platform.endThis()`]);
    assert.deepEqual(await once(child, 'exit'), [null, 'SIGTERM']);
});
