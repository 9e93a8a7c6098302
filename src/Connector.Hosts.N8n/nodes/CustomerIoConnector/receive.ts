import { randomUUID } from 'crypto';
import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { ask, failureOf } from './hub';
import { settings } from './trigger';
import { readInputs } from './values';

/** What the hub says of a delivery. */
interface Receipt {
  status: number;
  event: IDataObject | null;
  reason: string | null;
}

/** The parts of a request of n8n's that are not Express's own. */
interface RawRequest {
  rawBody?: Buffer;
  readRawBody?: () => Promise<void>;
}

const HEADERS = ['content-type', 'x-cio-signature', 'x-cio-timestamp'];

// Customer.io itself gives up after four seconds.
const TIMEOUT_MS = 1_800;
const TRIES = 2;

/** Hands a delivery to the hub, and starts the workflow with the event where it is new, wanted and Customer.io's own. */
export async function receive(node: IWebhookFunctions): Promise<IWebhookResponseData> {
  const { status, body } = await handIn(node, await delivery(node));
  if (status !== 200) {
    // Customer.io sends it again: this is not one of the statuses after which it waits an hour.
    node.logger.error(`A delivery of Customer.io could not be taken: ${failureOf(body, status).message}`);
    return answered(node, 503, 'The event could not be taken just now.');
  }

  const receipt = body as unknown as Receipt;
  if (receipt.status >= 300) {
    node.logger.warn(`A delivery was refused (${receipt.status}): ${receipt.reason}`);
    return answered(node, receipt.status, receipt.reason ?? '');
  }

  return receipt.event === null ? { webhookResponse: 'ok' } : { workflowData: [[{ json: receipt.event }]], webhookResponse: 'ok' };
}

async function delivery(node: IWebhookFunctions): Promise<IDataObject> {
  const request = node.getRequestObject();
  const raw = request as unknown as RawRequest;
  if (raw.rawBody === undefined) {
    await raw.readRawBody?.();
  }

  const headers = Object.fromEntries(HEADERS.filter((name) => request.headers[name] !== undefined).map((name) => [name, String(request.headers[name])]));
  const given = (name: string) => (node.getNodeParameter(name, null) ?? {}) as IDataObject;
  const top = Object.fromEntries(settings.top.map(({ name }) => [name, node.getNodeParameter(name, null)])) as IDataObject;
  const zone = node.getTimezone();
  const wanted = {
    ...readInputs(settings.top, top, zone),
    ...readInputs(settings.filters, given('filters'), zone),
    ...readInputs(settings.options, given('options'), zone),
    // Each event starts each workflow once: the hub knows it again by the address, of which two n8ns may share the path.
    path: pathOf(node.getNodeWebhookUrl('default') as string),
  };
  return { headers, bodyBase64: (raw.rawBody ?? Buffer.alloc(0)).toString('base64'), method: request.method, settings: wanted };
}

/** The whole address as the hub takes a path. */
export function pathOf(address: string): string {
  const { protocol, host, pathname } = new URL(address);
  return `/${protocol.slice(0, -1)}/${host}${pathname}`.replace(/[^A-Za-z0-9/_.~-]/g, '~').slice(0, 500);
}

/** The same call again, where the first had no answer, finds its own event and no duplicate. */
async function handIn(node: IWebhookFunctions, body: IDataObject): Promise<{ status: number; body: IDataObject }> {
  const headers = { 'Idempotency-Key': randomUUID() };
  for (let tries = 1; ; tries++) {
    const answer = await ask(node, { method: 'POST', path: '/tools/receive-event', body, headers, timeout: TIMEOUT_MS });
    if (![503, 504].includes(answer.status) || tries === TRIES) {
      return answer;
    }
  }
}

function answered(node: IWebhookFunctions, status: number, text: string): IWebhookResponseData {
  node.getResponseObject().status(status).type('text').send(`${text}\n`);
  return { noWebhookResponse: true };
}
