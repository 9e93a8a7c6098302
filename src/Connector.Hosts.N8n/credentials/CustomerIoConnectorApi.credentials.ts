import type {
  ICredentialDataDecryptedObject,
  ICredentialTestRequest,
  ICredentialType,
  IDataObject,
  IHttpRequestOptions,
  INodeProperties,
} from 'n8n-workflow';

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
    const headers: IDataObject = { ...options.headers };
    if (credentials.apiKey) {
      headers.Authorization = `Bearer ${credentials.apiKey as string}`;
    }

    if (credentials.connection) {
      headers['X-Customerio-Connection'] = credentials.connection as string;
    }

    return { ...options, headers };
  };

  test: ICredentialTestRequest = {
    request: { baseURL: '={{ $credentials.url.trim().replace(new RegExp("/+$"), "") }}', url: '/tools/check-connection', method: 'POST', body: {} },
    rules: [
      says(400, 'The hub has no connection of this name that the key may use. "connector hub connections list" shows those that there are.'),
      says(401, 'The hub does not know this key. "connector hub keys list" shows those that there are.'),
      says(403, 'The hub does not go by the name in this address. Start it with --allow-host and that name.'),
      says(404, 'There is no hub at this address, or an older one.'),
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
