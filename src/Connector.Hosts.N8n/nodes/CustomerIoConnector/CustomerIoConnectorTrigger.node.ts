import {
  NodeApiError,
  NodeConnectionTypes,
  type IDataObject,
  type IHookFunctions,
  type INodeType,
  type INodeTypeDescription,
  type IWebhookFunctions,
  type IWebhookResponseData,
  type JsonObject,
} from 'n8n-workflow';
import { CREDENTIAL, ask, failureOf } from './hub';
import { loadOptions } from './lists';
import { receive } from './receive';
import { settings } from './trigger';

/** Starts a workflow with what Customer.io reports. The hub registers the webhook and checks what comes: the signing key stays there. */
export class CustomerIoConnectorTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Customer.io Connector Trigger',
    name: 'customerIoConnectorTrigger',
    icon: { light: 'file:../../icons/customerio.light.svg', dark: 'file:../../icons/customerio.dark.svg' },
    group: ['trigger'],
    version: 1,
    subtitle: '={{ $parameter["events"].length ? $parameter["events"].join(", ") : "all events" }}',
    description: 'Starts when Customer.io reports that a message was sent, opened, clicked, bounced and so on, or that a subscription changed',
    defaults: { name: 'Customer.io Connector Trigger' },
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: CREDENTIAL, required: true }],
    webhooks: [{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', responseData: 'noData', path: 'webhook', rawBody: true }],
    properties: [
      {
        displayName:
          'Activating the workflow makes the reporting webhook in Customer.io, and each new one has a signing key of its own. Customer.io shows it ' +
          'under Data & Integrations: give it to the hub after each activation, which lets nothing in without it.',
        name: 'signingKeyNotice',
        type: 'notice',
        default: '',
      },
      ...settings.top,
      { displayName: 'Filters', name: 'filters', type: 'collection', placeholder: 'Add Filter', default: {}, options: settings.filters },
      { displayName: 'Options', name: 'options', type: 'collection', placeholder: 'Add Option', default: {}, options: settings.options },
    ],
  };

  methods = { loadOptions };

  webhookMethods = {
    default: {
      // Whether it is there, and right, is for the hub to see: it makes the webhook, or brings the one of this address up to date.
      async checkExists(this: IHookFunctions): Promise<boolean> {
        return false;
      },

      async create(this: IHookFunctions): Promise<boolean> {
        const events = this.getNodeParameter('events', []) as string[];
        return await call(this, 'register-webhook', { events, name: `n8n: ${this.getWorkflow().name ?? this.getWorkflow().id}` });
      },

      async delete(this: IHookFunctions): Promise<boolean> {
        return await call(this, 'remove-webhook', {});
      },
    },
  };

  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    return await receive(this);
  }
}

// n8n makes and removes a webhook four times before it gives up; after some 80 s it says no more than that it took too long.
const TIMEOUTS_MS = { 'register-webhook': 8_000, 'remove-webhook': 4_000 };

async function call(node: IHookFunctions, tool: keyof typeof TIMEOUTS_MS, input: IDataObject): Promise<boolean> {
  const url = node.getNodeWebhookUrl('default');
  const { status, body } = await ask(node, { method: 'POST', path: `/tools/${tool}`, body: { ...input, url }, timeout: TIMEOUTS_MS[tool] });
  if (status !== 200) {
    const failure = failureOf(body, status);
    throw new NodeApiError(node.getNode(), failure as unknown as JsonObject, { message: failure.message, httpCode: String(status) });
  }

  return true;
}
