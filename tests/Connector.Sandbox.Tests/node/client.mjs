// Runs calls of the vendor's client, one after the other.
// stdin: {url, siteId, apiKey, appKey, retry, calls: [[method, ...arguments], ...]}
// With a writeKey the Pipelines API is called, strictly if strict; with an appKey the App API.
// A send's argument is what its request is made of, {"$n": "path"} a value of the n-th result.
// The method $methods is the list of all that the client has.
// stdout: one line a call, {value} or {error: {name, own, statusCode, message, headers, body}}
import * as customerio from 'customerio-node';

const { APIClient, CustomerIORequestError, PipelinesClient, TrackClient } = customerio;

let text = '';
for await (const chunk of process.stdin) text += chunk;
const { url, siteId, apiKey, appKey, writeKey, strict, retry, calls } = JSON.parse(text);
const client = writeKey ? new PipelinesClient(writeKey, { url, strictMode: strict })
    : appKey ? new APIClient(appKey, { url, retry }) : new TrackClient(siteId, apiKey, { url, retry });
const results = [];

function argument(method, arg) {
    const Request = customerio[`${method[0].toUpperCase()}${method.slice(1)}Request`];
    if (Request && appKey) {
        const { attach, ...options } = arg;
        const request = new Request(options);
        for (const [name, content] of Object.entries(attach ?? {})) request.attach(name, content);
        return request;
    }
    const [number, path] = Object.entries(arg ?? {}).find(([key]) => /^\$\d+$/.test(key)) ?? [];
    return number ? path.split('.').reduce((value, name) => value[name], results[Number(number.slice(1))]) : arg;
}

for (const [method, ...args] of calls) {
    let result;
    try {
        const value = method === '$methods'
            ? Object.getOwnPropertyNames(Object.getPrototypeOf(client)).filter(name => name !== 'constructor' && name !== 'resourceBase')
            : await client[method](...args.map(arg => argument(method, arg)));
        result = { value };
        results.push(result.value);
    } catch (e) {
        results.push(undefined);
        result = {
            error: {
                name: e.name,
                own: e instanceof CustomerIORequestError,
                statusCode: e.statusCode,
                message: e.message,
                headers: e.response?.headers,
                body: e.body,
            },
        };
    }
    console.log(JSON.stringify(result));
}
