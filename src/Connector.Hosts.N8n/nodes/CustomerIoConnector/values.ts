import { DateTime } from 'luxon';
import type { IDataObject, INodeProperties, INodePropertyCollection, NodeParameterValueType } from 'n8n-workflow';
import { baseOf } from './form';

type Value = NodeParameterValueType | object | undefined;

/** An input that cannot be read, in words for the workflow's author. */
export class InputProblem extends Error {}

// Inputs whose names n8n takes for itself.
const RENAMED: Record<string, string> = { operationInput: 'operation', resourceInput: 'resource' };

/**
 * Reads what a form holds as inputs of an action: what is empty is left out, rows become objects, dates get the workflow's time zone.
 * @param parameters The fields.
 * @param given What n8n says they hold.
 * @param zone The workflow's time zone, such as Europe/Vienna.
 */
export function readInputs(parameters: INodeProperties[], given: IDataObject, zone: string): IDataObject {
  const names = parameters.map((parameter) => parameter.name);
  const input: IDataObject = {};
  for (const parameter of parameters) {
    const { name } = parameter;
    const base = baseOf(name, names);
    if (base !== undefined && name.endsWith('Match')) {
      continue;
    }

    const mode = given[`${base ?? name}Mode`];
    if (mode !== undefined && (mode === 'json') !== (base !== undefined)) {
      continue;
    }

    const key = base ?? RENAMED[name] ?? name;
    const value = exact(parameter.displayName, read(parameter, exact(parameter.displayName, given[name] as Value), given, zone));
    if (value !== undefined) {
      input[key] = joined(parameter.displayName, input[key], value) as IDataObject;
    }
  }

  return input;
}

/**
 * Refuses what would silently become another value: whole numbers that JavaScript has rounded, since the id of one person would be that of another, and
 * numbers and dates that are none, which JSON writes as null, by which an attribute is removed.
 */
function exact(title: string, value: Value): Value {
  JSON.stringify(value, function (this: Record<string, unknown>, key, one: unknown) {
    if (Number.isInteger(one) && !Number.isSafeInteger(one)) {
      throw new InputProblem(`${title} has more digits than a JavaScript number can hold: ${one}. Send it as a string.`);
    }

    if (typeof one === 'number' && !Number.isFinite(one)) {
      throw new InputProblem(`${title} holds ${one}, which is what JavaScript makes of a calculation without a result. Look at its expression.`);
    }

    // A date has become a text by now, or null.
    const held = this[key];
    if (one === 'Invalid DateTime' || (one === null && (held instanceof Date || DateTime.isDateTime(held)))) {
      throw new InputProblem(`${title} holds a date that there is not, which is what n8n makes of a text that is none. Look at its expression.`);
    }

    return one;
  });
  return value;
}

/** Rows and JSON of one input: members of rows win. */
function joined(title: string, one: Value, other: Value): Value {
  if (one === undefined) {
    return other;
  }

  if (Array.isArray(one) && Array.isArray(other)) {
    return [...other, ...one];
  }

  if (!isObject(one) || !isObject(other)) {
    throw new InputProblem(`${title} must be ${Array.isArray(one) ? 'a list' : 'an object'}, as what is filled in beside it is.`);
  }

  return { ...other, ...one };
}

function isObject(value: Value): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function read(parameter: INodeProperties, value: Value, siblings: IDataObject, zone: string): Value {
  if (value === undefined || value === null || value === '') {
    return undefined;
  }

  switch (parameter.type) {
    case 'resourceLocator':
      return text(located(value));
    case 'dateTime':
      return time(value, zone);
    case 'json':
      return parsed(parameter.displayName, value);
    case 'multiOptions':
      return nonEmpty(list(value));
    case 'fixedCollection':
      return collection(parameter, value as IDataObject, siblings, zone);
    case 'string':
      return parameter.typeOptions?.multipleValues ? nonEmpty(list(value).map(text).filter(isGiven)) : text(value);
    default:
      return value;
  }
}

function isGiven(value: Value): boolean {
  return value !== undefined && value !== null && value !== '';
}

function nonEmpty(values: Value[]): Value {
  return values.length > 0 ? (values as IDataObject[]) : undefined;
}

/** What one or several expressions gave, as one list. */
function list(value: Value): Value[] {
  return Array.isArray(value) ? (value as Value[]).flatMap((one) => list(one)) : [value];
}

/** Numbers of an expression where a text is asked for, such as the id of a row of a database. */
function text(value: Value): Value {
  return typeof value === 'number' ? String(value) : value;
}

function located(value: Value): Value {
  const locator = value as { __rl?: boolean; value?: Value };
  return typeof value === 'object' && locator?.__rl ? (locator.value === '' ? undefined : locator.value) : value;
}

/** A time as the hub takes it; what has an offset, or is no date, is left to the hub. */
function time(value: Value, zone: string): Value {
  const isLocal = typeof value !== 'string' || /^\d{4}-\d\d-\d\d([T ][\d:.]+)?$/.test(value.trim());
  return isLocal && typeof value !== 'number' ? (moment(value, zone).toISO() ?? undefined) : value;
}

/** A moment: what has no offset is in the workflow's time zone. */
function moment(value: Value, zone: string): DateTime {
  if (DateTime.isDateTime(value)) {
    return value;
  }

  if (value instanceof Date) {
    return DateTime.fromJSDate(value, { zone });
  }

  const written = String(value).trim();
  if (typeof value === 'number' || /^-?\d+(\.\d+)?$/.test(written)) {
    return unix(Number(written), written, zone);
  }

  const read = [DateTime.fromISO(written, { zone }), DateTime.fromSQL(written, { zone }), DateTime.fromRFC2822(written, { zone })].find((one) => one.isValid);
  if (read === undefined) {
    throw new InputProblem(`${quoted(value)} is not a date. Write it like 2026-01-31T09:30:00Z.`);
  }

  return read;
}

const DIGITS_OF_A_TIME = /^(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])[0-5]\d([0-5]\d)?$/;

/** As everywhere: seconds, and milliseconds from the year 5138 on. Who writes 20260131 or 46053 means a day, and not one of 1970. */
function unix(number: number, written: string, zone: string): DateTime {
  const time = DateTime.fromMillis(Math.abs(number) < 1e11 ? number * 1000 : number, { zone });
  if ((number > 0 && number < 1e8) || DIGITS_OF_A_TIME.test(written) || !time.isValid) {
    throw new InputProblem(
      `${written} looks like a date, a year or the number of a day in a spreadsheet: Unix seconds have nine digits or more since 1973. ` +
        'Write it as ISO 8601, such as 2026-01-31T09:30:00Z.',
    );
  }

  return time;
}

function parsed(title: string, value: Value, isRow = false): Value {
  if (typeof value !== 'string') {
    return value;
  }

  const written = value.trim();
  if (!isRow && (written === '' || written === '{}' || written === '[]')) {
    return undefined;
  }

  const { json, reason } = parse(written);
  if (reason !== undefined) {
    throw new InputProblem(`${title} is not JSON: ${reason}.`);
  }

  return json;
}

function parse(written: string): { json?: Value; reason?: string } {
  try {
    return { json: JSON.parse(written) as Value };
  } catch (error) {
    return { reason: (error as Error).message };
  }
}

function collection(parameter: INodeProperties, value: IDataObject, siblings: IDataObject, zone: string): Value {
  const kinds = parameter.options as INodePropertyCollection[];
  const [{ name, values }] = kinds;
  const entries = (value[name] ?? []) as IDataObject[];
  switch (name) {
    case 'rows':
      return members(entries.filter((row) => isGiven(located(row.name as Value))).map((row) => pair(row, values, zone)));
    case 'items':
      return nonEmpty(entries.map((entry) => readInputs(values, entry, zone)));
    case 'item':
      return readInputs(values, (value[name] ?? {}) as IDataObject, zone);
    default:
      return conditions(kinds, value, siblings[`${parameter.name}Match`] as string | undefined, zone);
  }
}

function members(pairs: Array<[string, Value]>): Value {
  const given = pairs.filter(([, value]) => value !== undefined);
  const twice = given.find(([name], place) => given.findIndex(([other]) => other === name) !== place);
  if (twice !== undefined) {
    throw new InputProblem(`Two rows have the name ${twice[0]}, and one value would be lost. Keep one of them.`);
  }

  return given.length > 0 ? Object.fromEntries(given) : undefined;
}

function pair(row: IDataObject, values: INodeProperties[], zone: string): [string, Value] {
  const given = located(row.name as Value);
  if (typeof given === 'object') {
    throw new InputProblem(`The name of a row must be a text, and not ${quoted(given)}.`);
  }

  return [String(given), typed(row, values, zone)];
}

/** The value of a row, of the type that the row names; undefined where an expression gave nothing, so that nothing is sent for it. */
function typed(row: IDataObject, values: INodeProperties[], zone: string): Value {
  const type = (row.type as string | undefined) ?? values.find((one) => one.name.endsWith('Value'))?.name.slice(0, -'Value'.length) ?? 'string';
  const value = row[`${type}Value`] as Value;
  if (type === 'null') {
    return null;
  }

  if (!values.some((one) => one.name === `${type}Value`)) {
    throw new InputProblem(`The row ${rowOf(row)} cannot have the type ${quoted(type)}. Choose one of the list.`);
  }

  if (value === undefined || value === null || (value === '' && type !== 'string')) {
    return undefined;
  }

  switch (type) {
    case 'date':
      // Customer.io compares dates as Unix seconds.
      return Math.floor(moment(value, zone).toSeconds());
    case 'json':
      return parsed(String(row.name), value, true);
    case 'number':
      return number(row, value);
    case 'boolean':
      return truth(row, value);
    default:
      return typeof value === 'boolean' ? String(value) : text(value);
  }
}

function number(row: IDataObject, value: Value): Value {
  const read = typeof value === 'string' && /^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(value) ? Number(value) : value;
  if (typeof read !== 'number' || !Number.isFinite(read)) {
    throw new InputProblem(`${quoted(value)} is not a number, which the row ${rowOf(row)} wants.`);
  }

  exact(rowOf(row), read);
  return read;
}

function truth(row: IDataObject, value: Value): boolean {
  const word = String(value).trim().toLowerCase();
  if (word !== 'true' && word !== 'false') {
    throw new InputProblem(`${quoted(value)} is neither true nor false, which the row ${rowOf(row)} wants.`);
  }

  return word === 'true';
}

function quoted(value: Value): string {
  const whole = typeof value === 'string' ? value : JSON.stringify(value) ?? String(value);
  const short = whole.length > 100 ? `${whole.slice(0, 100)}…` : whole;
  return typeof value === 'string' ? `"${short}"` : short;
}

function rowOf(row: IDataObject): string {
  return String(row.name ?? row.field);
}

/** A filter of Customer.io: conditions on attributes and segments, all or any of which must hold. */
function conditions(kinds: INodePropertyCollection[], value: IDataObject, match: string | undefined, zone: string): Value {
  const all = kinds.flatMap(({ name, values }) =>
    ((value[name] ?? []) as IDataObject[]).map((row) => {
      if (name === 'segment') {
        const segment = { segment: { id: located(row.segment as Value) } };
        return row.membership === 'notIn' ? { not: segment } : segment;
      }

      const [operator, isNot] = String(row.operator ?? 'eq').startsWith('not') ? [lower(String(row.operator).slice(3)), true] : [row.operator ?? 'eq', false];
      const compared: IDataObject = { field: row.field, operator };
      if (operator === 'eq') {
        compared.value = typed(row, values, zone) as IDataObject;
      }

      if (isGiven(row.type_id as Value)) {
        compared.type_id = text(located(row.type_id as Value)) as string;
      }

      return isNot ? { not: { [name]: compared } } : { [name]: compared };
    }),
  );
  return all.length === 0 ? undefined : all.length === 1 ? all[0] : { [match === 'or' ? 'or' : 'and']: all };
}

function lower(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
