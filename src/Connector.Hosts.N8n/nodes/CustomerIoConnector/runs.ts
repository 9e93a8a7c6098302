import { createHash, randomUUID } from 'crypto';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { GROUPS, OWN_NAMES, REQUEST_OPTIONS, named, type Form } from './form';
import { run, sentence, type Failure, type Outcome } from './hub';
import { common, forms } from './operations';
import { readInputs } from './values';

/** What an item holds afterwards, or why it failed; without a status it failed in this node. */
export type ItemOutcome = { json: IDataObject } | { failure: Failure; status?: number };

interface Item {
  index: number;
  input: IDataObject;
  /** What steers the request: it is the same for all items that go together. */
  transport: string;
  /** What the workflow's author calls what happened; empty for no name. */
  key: string;
}

interface Settings {
  action: string;
  form: Form;
  batching: boolean;
  concurrency: number;
  output: 'auto' | 'data' | 'result';
}

// A body of the hub has 1 MiB at most; the JSON around the items is small.
const BATCH_BYTES = 900_000;
const BATCH_ITEMS = 1_000;

/** Runs the node's operation for each item; each has its own outcome, in the order of the items. */
export async function runItems(node: IExecuteFunctions): Promise<ItemOutcome[]> {
  const outcomes: ItemOutcome[] = [];
  const kinds = new Map<string, { settings: Settings; items: Item[] }>();
  const count = node.getInputData().length;
  for (let index = 0; index < count; index++) {
    try {
      const { settings, item } = readItem(node, index);
      const kind = JSON.stringify([settings.action, settings.batching, item.transport]);
      const known = kinds.get(kind) ?? { settings, items: [] };
      kinds.set(kind, known);
      known.items.push(item);
    } catch (error) {
      // One item's expression or value stops no other.
      outcomes[index] = { failure: { kind: 'input', message: (error as Error).message } };
    }
  }

  const named = invocations(node);
  const work = [...kinds.values()].flatMap(({ settings, items }) => {
    // An event that has a name of its own is the same in whatever company it comes.
    const together = settings.form.batches && settings.batching ? items.filter(({ key }) => key === '') : [];
    const alone = together.length > 1 ? items.filter(({ key }) => key !== '') : items;
    return [
      ...(together.length > 1 ? chunks(together).map((chunk) => async () => await runBatch(node, settings, chunk, named(chunk[0]), outcomes)) : []),
      ...alone.map((item) => async () => {
        outcomes[item.index] = shown(settings, await run(node, settings.action, whole(item), named(item)));
      }),
    ];
  });
  await inTurn(work, Math.max(1, ...[...kinds.values()].map(({ settings }) => settings.concurrency)));
  return outcomes;
}

function readItem(node: IExecuteFunctions, index: number): { settings: Settings; item: Item } {
  const action = node.getNodeParameter('operation', index) as string;
  const form = forms[node.getNodeParameter('resource', index) as string][action];
  const zone = node.getTimezone();
  const top = named(form.top);
  const names = top.map(({ name }) => name);
  // Where a form does not have it: undefined would be no fallback.
  const given = (name: string) => (node.getNodeParameter(name, index, null as never) ?? undefined) as IDataObject;
  const values: IDataObject = {};
  for (const name of names) {
    values[name] = given(name);
    if (names.includes(`${name}Json`)) {
      values[`${name}Mode`] = given(`${name}Mode`);
    }
  }

  const input = readInputs(top, values, zone);
  for (const { part, name } of GROUPS) {
    if (form[part]) {
      Object.assign(input, readInputs(named(form[part]), given(name) ?? {}, zone));
    }
  }

  const request = given(REQUEST_OPTIONS) ?? {};
  const transport = JSON.stringify(readInputs(common, request, zone));
  const key = String(request.idempotencyKey ?? '');
  const own = Object.fromEntries(OWN_NAMES.filter((name) => name in request).map((name) => [name, request[name]]));
  const settings = { action, form, batching: true, concurrency: 8, output: 'auto', ...own } as Settings;
  return { settings, item: { index, input, transport, key } };
}

function whole(item: Item): IDataObject {
  return { ...item.input, ...(JSON.parse(item.transport) as IDataObject) };
}

/**
 * Names each invocation, so that one which n8n tries again counts no event twice. An agent may call the same tool again with the same words, and
 * means it.
 */
function invocations(node: IExecuteFunctions): (item: Item) => string {
  const isTool = node.isToolExecution?.() ?? false;
  const runIndex = isTool ? 0 : String(node.evaluateExpression('{{ $runIndex }}', 0) ?? 0);
  return ({ index, key }) => {
    if (isTool && key === '') {
      return randomUUID();
    }

    const what = key === '' ? node.getExecutionId() : `key ${key}`;
    return header(['n8n', node.getInstanceId(), node.getWorkflow().id, node.getNode().id, runIndex, index, what].join(' '));
  };
}

/** A name as a header takes it. */
function header(name: string): string {
  return /^[ -~]{1,255}$/.test(name) ? name : createHash('sha256').update(name).digest('hex');
}

function chunks(items: Item[]): Item[][] {
  const all: Item[][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item.input)) + 64;
    if (all.length === 0 || bytes + size > BATCH_BYTES || all[all.length - 1].length >= BATCH_ITEMS) {
      all.push([]);
      bytes = 0;
    }

    all[all.length - 1].push(item);
    bytes += size;
  }

  return all;
}

interface Refused {
  index: number;
  reason: string;
  field: string;
  message: string;
  retryable: boolean;
}

/** Several items in one request; a key that may run the operation but no batch sends them one by one. */
async function runBatch(node: IExecuteFunctions, settings: Settings, items: Item[], invocation: string, outcomes: ItemOutcome[]): Promise<void> {
  const operations = items.map(({ input }) => ({ action: settings.action, input }));
  const outcome = await run(node, 'batch', { operations, ...(JSON.parse(items[0].transport) as IDataObject) }, invocation);
  if ('failure' in outcome) {
    items.forEach((item, place) => {
      outcomes[item.index] = { failure: partOf(outcome.failure, place), status: outcome.status };
    });
    return;
  }

  const { data, ...result } = outcome.result as { data: { failed?: Refused[] } };
  const refused = new Map((data.failed ?? []).map((one) => [one.index, one]));
  items.forEach((item, place) => {
    const one = refused.get(place);
    outcomes[item.index] = one
      ? { failure: failureOf(one), status: 422 }
      : shown(settings, { result: { ...result, status: 'succeeded', data: {} } });
  });
}

const KINDS = ['input', 'connection', 'rejected', 'rateLimited', 'unavailable', 'uncertain', 'cancelled'];

/** What the batch says of one item that it refused, as its own run would say it. */
function failureOf({ reason, message, retryable, ...refused }: Refused): Failure {
  const path = field(refused.field);
  // Customer.io has words of its own for reasons.
  const kind = KINDS.includes(reason) ? reason : 'rejected';
  return { kind, message: path === '' ? message : `${path}: ${message}`, problems: [{ path, message }], reason, retryable };
}

function field(path: string): string {
  return path.replace(/^\/input(?=\/|$)/, '');
}

/** What a failure of all says of one of them. */
function partOf(failure: Failure, place: number): Failure {
  const path = `/operations/${place}`;
  const mine = (failure.problems ?? []).filter((problem) => problem.path === path || problem.path.startsWith(`${path}/`));
  if (mine.length === 0) {
    return failure;
  }

  const problems = mine.map((problem) => ({ path: field(problem.path.slice(path.length)), message: problem.message }));
  return { ...failure, message: problems.map(sentence).join('; '), problems };
}

function shown(settings: Settings, outcome: Outcome): ItemOutcome {
  if ('failure' in outcome) {
    return outcome;
  }

  const { data } = outcome.result;
  const isData = settings.output === 'data' || (settings.output === 'auto' && settings.form.reads);
  return { json: !isData ? outcome.result : typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as IDataObject) : { data } };
}

/** Does all of it, so much at once. */
async function inTurn(work: Array<() => Promise<void>>, atOnce: number): Promise<void> {
  const next = work.values();
  const hands = Array.from({ length: Math.min(atOnce, work.length) }, async () => {
    for (const one of next) {
      await one();
    }
  });
  await Promise.all(hands);
}
