import {
  NodeApiError,
  NodeConnectionTypes,
  NodeOperationError,
  type IDataObject,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
} from 'n8n-workflow';
import { properties } from './form';
import { CREDENTIAL, explained } from './hub';
import { listSearch, loadOptions } from './lists';
import { runItems } from './runs';

/** The actions of the manifest; the hub runs them. */
export class CustomerIoConnector implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Customer.io Connector',
    name: 'customerIoConnector',
    icon: { light: 'file:../../icons/customerio.light.svg', dark: 'file:../../icons/customerio.dark.svg' },
    group: ['output'],
    version: 1,
    subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
    description: 'Create and update people, record their events, send messages, and read what a Customer.io workspace holds',
    defaults: { name: 'Customer.io Connector' },
    usableAsTool: true,
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: CREDENTIAL, required: true }],
    properties: properties(),
  };

  methods = { listSearch, loadOptions };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    const output: INodeExecutionData[] = [];
    for (const [index, outcome] of (await runItems(this)).entries()) {
      if ('json' in outcome) {
        output.push({ json: outcome.json, pairedItem: { item: index } });
      } else if (this.continueOnFail()) {
        output.push({ json: { message: outcome.failure.message, error: outcome.failure }, pairedItem: { item: index } });
      } else if (outcome.status === undefined) {
        throw new NodeOperationError(this.getNode(), outcome.failure.message, { itemIndex: index, description: explained(outcome.failure) });
      } else {
        const { message } = outcome.failure;
        const details = { message, description: explained(outcome.failure), httpCode: String(outcome.status), itemIndex: index };
        throw new NodeApiError(this.getNode(), outcome.failure as IDataObject as never, details);
      }
    }

    return [output];
  }
}
