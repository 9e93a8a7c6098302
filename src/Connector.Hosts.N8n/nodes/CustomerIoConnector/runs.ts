import { createHash, randomUUID } from 'crypto';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { GROUPS, OWN_NAMES, REQUEST_OPTIONS, named, type Form } from './form';
import { run, sentence, type Failure, type Outcome } from './hub';
import { common, forms } from './operations';
import { InputProblem, readInputs } from './values';

/** What an item holds afterwards, or why it failed; without a status it failed in this node. What is kept goes on with what came in. */
export type ItemOutcome = { isKept?: boolean } & ({ json: IDataObject } | { failure: Failure; status?: number });

interface Item {
  index: number;
  input: IDataObject;
  /** What steers the request: it is the same for all items that go together. */
  transport: string;
  /** What the workflow's author calls what happened; empty for no name. */
  key: string;
  /** What n8n handed in. */
  json: IDataObject;
  /** Whom or what it is about; items that share one keep their order. */
  about: string[];
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
  const all: Array<{ settings: Settings; item: Item; kind: string }> = [];
  for (const [index, { json }] of node.getInputData().entries()) {
    try {
      const { settings, item } = readItem(node, index, json);
      const { action, batching, output } = settings;
      const kind = JSON.stringify([action, batching, output, item.transport]);
      const known = kinds.get(kind) ?? { settings, items: [] };
      kinds.set(kind, known);
      known.items.push(item);
      all.push({ settings, item, kind });
    } catch (error) {
      // One item's expression or value stops no other.
      outcomes[index] = { failure: { kind: 'input', message: (error as Error).message }, isKept: isKept(node, index) };
    }
  }

  const name = invocations(node);
  const mixed = mixedItems(all);
  const alone: typeof all = [];
  for (const { settings, items } of kinds.values()) {
    const together = settings.form.batches && settings.batching ? items.filter((item) => !mixed.has(item)) : [];
    const batches = together.length > 1 ? chunks(together) : [];
    let isAllowed = batches.length > 0;
    for (const batch of batches) {
      if (isOver() || !isAllowed) {
        break;
      }

      // One after the other: what is done to one person stays in its order.
      const outcome = await run(node, 'batch', batchOf(settings, batch, name), name(batch[0]));
      isAllowed = !isForbidden(outcome);
      if (isAllowed) {
        share(outcome, settings, batch, outcomes);
      }
    }

    const rest = new Set(items.filter((item) => outcomes[item.index] === undefined && (!isAllowed || mixed.has(item))));
    alone.push(...all.filter(({ item }) => rest.has(item)));
  }

  alone.sort((one, other) => one.item.index - other.item.index);

  const concurrency = Math.max(1, ...alone.map(({ settings }) => Number(settings.concurrency) || 1));
  await inTurn(lanes(alone), concurrency, async ({ settings, item }) => {
    if (!isOver()) {
      outcomes[item.index] = shown(settings, item, await run(node, settings.action, whole(item), name(item), settings.form.reads));
    }
  });
  return outcomes;
}

function readItem(node: IExecuteFunctions, index: number, json: IDataObject): { settings: Settings; item: Item } {
  const action = node.getNodeParameter('operation', index) as string;
  const form = forms[node.getNodeParameter('resource', index) as string]?.[action];
  if (form === undefined) {
    throw new InputProblem(`This node has no operation "${action}". Choose one of its list; Raw Request sends any request to Customer.io.`);
  }

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
  const key = keyOf(request.idempotencyKey);
  const own = Object.fromEntries(OWN_NAMES.filter((name) => name in request).map((name) => [name, request[name]]));
  const settings = { action, form, batching: true, concurrency: 8, output: 'auto', ...own } as Settings;
  return { settings, item: { index, input, transport, key, json, about: about(input) } };
}

/** The name of what happened; empty for none. */
function keyOf(given: unknown): string {
  if (given !== undefined && given !== null && typeof given !== 'string' && typeof given !== 'number') {
    throw new InputProblem(`Idempotency Key must be a text or a number, not ${Array.isArray(given) ? 'a list' : `a value of type ${typeof given}`}.`);
  }

  if (typeof given === 'number' && !Number.isSafeInteger(given) && (Number.isInteger(given) || !Number.isFinite(given))) {
    // Rounded, or none at all: two events would be one.
    throw new InputProblem(`Idempotency Key is the number ${given}, which names nothing: give it as a text.`);
  }

  return String(given ?? '').trim();
}

/** Whether the item's input goes on also where it failed. */
function isKept(node: IExecuteFunctions, index: number): boolean {
  try {
    return (node.getNodeParameter(REQUEST_OPTIONS, index, {}) as IDataObject).output === 'input';
  } catch {
    return false;
  }
}

function whole(item: Item): IDataObject {
  return { ...item.input, ...(JSON.parse(item.transport) as IDataObject) };
}

/**
 * Names each invocation, so that one which n8n tries again, or somebody from the list of executions, counts no event twice. An agent may call the
 * same tool again with the same words, and means it.
 */
function invocations(node: IExecuteFunctions): (item: Item) => string {
  const isTool = node.isToolExecution?.() ?? false;
  const runIndex = isTool ? 0 : String(node.evaluateExpression('{{ $runIndex }}', 0) ?? 0);
  const own = ['n8n', node.getInstanceId(), node.getWorkflow().id, node.getNode().id];
  return ({ index, key }) => {
    if (key !== '') {
      return header([...own, 'key', key].join(' '));
    }

    return isTool ? randomUUID() : header([...own, part(node), runIndex, index].join(' '));
  };
}

/**
 * What n8n keeps with this execution and gives again when it tries the node again, or the execution is retried. The execution's number is another one
 * in a retried execution, and is given a second time after n8n's database was restored.
 */
function part(node: IExecuteFunctions): string {
  const kept = node.getContext('node');
  kept.invocations ??= randomUUID();
  return kept.invocations as string;
}

/** A name as a header takes it. */
function header(name: string): string {
  return /^[ -~]{1,255}$/.test(name) ? name : createHash('sha256').update(name).digest('hex');
}

function chunks(items: Item[]): Item[][] {
  const all: Item[][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item.input)) + 128;
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

function batchOf(settings: Settings, items: Item[], name: (item: Item) => string): IDataObject {
  // An event has a name of its own here, too: in another company it would stand in another place of its batch.
  const isEvent = settings.form.advanced?.includes('eventId') ?? false;
  const named = (item: Item) => (isEvent && item.input.eventId === undefined ? { ...item.input, eventId: ulid(name(item)) } : item.input);
  return { operations: items.map((item) => ({ action: settings.action, input: named(item) })), ...(JSON.parse(items[0].transport) as IDataObject) };
}

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A name as the id of an event. */
function ulid(name: string): string {
  let bits = BigInt(`0x${createHash('sha256').update(name).digest('hex').slice(0, 32)}`);
  let text = '';
  for (; text.length < 26; bits >>= 5n) {
    text = DIGITS[Number(bits & 31n)] + text;
  }

  return text;
}

/** Whether the key may run the operation, perhaps, but no batch. */
function isForbidden(outcome: Outcome): boolean {
  return 'failure' in outcome && outcome.status === 403 && outcome.failure.message.includes('may not run batch');
}

/** Gives each item of a batch its own outcome. */
function share(outcome: Outcome, settings: Settings, items: Item[], outcomes: Array<ItemOutcome | undefined>): void {
  const accepted = (item: Item, result: IDataObject) => shown(settings, item, { result: { ...result, status: 'succeeded', data: {} } });
  if ('failure' in outcome) {
    // Where the connection ended a batch early, its problems name the items that were not accepted by then. In all other failures none was.
    const { failure, status } = outcome;
    const parts = items.map((_, place) => partOf(failure, place));
    const isEnd = failure.kind === 'connection' && parts.some((part) => part !== undefined);
    items.forEach((item, place) => {
      const own = parts[place] ?? (isEnd ? undefined : failure);
      outcomes[item.index] = own ? shown(settings, item, { failure: own, status }) : accepted(item, { warnings: [] });
    });
    return;
  }

  const { data, ...result } = outcome.result as { data: { failed?: Refused[] } };
  const refused = new Map((data.failed ?? []).map((one) => [one.index, one]));
  items.forEach((item, place) => {
    const one = refused.get(place);
    outcomes[item.index] = one ? shown(settings, item, { failure: failureOf(one), status: 422 }) : accepted(item, result);
  });
}

const KINDS = ['input', 'connection', 'rejected', 'rateLimited', 'unavailable', 'uncertain', 'cancelled'];

/** What the batch says of one item that it refused, as its own run would say it. */
function failureOf({ reason, message, retryable, ...refused }: Refused): Failure {
  const path = field(refused.field);
  // Customer.io has words of its own for reasons.
  const kind = KINDS.includes(reason) ? reason : 'rejected';
  return { kind, message: sentence({ path, message }), problems: [{ path, message }], reason, retryable };
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
    return { ...outcome, isKept: settings.output === 'input' };
  }

  const { result } = outcome;
  if (settings.output === 'input') {
    return { json: { ...item.json, customerio: result }, isKept: true };
  }

  const { data } = result;
  const isData = settings.output === 'data' || (settings.output === 'auto' && settings.form.reads);
  return { json: !isData ? result : typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as IDataObject) : { data } };
}

// Inputs that name a person: whichever it is, the same name is the same person.
const PEOPLE = ['id', 'anonymousId', 'primary', 'secondary', 'ids', 'people', 'email', 'value'];

// What a person gets by these is a further name of it.
const OWN_IDENTIFIERS = ['id', 'email', 'cio_id', 'phone'];

/** The names of the people and objects that an input is about. */
function about(input: IDataObject): string[] {
  // All devices of a push, or a telephone number, name nobody.
  const to = typeof input.to === 'string' && input.to.includes('@') ? [input.to] : [];
  const data = (input.customerData ?? {}) as IDataObject;
  const own = OWN_IDENTIFIERS.flatMap((key) => (['string', 'number'].includes(typeof data[key]) ? [data[key] as string] : []));
  const people = PEOPLE.flatMap((key) => (input[key] ?? []) as Array<IDataObject | string>).concat(to, own);
  const names = people.map((one) => `person ${String(typeof one === 'object' ? one?.id : one).toLowerCase().replace(/^cio_/, '')}`);
  return input.objectId === undefined ? names : [...names, `object ${JSON.stringify([input.objectTypeId, input.objectId])}`];
}

interface Kind {
  item: Item;
  kind: string;
}

/**
 * Items that may not go in a batch: an event that has a name of its own is the same in whatever company it comes, and what is done to a person by
 * another operation, too, is done in the order of the items.
 */
function mixedItems(all: Kind[]): Set<Item> {
  const mixed = lanes(all).filter((lane) => lane.some(({ item, kind }) => item.key !== '' || kind !== lane[0].kind));
  return new Set(mixed.flat().map(({ item }) => item));
}

/** Items that must keep their order in one lane: they name one person or object, or others do that name both. */
function lanes<T extends { item: Item }>(all: T[]): T[][] {
  const joined = new Map<string, string>();
  const rootOf = (name: string): string => {
    let root = name;
    for (let next = joined.get(root); next !== undefined; next = joined.get(root)) {
      root = next;
    }

    if (root !== name) {
      joined.set(name, root);
    }

    return root;
  };
  const namesOf = ({ item }: T) => (item.about.length > 0 ? item.about : [`#${item.index}`]);
  for (const one of all) {
    const [first, ...others] = namesOf(one);
    for (const other of others.map(rootOf)) {
      if (other !== rootOf(first)) {
        joined.set(other, rootOf(first));
      }
    }
  }

  const found = new Map<string, T[]>();
  for (const one of all) {
    const root = rootOf(namesOf(one)[0]);
    const lane = found.get(root) ?? [];
    found.set(root, lane);
    lane.push(one);
  }

  return [...found.values()];
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
