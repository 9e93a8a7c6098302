import {
  NodeApiError,
  NodeConnectionTypes,
  NodeOperationError,
  type IDataObject,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
  type JsonObject,
} from 'n8n-workflow';
import { properties } from './form';
import { CREDENTIAL, explained } from './hub';
import { listSearch, loadOptions } from './lists';
import { runItems, type ItemOutcome } from './runs';

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
    const outcomes = await runItems(this);
    const first = outcomes.findIndex((outcome) => outcome !== undefined && 'failure' in outcome);
    const failed = outcomes[first];
    if (failed !== undefined && 'failure' in failed && !this.continueOnFail()) {
      const details = { itemIndex: first, description: explained(failed.failure), message: failed.failure.message };
      if (failed.status === undefined) {
        throw new NodeOperationError(this.getNode(), failed.failure.message, details);
      }

      throw new NodeApiError(this.getNode(), failed.failure as unknown as JsonObject, { ...details, httpCode: String(failed.status) });
    }

    const input = this.getInputData();
    const output: INodeExecutionData[] = [];
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome !== undefined) {
        const { json, binary } = input[index];
        const item: INodeExecutionData = { json: given(this, json, outcome), pairedItem: { item: index } };
        output.push(outcome.isKept && binary !== undefined ? { ...item, binary } : item);
      }
    }

    return [output];
  }
}

/** What goes on of an item. */
function given(node: IExecuteFunctions, json: IDataObject, outcome: ItemOutcome): IDataObject {
  if ('json' in outcome) {
    return outcome.json;
  }

  const told = { message: outcome.failure.message, error: outcome.failure };
  // To the branch of errors n8n sends what holds these two and no more, and adds what came in. An item's own error would replace all of it.
  return outcome.isKept && node.getNode().onError !== 'continueErrorOutput' ? { ...json, customerio: told } : told;
}
