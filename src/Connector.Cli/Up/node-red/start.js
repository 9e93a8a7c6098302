'use strict';

// Node-RED, ended by the end of its standard input: so it also goes when the tool that started it was killed.
const path = require('node:path');

process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM'));
process.stdin.resume();
process.argv[1] = path.join(__dirname, 'node_modules', 'node-red', 'red.js');
require(process.argv[1]);
