// Makes every call of Segment's SDK for servers. Usage: node segment.mjs <url> <write key>
import { Analytics } from '@segment/analytics-node';

const [host, writeKey] = process.argv.slice(2);
const failures = [];
const start = () => new Analytics({ host, writeKey, flushAt: 3 }).on('error', error => failures.push(error));
const analytics = start();
analytics.identify({ userId: 'seg-7', traits: { email: 'ada@example.com', plan: 'pro', createdAt: new Date('2026-01-31T09:30:00Z') } });
analytics.track({ userId: 'seg-7', event: 'Bought', properties: { price: 49.5, tags: ['a', 'ü😀'] }, timestamp: new Date('2026-01-31T10:00:00Z') });
analytics.page({ userId: 'seg-7', name: 'Pricing', properties: { url: 'https://example.com/pricing' } });
analytics.screen({ userId: 'seg-7', name: 'Main' });
analytics.group({ userId: 'seg-7', groupId: 'acme', traits: { objectAttributes: { name: 'Acme' } } });
analytics.track({ anonymousId: 'seg-anonymous', event: 'Looked' });
analytics.identify({ userId: 'seg-old', traits: { was: 'here' } });
await analytics.closeAndFlush({ timeout: 20000 });
const later = start();
later.alias({ userId: 'seg-7', previousId: 'seg-old' });
await later.closeAndFlush({ timeout: 20000 });
console.log(JSON.stringify({ failures: failures.map(f => f.code ?? String(f)) }));
