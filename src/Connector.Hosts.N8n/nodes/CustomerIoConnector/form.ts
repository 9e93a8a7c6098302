import type { INodeProperties } from 'n8n-workflow';
import { fields } from './fields';
import { choices, common, forms } from './operations';

/** What an operation's form has: names of fields, in groups, and how it is run. */
export interface Form {
  top: string[];
  main?: string[];
  advanced?: string[];
  delivery?: string[];
  /** Whether it only reads. */
  reads?: boolean;
  /** Whether several items may go in one request. */
  batches?: boolean;
}

type Part = 'main' | 'advanced' | 'delivery';

/** The groups below the required fields: the parameter's name, and what it is called. */
export const GROUPS: Array<{ part: Part; name: string; displayName: string }> = [
  { part: 'main', name: 'additionalFields', displayName: 'Additional Fields' },
  { part: 'delivery', name: 'deliveryOptions', displayName: 'Delivery Options' },
  { part: 'advanced', name: 'advancedOptions', displayName: 'Advanced Options' },
];

/** The parameter that steers requests, the same for all operations. */
export const REQUEST_OPTIONS = 'requestOptions';

/** Options of this node beside those that the hub knows. */
const OWN: INodeProperties[] = [
  {
    displayName: 'Batching',
    name: 'batching',
    type: 'boolean',
    default: true,
    description: 'Whether several items go in one request where the operation allows it; each item still has its own outcome',
  },
  {
    displayName: 'Concurrency',
    name: 'concurrency',
    type: 'number',
    typeOptions: { minValue: 1, maxValue: 64 },
    default: 8,
    description: 'How many requests are under way at once',
  },
  {
    displayName: 'Idempotency Key',
    name: 'idempotencyKey',
    type: 'string',
    default: '',
    placeholder: 'e.g. {{ $json.orderId }}',
    description: 'Names what happened: an event is counted once, also where the execution is retried. Empty names this execution.',
  },
  {
    displayName: 'Output',
    name: 'output',
    type: 'options',
    options: [
      { name: 'By Operation', value: 'auto', description: 'The data of what reads, the whole result of the others' },
      { name: 'Data', value: 'data', description: 'What Customer.io answered' },
      { name: 'Input and Result', value: 'input', description: 'What the item held before, and the whole result as customerio' },
      { name: 'Whole Result', value: 'result', description: 'Status, data, request and warnings' },
    ],
    default: 'auto',
    description: 'What an item holds afterwards',
  },
];

/** The names of the options that stay in the node. */
export const OWN_NAMES = OWN.map((option) => option.name);

/** The parameters of the node, in the order in which they are shown. */
export function properties(): INodeProperties[] {
  const parameters = [...choices];
  for (const [resource, operations] of Object.entries(forms)) {
    for (const [operation, form] of Object.entries(operations)) {
      parameters.push(...shown(resource, operation, form));
    }
  }

  parameters.push({
    displayName: 'Request Options',
    name: REQUEST_OPTIONS,
    type: 'collection',
    placeholder: 'Add Option',
    default: {},
    options: [...OWN, ...common].sort(byName),
  });
  return parameters;
}

/** The fields of a group, or of the top. */
export function named(names: string[] = []): INodeProperties[] {
  return names.map((name) => fields[name]);
}

function shown(resource: string, operation: string, form: Form): INodeProperties[] {
  const show = { resource: [resource], operation: [operation] };
  const top = named(form.top);
  const parameters = top.flatMap((field) => required(field, top, show));
  for (const { part, name, displayName } of GROUPS) {
    if (form[part]) {
      parameters.push({
        displayName,
        name,
        type: 'collection',
        placeholder: 'Add Field',
        default: {},
        displayOptions: { show },
        options: named(form[part]).sort(byName),
      });
    }
  }

  return parameters;
}

type Show = Record<string, string[]>;

/** A field that must be given; where it has an editor and JSON, the choice between them comes before both. */
function required(field: INodeProperties, top: INodeProperties[], show: Show): INodeProperties[] {
  const names = top.map(({ name }) => name);
  const input = baseOf(field.name, names) ?? field.name;
  if (!names.includes(`${input}Json`)) {
    return [{ ...field, required: field.type !== 'fixedCollection', displayOptions: { show } }];
  }

  const mode = `${input}Mode`;
  const value = field.name.endsWith('Json') ? 'json' : 'fields';
  const parameter = { ...field, displayOptions: { show: { ...show, [mode]: [value] } } };
  if (names.find((name) => (baseOf(name, names) ?? name) === input) !== field.name) {
    return [parameter];
  }

  const choice: INodeProperties = {
    displayName: `Specify ${top[names.indexOf(input)].displayName}`,
    name: mode,
    type: 'options',
    options: [
      { name: 'Using Fields Below', value: 'fields' },
      { name: 'Using JSON', value: 'json' },
    ],
    default: 'fields',
    displayOptions: { show },
  };
  return [choice, parameter];
}

/** The field that another belongs to, by its name: a filter's conditions have how they are joined and their JSON beside them. */
export function baseOf(name: string, names: string[]): string | undefined {
  const base = /^(.+)(?:Json|Match)$/.exec(name)?.[1];
  return base !== undefined && names.includes(base) ? base : undefined;
}

function byName(one: INodeProperties, other: INodeProperties): number {
  return one.displayName.localeCompare(other.displayName);
}
