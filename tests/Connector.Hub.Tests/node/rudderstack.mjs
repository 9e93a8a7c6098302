// Makes every call of RudderStack's SDK for servers. Usage: node rudderstack.mjs <url> <write key>
import RudderAnalytics from '@rudderstack/rudder-sdk-node';

const [dataPlaneUrl, writeKey] = process.argv.slice(2);
const failures = [];
const Client = RudderAnalytics.default ?? RudderAnalytics;
const client = new Client(writeKey, { dataPlaneUrl, flushAt: 3, gzip: true, errorHandler: error => failures.push(String(error)) });
client.identify({ userId: 'rudder-7', traits: { email: 'grace@example.com', plan: 'pro', createdAt: '2026-01-31T09:30:00.000Z' } });
client.track({ userId: 'rudder-7', event: 'Bought', properties: { price: 49.5, tags: ['a', 'ü😀'] } });
client.page({ userId: 'rudder-7', name: 'Pricing', properties: { url: 'https://example.com/pricing' } });
client.screen({ userId: 'rudder-7', name: 'Main' });
client.group({ userId: 'rudder-7', groupId: 'acme', traits: { name: 'Acme' } });
client.track({ anonymousId: 'rudder-anonymous', event: 'Looked' });
client.identify({ userId: 'rudder-old', traits: { was: 'here' } });
// A flush sends at most flushAt events.
const flush = async () => {
    for (let i = 0; i < 4; i++) {
        await client.flush();
    }
};
await flush();
client.alias({ userId: 'rudder-7', previousId: 'rudder-old' });
await flush();
console.log(JSON.stringify({ failures }));
process.exit(0);
