import type {
  ICredentialDataDecryptedObject,
  ICredentialTestRequest,
  ICredentialType,
  IDataObject,
  IHttpRequestOptions,
  INodeProperties,
} from 'n8n-workflow';

/** What the credential holds. */
export interface HubCredential {
  url?: string;
  apiKey?: string;
  connection?: string;
}

/** What is wrong with a credential before anything is asked, in words for its owner; undefined for nothing. Says nothing of what is secret. */
export function problemOf({ url, apiKey, connection }: HubCredential): string | undefined {
  const address = URL.canParse(trimmed(url)) ? new URL(trimmed(url)) : undefined;
  if (address === undefined || !/^https?:$/.test(address.protocol)) {
    return 'The Hub Address of the credential is no address. Write it like http://127.0.0.1:8028.';
  }

  if (address.username || address.password || address.search || address.hash) {
    return 'The Hub Address of the credential has a user, a ? or a # in it. Write it like http://127.0.0.1:8028, and the key as Hub Key.';
  }

  if (!isHeader(trimmed(apiKey))) {
    return 'The Hub Key of the credential has a character that no key has. Paste it anew, or let "connector hub keys add" make another.';
  }

  if (!isHeader(trimmed(connection))) {
    return 'The Connection of the credential is no name. "connector hub connections list" shows those that there are.';
  }

  return undefined;
}

function trimmed(text: unknown): string {
  return String(text ?? '').trim();
}

function isHeader(text: string): boolean {
  return /^[ -~]*$/.test(text);
}

/** Where the hub is, and the key that it gave this n8n. */
export class CustomerIoConnectorApi implements ICredentialType {
  name = 'customerIoConnectorApi';

  displayName = 'Customer.io Connector API';

  icon = { light: 'file:../icons/customerio.light.svg', dark: 'file:../icons/customerio.dark.svg' } as const;

  documentationUrl = 'https://docs.customer.io';

  properties: INodeProperties[] = [
    {
      displayName: 'Hub Address',
      name: 'url',
      type: 'string',
      default: 'http://127.0.0.1:8028',
      required: true,
      placeholder: 'e.g. https://hub.example.com',
      description: 'Where "connector hub" listens, as this n8n reaches it',
    },
    {
      displayName: 'Hub Key',
      name: 'apiKey',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description: 'A key of the hub: "connector hub keys add n8n" makes one. A hub on this machine without keys needs none.',
    },
    {
      displayName: 'Connection',
      name: 'connection',
      type: 'string',
      default: '',
      placeholder: 'e.g. shop-eu',
      description: 'A connection that the hub keeps and the key may use; empty for the one of the key',
    },
  ];

  // A function, since n8n sends a header without a value where an expression has none, and the hub takes that for a slip.
  authenticate = async (credentials: ICredentialDataDecryptedObject, options: IHttpRequestOptions): Promise<IHttpRequestOptions> => {
    const problem = problemOf(credentials as HubCredential);
    if (problem !== undefined) {
      throw new Error(problem);
    }

    const headers: IDataObject = { ...options.headers };
    const [key, connection] = [trimmed(credentials.apiKey), trimmed(credentials.connection)];
    if (key !== '') {
      headers.Authorization = `Bearer ${key}`;
    }

    if (connection !== '') {
      headers['X-Customerio-Connection'] = connection;
    }

    return { ...options, headers };
  };

  test: ICredentialTestRequest = {
    request: { baseURL: '={{ $credentials.url.trim().replace(new RegExp("/+$"), "") }}', url: '/tools/check-connection', method: 'POST', body: {} },
    rules: [
      says(400, 'The hub has no connection of this name that the key may use. "connector hub connections list" shows those that there are.'),
      says(401, 'The hub does not know this key. "connector hub keys list" shows those that there are.'),
      says(403, 'The hub does not go by the name in this address. Start it with --allow-host and that name.'),
      says(404, 'There is no hub at this address, or an older one. The address is the one that the hub printed, without /actions or /mcp.'),
      // A page of another server has none.
      {
        type: 'responseSuccessBody',
        properties: { key: 'passed', value: undefined, message: 'There is no hub at this address: what answers there is another server.' },
      },
      {
        type: 'responseSuccessBody',
        properties: { key: 'passed', value: false, message: 'The hub is there, but not all of its keys for Customer.io work. "connector check" says why.' },
      },
    ] as ICredentialTestRequest['rules'],
  };
}

function says(value: number, message: string) {
  return { type: 'responseCode', properties: { value, message } };
}
