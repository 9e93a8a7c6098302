import type { IAuthenticateGeneric, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';

/** Where the hub is, and the key that it gave this n8n. */
export class CustomerIoConnectorApi implements ICredentialType {
  name = 'customerIoConnectorApi';

  displayName = 'Customer.io Connector API';

  icon = { light: 'file:../icons/customerio.light.svg', dark: 'file:../icons/customerio.dark.svg' } as const;

  documentationUrl = 'https://github.com/customerio-connector/customer-io/blob/main/docs/n8n.md';

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

  authenticate: IAuthenticateGeneric = {
    type: 'generic',
    properties: {
      headers: {
        Authorization: '={{ $credentials.apiKey ? "Bearer " + $credentials.apiKey : undefined }}',
        'X-Customerio-Connection': '={{ $credentials.connection || undefined }}',
      },
    },
  };

  test: ICredentialTestRequest = {
    request: { baseURL: '={{ $credentials.url.replace(new RegExp("/+$"), "") }}', url: '/actions/identify' },
  };
}
