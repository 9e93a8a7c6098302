// Reads, as JSON from its input, the text of /metrics and the queries of a dashboard; prints what Prometheus' formats and grammar find in them.
import { parser } from '@prometheus-io/lezer-promql';
import parse from 'parse-prometheus-text-format';
import { text } from 'node:stream/consumers';

const { exposition, queries } = JSON.parse(await text(process.stdin));
const families = parse(exposition);

function read(query) {
  const names = [];
  let wrong = null;
  parser.parse(query).iterate({
    enter: node => {
      if (node.type.isError) wrong ??= node.from;
      if (node.name === 'Identifier' && node.node.parent?.name === 'VectorSelector') names.push(query.slice(node.from, node.to));
    },
  });
  return { query, names, wrong };
}

console.log(JSON.stringify({ families, queries: queries.map(read) }));
