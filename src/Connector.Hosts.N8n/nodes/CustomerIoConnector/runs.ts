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
  /** What n8n handed in. */
  json: IDataObject;
}

interface Settings {
  action: string;
  form: Form;
  batching: boolean;
  concurrency: number;
  output: 'auto' | 'data' | 'input' | 'result';
}

// A body of the hub has 1 MiB at most; the JSON around the items is small.
const BATCH_BYTES = 900_000;
const BATCH_ITEMS = 1_000;

/**
 * Runs the node's operation for each item; each has its own outcome, in the order of the items. Where one failure ends the execution, nothing new is
 * begun after it: items that were not begun have no outcome.
 */
export async function runItems(node: IExecuteFunctions): Promise<Array<ItemOutcome | undefined>> {
  const outcomes: Array<ItemOutcome | undefined> = [];
  const isOver = () => !node.continueOnFail() && outcomes.some((outcome) => outcome !== undefined && 'failure' in outcome);
  const kinds = new Map<string, { settings: Settings; items: Item[] }>();
  for (const [index, { json }] of node.getInputData().entries()) {
    try {
      const { settings, item } = readItem(node, index, json);
      const { action, batching, output } = settings;
      const kind = JSON.stringify([action, batching, output, item.transport]);
      const known = kinds.get(kind) ?? { settings, items: [] };
      kinds.set(kind, known);
      known.items.push(item);
    } catch (error) {
      // One item's expression or value stops no other.
      outcomes[index] = { failure: { kind: 'input', message: (error as Error).message } };
    }
  }

  const name = invocations(node);
  const alone: Array<{ settings: Settings; item: Item }> = [];
  for (const { settings, items } of kinds.values()) {
    // An event that has a name of its own is the same in whatever company it comes.
    const together = settings.form.batches && settings.batching ? items.filter(({ key }) => key === '') : [];
    const batches = together.length > 1 ? chunks(together) : [];
    let isAllowed = batches.length > 0;
    for (const batch of batches) {
      if (isOver() || !isAllowed) {
        break;
      }

      // One after the other: what is done to one person stays in its order.
      const outcome = await run(node, 'batch', batchOf(settings, batch), name(batch[0]));
      isAllowed = !isForbidden(outcome);
      if (isAllowed) {
        share(outcome, settings, batch, outcomes);
      }
    }

    const rest = items.filter(({ index, key }) => outcomes[index] === undefined && (!isAllowed || key !== ''));
    alone.push(...rest.map((item) => ({ settings, item })));
  }

  const concurrency = Math.max(1, ...alone.map(({ settings }) => Number(settings.concurrency) || 1));
  await inTurn(lanes(alone), concurrency, async ({ settings, item }) => {
    if (!isOver()) {
      outcomes[item.index] = shown(settings, item, await run(node, settings.action, whole(item), name(item)));
    }
  });
  return outcomes;
}

function readItem(node: IExecuteFunctions, index: number, json: IDataObject): { settings: Settings; item: Item } {
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
  return { settings, item: { index, input, transport, key, json } };
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
    const what = key === '' ? node.getExecutionId() : `key ${key}`;
    if ((isTool && key === '') || !what) {
      return randomUUID();
    }

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

function batchOf(settings: Settings, items: Item[]): IDataObject {
  const operations = items.map(({ input }) => ({ action: settings.action, input }));
  return { operations, ...(JSON.parse(items[0].transport) as IDataObject) };
}

/** Whether the key may run the operation, perhaps, but no batch. */
function isForbidden(outcome: Outcome): boolean {
  return 'failure' in outcome && outcome.status === 403 && outcome.failure.message.includes('may not run batch');
}

/** Gives each item of a batch its own outcome. */
function share(outcome: Outcome, settings: Settings, items: Item[], outcomes: Array<ItemOutcome | undefined>): void {
  const accepted = (item: Item, result: IDataObject) => shown(settings, item, { result: { ...result, status: 'succeeded', data: {} } });
  if ('failure' in outcome) {
    // Where a batch ended early, its problems name the items that were not accepted by then.
    const parts = items.map((_, place) => partOf(outcome.failure, place));
    const isPart = parts.some((part) => part !== undefined);
    items.forEach((item, place) => {
      const failure = isPart ? parts[place] : outcome.failure;
      outcomes[item.index] = failure ? { failure, status: outcome.status } : accepted(item, { warnings: [] });
    });
    return;
  }

  const { data, ...result } = outcome.result as { data: { failed?: Refused[] } };
  const refused = new Map((data.failed ?? []).map((one) => [one.index, one]));
  items.forEach((item, place) => {
    const one = refused.get(place);
    outcomes[item.index] = one ? { failure: failureOf(one), status: 422 } : accepted(item, result);
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

/** What a failure of all says of one of them; undefined for nothing. */
function partOf(failure: Failure, place: number): Failure | undefined {
  const path = `/operations/${place}`;
  const mine = (failure.problems ?? []).filter((problem) => problem.path === path || problem.path.startsWith(`${path}/`));
  if (mine.length === 0) {
    return undefined;
  }

  const problems = mine.map((problem) => ({ path: field(problem.path.slice(path.length)), message: problem.message }));
  return { ...failure, message: problems.map(sentence).join('; '), problems };
}

function shown(settings: Settings, item: Item, outcome: Outcome): ItemOutcome {
  if ('failure' in outcome) {
    return outcome;
  }

  const { result } = outcome;
  if (settings.output === 'input') {
    return { json: { ...item.json, customerio: result } };
  }

  const { data } = result;
  const isData = settings.output === 'data' || (settings.output === 'auto' && settings.form.reads);
  return { json: !isData ? result : typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as IDataObject) : { data } };
}

/** Items that must keep their order, since they name one person or object, in one lane. */
function lanes<T extends { item: Item }>(all: T[]): T[][] {
  const known = new Map<string, T[]>();
  for (const one of all) {
    const { id, anonymousId, objectTypeId, objectId } = one.item.input;
    const who = [id, anonymousId, objectTypeId, objectId];
    const lane = who.some((part) => part !== undefined) ? JSON.stringify(who) : `#${one.item.index}`;
    known.set(lane, [...(known.get(lane) ?? []), one]);
  }

  return [...known.values()];
}

/** Does all of it, so many lanes at once. */
async function inTurn<T>(all: T[][], atOnce: number, work: (one: T) => Promise<void>): Promise<void> {
  const next = all.values();
  const hands = Array.from({ length: Math.min(atOnce, all.length) }, async () => {
    for (const lane of next) {
      for (const one of lane) {
        await work(one);
      }
    }
  });
  await Promise.all(hands);
}
