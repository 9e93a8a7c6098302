'use strict';

// Puts the runner and the licences beside the package's own files, as npm does before it packs or publishes.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const root = path.join(__dirname, '..');
const runner = path.join(root, 'runner');
fs.rmSync(runner, { recursive: true, force: true });
// Whoever has built the runner already, such as tests, says where, and saves building it again.
const built = process.env.CUSTOMERIO_RUNNER_BUILT;
if (built) {
    fs.cpSync(built, runner, { recursive: true, filter: file => !/\.(pdb|xml)$|customerio-mcp(\.exe)?$/.test(file) });
} else {
    publish();
}

fs.copyFileSync(path.join(root, '..', '..', 'LICENSE'), path.join(root, 'LICENSE'));
fs.copyFileSync(path.join(root, '..', 'Connector.Hosts.Mcp', 'THIRD-PARTY-NOTICES.txt'), path.join(root, 'THIRD-PARTY-NOTICES.txt'));

function publish() {
    // Built away from the source tree, which another build may be using at the same time.
    const build = fs.mkdtempSync(path.join(os.tmpdir(), 'customerio-mcp-'));
    // Portable: one set of files for every system that has the .NET runtime.
    const { status, error } = spawnSync(
        'dotnet',
        [
            'publish',
            path.join(root, '..', 'Connector.Hosts.Mcp'),
            '--configuration',
            'Release',
            '--artifacts-path',
            build,
            '--output',
            runner,
            '--nologo',
            '--verbosity',
            'quiet',
            '-p:UseAppHost=false',
            '-p:DebugType=none',
            // Its sources were looked at where they are built.
            '-p:RunAnalyzers=false',
            '-p:PublishDocumentationFile=false',
            '-p:PublishReferencesDocumentationFiles=false',
        ],
        { stdio: ['ignore', 'inherit', 'inherit'] },
    );
    fs.rmSync(build, { recursive: true, force: true });
    if (status !== 0) {
        console.error(error ? `dotnet could not be started (${error.message}). Packing needs the .NET 10 SDK.` : 'The runner was not built; see above.');
        process.exit(1);
    }
}
