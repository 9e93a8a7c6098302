import { NodeApiError, type ILoadOptionsFunctions, type INodeListSearchResult, type INodePropertyOptions, type JsonObject } from 'n8n-workflow';
import { ask, failureOf } from './hub';
import { lists } from './operations';

interface Option {
  value: string;
  label: string;
}

async function options(caller: ILoadOptionsFunctions, kind: string, search?: string): Promise<INodePropertyOptions[]> {
  const { status, body } = await ask(caller, { method: 'GET', path: `/options/${kind}`, qs: search ? { search } : {} });
  if (status !== 200 || !Array.isArray(body.options)) {
    const failure = failureOf(body, status);
    throw new NodeApiError(caller.getNode(), failure as unknown as JsonObject, { message: failure.message, httpCode: String(status) });
  }

  return (body.options as unknown as Option[]).map(({ value, label }) => ({ name: label, value }));
}

type Search = (this: ILoadOptionsFunctions, filter?: string) => Promise<INodeListSearchResult>;

/** The lists of the workspace from which a field's value may be chosen, one method each. */
export const listSearch: Record<string, Search> = Object.fromEntries(
  lists.map((kind): [string, Search] => [
    kind,
    async function (this: ILoadOptionsFunctions, filter?: string) {
      return { results: await options(this, kind, filter) };
    },
  ]),
);

type Load = (this: ILoadOptionsFunctions) => Promise<INodePropertyOptions[]>;

/** The same for fields that take several. */
export const loadOptions: Record<string, Load> = Object.fromEntries(
  lists.map((kind): [string, Load] => [
    kind,
    async function (this: ILoadOptionsFunctions) {
      return await options(this, kind);
    },
  ]),
);
