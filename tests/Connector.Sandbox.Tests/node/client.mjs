// Runs calls of the vendor's client, one after the other.
// stdin: {url, siteId, apiKey, retry, calls: [[method, ...arguments], ...]}
// stdout: one line a call, {value} or {error: {name, own, statusCode, message, headers, body}}
import { CustomerIORequestError, TrackClient } from 'customerio-node';

let text = '';
for await (const chunk of process.stdin) text += chunk;
const { url, siteId, apiKey, retry, calls } = JSON.parse(text);
const client = new TrackClient(siteId, apiKey, { url, retry });

for (const [method, ...args] of calls) {
  let result;
  try {
    result = { value: await client[method](...args) };
  } catch (e) {
    result = { error: { name: e.name, own: e instanceof CustomerIORequestError, statusCode: e.statusCode, message: e.message, headers: e.response?.headers, body: e.body } };
  }
  console.log(JSON.stringify(result));
}
