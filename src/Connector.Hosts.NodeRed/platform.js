'use strict';

const { spawn } = require('node:child_process');
const paths = require('node:path');

/** What is not the same on Windows and on other systems: where programs are, how they are started and ended. Nothing else asks which it is. */
class Platform {
    /** @param {string} [name] The system, as Node.js calls it. */
    constructor(name = process.platform) {
        this.isWindows = name === 'win32';
        this.paths = this.isWindows ? paths.win32 : paths.posix;
    }

    /**
     * The files that a program may be, the likeliest first.
     * @param {string} program Its name.
     * @param {Record<string, string>} env Whose path; a copy of Windows' variables keeps their capitals.
     * @param {string} [first] A folder to look into before.
     * @returns {string[]}
     */
    placesOf(program, env, first) {
        const name = this.isWindows ? `${program}.exe` : program;
        return [first, ...(env.PATH || env.Path || '').split(this.paths.delimiter)].filter(Boolean).map(folder => this.paths.join(folder, name));
    }

    /**
     * Starts a program that speaks over its standard streams.
     * Elsewhere than on Windows in a process group of its own, so that Ctrl-C in Node-RED's terminal does not kill it while calls are drained.
     */
    start(file, args, env, run = spawn) {
        return run(file, args, { env, stdio: ['pipe', 'pipe', 'pipe'], detached: !this.isWindows, windowsHide: true });
    }

    /** Asks a program that was started to end; or ends it. Windows knows no asking: it is ended at once. */
    end(child, force) {
        return child.kill(force ? 'SIGKILL' : 'SIGTERM');
    }

    /** Ends this program as whoever started it would. */
    endThis() {
        process.kill(process.pid, 'SIGTERM');
    }
}

module.exports = { Platform, platform: new Platform() };
