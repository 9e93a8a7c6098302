'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { Failure } = require('./failure');
const { platform } = require('./platform');

const SHORT = 'install the .NET 10 runtime';
const INSTALL =
    'The Customer.io nodes need the .NET 10 runtime, and it was not found on this machine. ' +
    'Install it (package dotnet-runtime-10.0), make sure that "dotnet" is on the PATH of Node-RED, and start Node-RED again.';

/**
 * What to start: the program in CUSTOMERIO_RUNNER, which "mcp" may follow as its argument, else the one inside this package.
 * @throws {Failure} There is no runner, or no .NET to run it with.
 */
function findRunner(env = process.env, folder = __dirname) {
    const named = env.CUSTOMERIO_RUNNER;
    const args = named && named.endsWith(' mcp') && !fs.existsSync(named) ? ['mcp'] : [];
    const file = named ? (args.length ? named.slice(0, -' mcp'.length) : named) : path.join(folder, 'runner', 'customerio-mcp.dll');
    if (!fs.existsSync(file)) {
        throw new Failure(
            'unavailable',
            named
                ? `CUSTOMERIO_RUNNER names a file that does not exist: ${file}`
                : 'This package lacks its runner. Install it from its npm package file, or set CUSTOMERIO_RUNNER.',
            { short: 'the runner is missing' },
        );
    }

    // Forms need every input, and read a failure as one object.
    args.push('--schema', 'full');
    return file.endsWith('.dll') ? { file: findDotnet(env), args: [file, ...args] } : { file, args };
}

function findDotnet(env) {
    const found = platform.placesOf('dotnet', env, env.DOTNET_ROOT).find(file => fs.existsSync(file));
    if (!found) {
        throw noDotnet();
    }

    return found;
}

/** Turns the words of the dotnet host about a missing or older framework into what to do. */
function explainExit({ stderr }) {
    return /You must install|framework .*was not found|No frameworks were found/is.test(stderr) ? noDotnet() : undefined;
}

function noDotnet() {
    return new Failure('unavailable', INSTALL, { short: SHORT });
}

module.exports = { findRunner, explainExit };
