// Holds a server.json to the schema that it names, where that can be fetched or is given: node server.mjs server.json [schema.json]
import Ajv from 'ajv';
import formats from 'ajv-formats';
import fs from 'node:fs';

const [file, given] = process.argv.slice(2);
const server = JSON.parse(fs.readFileSync(file, 'utf8'));
let schema;
try {
    schema = given ? JSON.parse(fs.readFileSync(given, 'utf8')) : await (await fetch(server.$schema, { signal: AbortSignal.timeout(15000) })).json();
} catch (e) {
    console.log(`server.json: not checked against its schema, which cannot be fetched here (${e.cause?.code ?? e.message}).`);
    process.exit();
}

const ajv = new Ajv({ strict: false, allErrors: true });
formats.default(ajv);
const isValid = ajv.compile(schema);
if (!isValid(server)) {
    console.error(`server.json is not valid under ${server.$schema}:\n${ajv.errorsText(isValid.errors, { separator: '\n' })}`);
    process.exit(1);
}

console.log(`server.json is valid under ${server.$schema}.`);
