'use strict';

// Puts the runner and the licences beside the package's own files, as npm does before it packs or publishes.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const root = path.join(__dirname, '..');
const runner = path.join(root, 'runner');
// SQLite is brought for these systems alone, on which most people run Node-RED; on others the runner takes the system's own. All nine make 9 MB more.
const systems = ['linux-x64', 'linux-arm64', 'win-x64'];
fs.rmSync(runner, { recursive: true, force: true });
// Whoever has built the runner already, such as tests, says where, and saves building it again.
const built = process.env.CUSTOMERIO_RUNNER_BUILT;
if (built) {
    fs.cpSync(built, runner, { recursive: true, filter: file => !/\.(pdb|xml)$|customerio-mcp(\.exe)?$|^publish$/.test(path.relative(built, file)) });
} else {
    publish();
}

keepSystems();
fs.copyFileSync(path.join(root, '..', '..', 'LICENSE'), path.join(root, 'LICENSE'));
fs.copyFileSync(path.join(root, '..', 'Connector.Hosts.Mcp', 'THIRD-PARTY-NOTICES.txt'), path.join(root, 'THIRD-PARTY-NOTICES.txt'));

function keepSystems() {
    const natives = path.join(runner, 'runtimes');
    for (const system of fs.readdirSync(natives).filter(name => !systems.includes(name))) {
        fs.rmSync(path.join(natives, system), { recursive: true });
    }

    // .NET does not start while a file is missing that is named here.
    const list = path.join(runner, 'customerio-mcp.deps.json');
    const dependencies = JSON.parse(fs.readFileSync(list, 'utf8'));
    for (const { runtimeTargets } of Object.values(dependencies.targets).flatMap(libraries => Object.values(libraries))) {
        for (const [file, { assetType, rid }] of Object.entries(runtimeTargets ?? {})) {
            if (assetType === 'native' && !systems.includes(rid)) {
                delete runtimeTargets[file];
            }
        }
    }

    fs.writeFileSync(list, JSON.stringify(dependencies, null, 2));
}

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
