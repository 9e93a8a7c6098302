import { problemOf, type HubCredential } from '../../credentials/CustomerIoConnectorApi.credentials';
import type { IDataObject, IExecuteFunctions, IHookFunctions, IHttpRequestOptions, ILoadOptionsFunctions, IWebhookFunctions } from 'n8n-workflow';

/** The credential by which the hub lets this n8n in. */
export const CREDENTIAL = 'customerIoConnectorApi';

/** What the hub says of an action that failed. */
export interface Failure extends IDataObject {
  kind: string;
  message: string;
  problems?: Array<{ path: string; message: string }>;
}

/** What became of a run. */
export type Outcome = { result: IDataObject } | { failure: Failure; status: number };

type Caller = IExecuteFunctions | ILoadOptionsFunctions | IHookFunctions | IWebhookFunctions;

/**
 * Asks the hub.
 * @returns The status and the body of its answer; 503 and a failure of kind unavailable where it could not be reached, 504 and one of kind uncertain
 * where it may have been, 400 and one of kind connection where the credential is wrong.
 */
export async function ask(caller: Caller, request: Omit<IHttpRequestOptions, 'url'> & { path: string }): Promise<{ status: number; body: IDataObject }> {
  const { path, body: content, ...options } = request;
  const credential = await caller.getCredentials<HubCredential>(CREDENTIAL);
  const problem = problemOf(credential);
  if (problem !== undefined) {
    return failed(400, 'connection', problem);
  }

  const url = (credential.url as string).trim();
  const address = url.replace(/\/+$/, '') + path;
  const whole: IHttpRequestOptions = { ...options, url: address, json: true, returnFullResponse: true, ignoreHttpStatusErrors: true };
  if (content !== undefined) {
    // As text: of an object n8n's client drops members that are called constructor, prototype or __proto__.
    whole.body = JSON.stringify(content);
    whole.headers = { ...whole.headers, 'Content-Type': 'application/json' };
  }

  try {
    const answer = await caller.helpers.httpRequestWithAuthentication.call(caller, CREDENTIAL, whole);
    const body = answer.body as unknown;
    return { status: answer.statusCode, body: typeof body === 'object' && body !== null ? (body as IDataObject) : { text: body as string } };
  } catch (error) {
    const { code, reason } = causeOf(error as Error);
    return UNSENT.test(code)
      ? failed(503, 'unavailable', `The hub at ${url} could not be reached: ${reason}`)
      : failed(504, 'uncertain', `The hub at ${url} was asked, and may have done it, but its answer was lost: ${reason}`);
  }
}

// The errors of Node that come before a request is sent; after any other one the hub may have it.
const UNSENT = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EPROTO|CERT|UNABLE_TO|ERR_TLS|ERR_SSL|ERR_INVALID|SSRF/i;

const REASONS: Record<string, string> = {
  ECONNABORTED: 'it took too long.',
  ECONNREFUSED: 'nothing listens there. Start it with "connector hub", or mend the address in the credential.',
  ECONNRESET: 'the connection ended.',
  EPROTO: 'what listens there does not speak TLS. Write http:// in the credential, or put a TLS proxy before the hub.',
  ETIMEDOUT: 'it took too long.',
};

function causeOf(error: Error): { code: string; reason: string } {
  const { cause, httpCode, message } = error as Error & { cause?: { code?: string }; httpCode?: string };
  const code = cause?.code ?? httpCode ?? '';
  return { code: code || message, reason: REASONS[code] ?? message };
}

function failed(status: number, kind: string, message: string): { status: number; body: IDataObject } {
  return { status, body: { error: { kind, message, problems: [] } } };
}

/** Runs an action; one that only reads may be asked for again whatever became of it. */
export async function run(caller: Caller, action: string, input: IDataObject, invocation: string | undefined, reads = false): Promise<Outcome> {
  const headers = invocation === undefined ? undefined : { 'Idempotency-Key': invocation };
  const { status, body } = await ask(caller, { method: 'POST', path: `/actions/${action}`, body: input, headers });
  // Another server may answer anything with a page and 200.
  if (status >= 200 && status < 300 && 'status' in body) {
    return { result: body };
  }

  const failure = failureOf(body, status);
  return { failure: reads && failure.kind === 'uncertain' ? { ...failure, kind: 'unavailable' } : failure, status };
}

/** What the hub, or somebody in front of it, says of what failed. */
export function failureOf(body: IDataObject, status: number): Failure {
  const failure = body.error as Failure | undefined;
  return typeof failure?.message === 'string' ? failure : { kind: 'connection', message: `The hub's address answered ${status}, and not as a hub does.` };
}

/** A problem in words. */
export function sentence({ path, message }: { path: string; message: string }): string {
  // What is said of a field begins small.
  return path !== '' ? `${path}: ${message}` : /^[a-z]/.test(message) ? `The item ${message}` : message;
}

/** All problems of a failure that its message does not say, a line each. */
export function explained(failure: Failure): string {
  return (failure.problems ?? [])
    .map(sentence)
    .filter((one) => !failure.message.includes(one))
    .join('\n');
}
