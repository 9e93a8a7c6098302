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
 * @returns The status and the body of its answer; a failure of kind unavailable where it could not be reached.
 */
export async function ask(caller: Caller, request: Omit<IHttpRequestOptions, 'url'> & { path: string }): Promise<{ status: number; body: IDataObject }> {
  const { path, ...options } = request;
  const { url } = await caller.getCredentials<{ url: string }>(CREDENTIAL);
  const address = url.trim().replace(/\/+$/, '') + path;
  const whole: IHttpRequestOptions = { ...options, url: address, json: true, returnFullResponse: true, ignoreHttpStatusErrors: true };
  try {
    const answer = await caller.helpers.httpRequestWithAuthentication.call(caller, CREDENTIAL, whole);
    const body = answer.body as unknown;
    return { status: answer.statusCode, body: typeof body === 'object' && body !== null ? (body as IDataObject) : { text: body as string } };
  } catch (error) {
    const reason = (error as Error).message;
    return { status: 503, body: { error: { kind: 'unavailable', message: `The hub at ${url} could not be reached: ${reason}`, problems: [] } } };
  }
}

/** Runs an action. */
export async function run(caller: Caller, action: string, input: IDataObject, invocation: string | undefined): Promise<Outcome> {
  const headers = invocation === undefined ? undefined : { 'Idempotency-Key': invocation };
  const { status, body } = await ask(caller, { method: 'POST', path: `/actions/${action}`, body: input, headers });
  // Another server may answer anything with a page and 200.
  return status >= 200 && status < 300 && 'status' in body ? { result: body } : { failure: failureOf(body, status), status };
}

/** What the hub, or somebody in front of it, says of what failed. */
export function failureOf(body: IDataObject, status: number): Failure {
  const failure = body.error as Failure | undefined;
  return typeof failure?.message === 'string' ? failure : { kind: 'connection', message: `The hub's address answered ${status}, and not as a hub does.` };
}

/** A problem in words. */
export function sentence({ path, message }: { path: string; message: string }): string {
  return path === '' ? message : `${path}: ${message}`;
}

/** All problems of a failure that its message does not say, a line each. */
export function explained(failure: Failure): string {
  return (failure.problems ?? [])
    .map(sentence)
    .filter((one) => !failure.message.includes(one))
    .join('\n');
}
